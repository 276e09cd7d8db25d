import type { Decision } from '../decide/effects/effect.ts';
import type { Config } from '../plan/config.ts';
import type { Plan } from '../plan/plan.ts';
import { type PictureName, picturePath } from '../plan/projected-paths.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { milestonesIn } from './milestones.ts';
import { pageOf } from './page.ts';
import { marker } from './picture-sections.ts';
import { drawPictures, namesOf, type PictureModels, pictureModels } from './pictures.ts';
import { type Pictures, picturesDue } from './pictures-due.ts';
import { renderProgress } from './render-progress.ts';
import { writeStatus } from './status.ts';

export interface ProjectInput {
  readonly plan: Plan;
  readonly config: Config;
  readonly snapshot: Snapshot;
  readonly decision: Decision;
  /** Progress goes to a branch of its own, of which the snapshot knows nothing. Default false. */
  readonly isAside?: boolean;
}

/** The commit that brings the projected files to what the state says. */
export interface Projection {
  /** Path to new content, of files that differ; empty when the commit would change nothing. */
  readonly files: ReadonlyMap<string, string>;
  /** All pictures of the page, for a branch of which the snapshot knows nothing. */
  readonly pictures: Pictures;
  readonly headline: string;
  /** Of the state that is projected: while these are as they were committed, a commit may wait. */
  readonly milestones: string;
}

/**
 * Computes PROGRESS.md, its pictures and the status fields of the plan from state alone, step by step: each takes a tenth of a
 * second where tasks are thousands, and others may want the processor.
 */
export function* project({
  plan,
  config,
  snapshot,
  decision,
  isAside = false,
}: ProjectInput): Generator<void, Projection> {
  const { plan: planFile, progress } = snapshot.files;
  const page = pageOf({
    plan,
    decision,
    slots: config.max_parallel,
    attempts: config.attempts,
    repositoryUrl: snapshot.repository.url,
    path: config.progress,
  });
  const models = pictureModels(page);
  yield;
  const files = new Map<string, string>();
  const text = renderProgress(page, models);
  const pictures = picturesOf(models, config);
  if (isAside) files.set(config.progress, text);
  else if (text !== progress?.text) {
    files.set(config.progress, text);
    yield;
    const shown = { page: progress?.text, has: hasPicture(snapshot) };
    for (const [path, svg] of picturesDue(pictures, shown)) files.set(path, svg);
  }
  yield;
  if (planFile) {
    const written = writeStatus(planFile.text, decision.tasks);
    if (written !== planFile.text) files.set(planFile.path, written);
  }
  return { files, pictures, headline: headline(decision), milestones: milestonesIn(decision) };
}

function picturesOf(models: PictureModels, { progress }: Config): Pictures {
  const pathOf = (name: PictureName) => picturePath(progress, name);
  return {
    page: progress,
    marker: marker(models.fingerprint),
    paths: namesOf(models).map(pathOf),
    draw: () => new Map([...drawPictures(models)].map(([name, svg]) => [pathOf(name), svg])),
  };
}

/** Whoever did not look takes them to be there. */
function hasPicture({ files: { pictures } }: Snapshot): (path: string) => boolean {
  return (path) => pictures === undefined || pictures.includes(path.slice(path.lastIndexOf('/') + 1));
}

/** `[skip ci]`: a progress commit must not start the repository's own checks. */
function headline({ tasks }: Decision): string {
  const completed = tasks.filter(({ state }) => state === 'completed').length;
  const running = tasks.filter(({ state }) => state === 'running').length;
  return `Progress: ${completed} of ${tasks.length} tasks completed, ${running} running [skip ci]`;
}
