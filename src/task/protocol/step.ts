import type { IsolatedUser } from '../isolation/isolated-user.ts';
import type { Clock } from './clock.ts';
import type { Environment, JobContext } from './job.ts';
import type { StepId, StepOutputs } from './outputs.ts';

/** What a step is given. */
export interface StepContext {
  readonly job: JobContext;
  readonly environment: Environment;
  readonly clock: Clock;
  /** Aborted when the runner cancels the step. */
  readonly signal: AbortSignal;
  /** The user that programs of others run as, within `runIsolated`; ourselves where it is absent. */
  readonly user?: IsolatedUser | undefined;
}

/** What a step leaves behind. */
export interface StepEnd<Id extends StepId> {
  readonly outputs: StepOutputs<Id>;
  /** The step, and so the run, is shown as failed. */
  readonly failed?: boolean;
}

export type TaskStep<Id extends StepId> = (context: StepContext) => Promise<StepEnd<Id>>;
