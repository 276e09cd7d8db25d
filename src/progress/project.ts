import type { Decision } from '../decide/effects/effect.ts';
import type { Config } from '../plan/config.ts';
import type { Plan } from '../plan/plan.ts';
import { picturePath } from '../plan/projected-paths.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { milestonesIn } from './milestones.ts';
import { pageOf } from './page.ts';
import { marker } from './picture-sections.ts';
import { drawPictures, pictureModels } from './pictures.ts';
import { renderProgress } from './render-progress.ts';
import { writeStatus } from './status.ts';

export interface ProjectInput {
  readonly plan: Plan;
  readonly config: Config;
  readonly snapshot: Snapshot;
  readonly decision: Decision;
}

/** The commit that brings the projected files to what the state says. */
export interface Projection {
  /** Path to new content, of files that differ; empty when the commit would change nothing. */
  readonly files: ReadonlyMap<string, string>;
  readonly headline: string;
  /** Of the state that is projected: while these are as they were committed, a commit may wait. */
  readonly milestones: string;
}

/**
 * Computes PROGRESS.md, its pictures and the status fields of the plan from state alone, step by step: each takes a tenth of a
 * second where tasks are thousands, and others may want the processor.
 */
export function* project({ plan, config, snapshot, decision }: ProjectInput): Generator<void, Projection> {
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
  if (text !== progress?.text) {
    files.set(config.progress, text);
    yield;
    // The page says of what its pictures are, and all of it is one commit: drawing takes longer than all else here.
    if (!progress?.text.includes(marker(models.fingerprint)))
      for (const [name, svg] of drawPictures(models)) files.set(picturePath(config.progress, name), svg);
  }
  yield;
  if (planFile) {
    const written = writeStatus(planFile.text, decision.tasks);
    if (written !== planFile.text) files.set(planFile.path, written);
  }
  return { files, headline: headline(decision), milestones: milestonesIn(decision) };
}

/** `[skip ci]`: a progress commit must not start the repository's own checks. */
function headline({ tasks }: Decision): string {
  const completed = tasks.filter(({ state }) => state === 'completed').length;
  const running = tasks.filter(({ state }) => state === 'running').length;
  return `Progress: ${completed} of ${tasks.length} tasks completed, ${running} running [skip ci]`;
}
