import type { Assignment } from '../assignment.ts';
import { readBriefSource } from '../brief/gather.ts';
import { writeBrief } from '../brief/write.ts';
import { fold } from '../log.ts';
import { needOutput, type StepContext, type StepEnd } from '../step.ts';

/** Writes what the agent reads, and shows it. */
export async function brief({ job, environment }: StepContext): Promise<StepEnd> {
  const assignment = needOutput<Assignment>(environment, 'claim', 'assignment');
  const text = await writeBrief(job, assignment, await readBriefSource(job));
  fold(`Brief of ${assignment.dispatch.task}`, text);
  return { outputs: {} };
}
