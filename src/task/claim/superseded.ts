import type { StepEnd } from '../protocol/step.ts';
import { notice } from '../protocol/workflow-commands.ts';

/** The run ends green, and nothing else of it runs. */
export function superseded(why: string): StepEnd<'claim'> {
  notice('Superseded', `Nothing was changed: ${why}.`);
  return { outputs: {} };
}
