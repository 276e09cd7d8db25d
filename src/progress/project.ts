import type { Decision } from '../decide/effects/effect.ts';
import type { Config } from '../plan/config.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { milestonesIn } from './milestones.ts';
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

/** Computes PROGRESS.md and the status fields of the plan from state alone. */
export function project({ plan, config, snapshot, decision }: ProjectInput): Projection {
  const { plan: planFile, progress } = snapshot.files;
  const page = renderProgress({
    plan,
    decision,
    slots: config.max_parallel,
    attempts: config.attempts,
    repositoryUrl: snapshot.repository.url,
  });
  const files = new Map<string, string>();
  if (page !== progress?.text) files.set(config.progress, page);
  if (planFile) {
    const text = writeStatus(planFile.text, decision.tasks);
    if (text !== planFile.text) files.set(planFile.path, text);
  }
  return { files, headline: headline(decision), milestones: milestonesIn(decision) };
}

/** `[skip ci]`: a progress commit must not start the repository's own checks. */
function headline({ tasks }: Decision): string {
  const completed = tasks.filter(({ state }) => state === 'completed').length;
  const running = tasks.filter(({ state }) => state === 'running').length;
  return `Progress: ${completed} of ${tasks.length} tasks completed, ${running} running [skip ci]`;
}
