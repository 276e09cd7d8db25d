import type { Assignment } from '../protocol/assignment.ts';
import { fold } from '../protocol/log.ts';
import { needOutput, type StepContext, type StepEnd } from '../protocol/step.ts';
import { readBriefSource } from './gather.ts';
import { writeBrief } from './write.ts';

/** Writes what the agent reads, and shows it. */
export async function brief({ job, environment }: StepContext): Promise<StepEnd> {
  const assignment = needOutput<Assignment>(environment, 'claim', 'assignment');
  const text = await writeBrief(job, assignment, await readBriefSource(job));
  fold(`Brief of ${assignment.dispatch.task}`, text);
  return { outputs: {} };
}
