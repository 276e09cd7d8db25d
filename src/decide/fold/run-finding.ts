import type { Task } from '../../plan/plan.ts';
import type { Cause } from '../../state/cause.ts';
import type { BaseEvidence } from '../../state/evidence.ts';
import type { KeptAccounts, TaskRecord } from '../../state/record.ts';
import type { Instant, Snapshot } from '../../state/snapshot.ts';
import type { Timings } from '../../state/timings.ts';

export interface FoldRunInput {
  readonly snapshot: Snapshot;
  readonly timings: Timings;
  /** The configured number of attempts. */
  readonly attempts: number;
  /** Of the task in the plan file; undefined where the plan does not have it. */
  readonly status: Task['status'] | undefined;
  /** What the base shows; undefined while there is no base. */
  readonly evidence: BaseEvidence | undefined;
  /** What the plan's record keeps of the costs, where there is a budget. */
  readonly accounts: KeptAccounts | undefined;
}

/** What became of a task's outstanding dispatch, as far as a snapshot shows it. */
export type RunFinding =
  /** Nothing is outstanding. */
  | { readonly kind: 'none' }
  /** It is queued or at work, or its run or result may not be in view yet: looking again then shows more (epoch ms). */
  | { readonly kind: 'waiting'; readonly until: number }
  /** It has shown no run for too long: it is sent once more under its number. */
  | { readonly kind: 'resend' }
  /** It is over, and what it says is of this task alone. */
  | { readonly kind: 'ended' }
  /** It left a pull request, which nobody has looked at yet. */
  | { readonly kind: 'in-review' }
  /** It could not be sent, or a rule keeps work from landing: nothing else of the plan is worth a try before a person looks. */
  | { readonly kind: 'refused'; readonly cause: Cause }
  /** It met a limit of a model provider, which holds all agents of a type. */
  | { readonly kind: 'limited'; readonly agent: string; readonly until: Instant }
  /** It met an outage of one, likewise. */
  | { readonly kind: 'outage'; readonly agent: string; readonly at: Instant }
  /** Its run will never do anything more: the run is cancelled, and its claim taken. */
  | { readonly kind: 'abandoned'; readonly run: number | undefined };

/** A task's record with what was found folded in. */
export interface FoldedRun {
  readonly record: TaskRecord;
  readonly found: RunFinding;
}
