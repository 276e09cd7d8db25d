import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { JobContext } from '../protocol/job.ts';
import { finishedTreeFile } from '../protocol/job-files.ts';

/**
 * What the agent was done with, for the report of a run that ends before its verdict: a step that is cancelled, or meets the
 * time limit of its job while the work waits to land, leaves no outputs.
 */

export function keepFinishedTree(job: JobContext, tree: string): void {
  writeFileSync(finishedTreeFile(job), tree);
}

/** Its agent goes on with it, and saves it itself. */
export function forgetFinishedTree(job: JobContext): void {
  rmSync(finishedTreeFile(job), { force: true });
}

export function readFinishedTree(job: JobContext): string | undefined {
  return existsSync(finishedTreeFile(job)) ? readFileSync(finishedTreeFile(job), 'utf8') : undefined;
}
