import type { Assignment } from '../protocol/assignment.ts';
import { requireOutput, type StepContext, type StepResult } from '../protocol/step.ts';
import { logFolded } from '../protocol/workflow-commands.ts';
import { readBriefSource } from './gather.ts';
import { writeBrief } from './write.ts';

/** Writes what the agent reads, and shows it. */
export async function brief({ job, environment }: StepContext): Promise<StepResult> {
  const assignment = requireOutput<Assignment>(environment, 'claim', 'assignment');
  const text = await writeBrief(job, assignment, await readBriefSource(job));
  logFolded(`Brief of ${assignment.dispatch.task}`, text);
  return { outputs: {} };
}
