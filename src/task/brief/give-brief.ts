import type { Assignment } from '../protocol/assignment.ts';
import type { JobContext } from '../protocol/job.ts';
import { logFolded } from '../protocol/workflow-commands.ts';
import { readBriefSource } from './source.ts';
import { writeBrief } from './write.ts';

/** Writes what the agent reads, and shows it. */
export async function giveBrief(job: JobContext, assignment: Assignment): Promise<void> {
  const text = await writeBrief(job, { assignment, source: await readBriefSource(job) });
  logFolded(`Brief of ${assignment.dispatch.task}`, text);
}
