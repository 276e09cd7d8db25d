import type { WorkflowRunRequest } from '../../model/runner.ts';
import type { Action } from '../language/action.ts';
import type { ContextName, ExpressionCache, Scope } from '../language/expressions.ts';
import { hashFilesIn } from '../language/hash-files.ts';
import type { CancelGrace, Machine } from '../machine/machine.ts';
import type { Masks } from '../machine/masks.ts';
import type { JobFolders } from './contexts.ts';

/** What one runner has read already, so that it is read once. */
interface RunnerCache {
  readonly actions: Map<string, Action>;
  readonly expressions: ExpressionCache;
}

/** What all runs of one runner share. */
export interface RunnerSettings {
  readonly actions: Readonly<Record<string, string>>;
  readonly tools: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cancelGrace: CancelGrace;
  readonly keepWork: boolean;
  readonly cache: RunnerCache;
}

export type StepOutcome = 'success' | 'failure' | 'cancelled' | 'skipped';

export interface StepResult {
  readonly outputs: Readonly<Record<string, string>>;
  readonly outcome: StepOutcome;
  /** The outcome after `continue-on-error`. */
  readonly conclusion: StepOutcome;
}

/** One line of `steps.json`. Steps of a composite action name the steps that they are part of. */
export interface StepTime {
  readonly name: string;
  readonly within: readonly string[];
  readonly outcome: StepOutcome;
  readonly conclusion: StepOutcome;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly ended: number;
}

/** A job while it runs. */
export interface JobState {
  readonly request: WorkflowRunRequest;
  readonly settings: RunnerSettings;
  readonly machine: Machine;
  readonly masks: Masks;
  readonly folders: JobFolders;
  readonly token: string;
  readonly defaults: { readonly shell?: string; readonly workingDirectory?: string };
  /** `env` of workflow and job, and what steps wrote to GITHUB_ENV since. */
  readonly env: Record<string, string>;
  /** What steps wrote to GITHUB_PATH, newest first. */
  readonly paths: string[];
  readonly times: StepTime[];
  /** Called when the job is cancelled: each running process decides by its step's condition whether to stop. */
  readonly onCancel: Set<() => void>;
  cancelled: boolean;
}

/** What the steps of a job, or those of one use of a composite action, have in common. */
export interface Frame {
  readonly job: JobState;
  /** Everything but `env`, `steps` and `job`, which change from step to step. */
  readonly contexts: Readonly<Partial<Record<ContextName, unknown>>>;
  readonly results: Record<string, StepResult>;
  /** `env` of the steps around this frame. */
  readonly env: Readonly<Record<string, string>>;
  /** Names and log numbers of the steps around this frame. */
  readonly within: readonly string[];
  readonly numbers: readonly string[];
  /** Aborted when a step around this frame has used up its time. */
  readonly stop: AbortSignal;
  /** `success()` and `failure()` speak of the frame, not of the job. */
  status: 'success' | 'failure';
}

export function cancelJob(job: JobState): void {
  if (job.cancelled) return;
  job.cancelled = true;
  for (const consider of [...job.onCancel]) consider();
}

/** What an expression of a step can see, with the step's own `env` where that is known already. */
export function scopeOf(frame: Frame, stepEnv: Readonly<Record<string, string>> = {}): Scope {
  const { job } = frame;
  const status = job.cancelled ? 'cancelled' : frame.status;
  return {
    contexts: {
      ...frame.contexts,
      env: { ...job.env, ...frame.env, ...stepEnv },
      steps: frame.results,
      job: { status },
    },
    status: {
      always: () => true,
      cancelled: () => job.cancelled,
      failure: () => status === 'failure',
      success: () => status === 'success',
    },
    cache: job.settings.cache.expressions,
    hashFiles: (patterns) => hashFilesIn(job.folders.workspace, patterns),
  };
}
