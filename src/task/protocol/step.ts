import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import type { IsolatedUser } from '../isolation/isolated-user.ts';
import type { Clock } from './clock.ts';
import type { Environment, JobContext } from './job.ts';

/** What a step is given. */
export interface StepContext {
  readonly job: JobContext;
  readonly environment: Environment;
  readonly clock: Clock;
  /** Aborted when the runner cancels the step. */
  readonly signal: AbortSignal;
  /** The user that programs of others run as, within `shelter`; ourselves where it is absent. */
  readonly user?: IsolatedUser | undefined;
}

/** What a step leaves behind. */
export interface StepResult {
  /** Step outputs; objects go out as JSON, what is undefined does not go out. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The step, and so the run, is shown as failed. */
  readonly failed?: boolean;
}

export type Step = (context: StepContext) => Promise<StepResult>;

/** The `steps` context of the action, handed to every step as JSON in `STEPS`. */
type Steps = Readonly<
  Record<string, { readonly outputs?: Readonly<Record<string, string>>; readonly outcome?: string }>
>;

/** Steps that ran in jobs before this one stand beside those of this job: `take-over` has brought them. */
function readSteps(environment: Environment): Steps {
  const own = environment.STEPS ? (JSON.parse(environment.STEPS) as Steps) : {};
  const before = own.takeover?.outputs?.steps;
  if (!before) return own;
  const ran = Object.entries(own).filter(([, { outcome }]) => outcome !== 'skipped');
  return { ...(JSON.parse(before) as Steps), ...Object.fromEntries(ran) };
}

/** @returns The output of an earlier step, or undefined when it left none. */
export function readOutput<Value>(environment: Environment, step: string, name: string): Value | undefined {
  const text = readSteps(environment)[step]?.outputs?.[name];
  return text ? (JSON.parse(text) as Value) : undefined;
}

/** @throws when the step left no such output: the steps of action.yml are out of order. */
export function requireOutput<Value>(environment: Environment, step: string, name: string): Value {
  const value = readOutput<Value>(environment, step, name);
  if (value === undefined) throw new Error(`step ${step} left no ${name}; action.yml must run it first and pass STEPS`);
  return value;
}

/** `success`, `failure`, `cancelled` or `skipped` of an earlier step. */
export function stepOutcome(environment: Environment, step: string): string | undefined {
  return readSteps(environment)[step]?.outcome;
}

/** Appends to the runner's file of outputs. Text goes out as it is, everything else as JSON. */
export function writeOutputs(file: string | undefined, outputs: StepResult['outputs']): void {
  if (!file) return;
  const written = Object.entries(outputs).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    // A word nobody can guess: text of an agent cannot end the value early.
    const end = `end_${randomUUID()}`;
    return [`${name}<<${end}\n${text}\n${end}\n`];
  });
  appendFileSync(file, written.join(''));
}
