import { requireOutput } from '../protocol/outputs.ts';
import type { StepContext, StepEnd } from '../protocol/step.ts';
import { logFolded } from '../protocol/workflow-commands.ts';
import { readBriefSource } from './gather.ts';
import { writeBrief } from './write.ts';

/** Writes what the agent reads, and shows it. */
export async function brief(context: StepContext): Promise<StepEnd<'brief'>> {
  const { job } = context;
  const assignment = requireOutput(context, 'claim.assignment');
  const text = await writeBrief(job, { assignment, source: await readBriefSource(job) });
  logFolded(`Brief of ${assignment.dispatch.task}`, text);
  return { outputs: {} };
}
