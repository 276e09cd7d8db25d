import type { Task, TaskId } from '../../plan/plan.ts';
import type { Objection } from '../../state/result.ts';
import type { AttemptFailure } from '../protocol/assignment.ts';

/** Everything that a brief says, gathered by the claim step from the plan, the issue and the base. */
export interface BriefSource {
  readonly plan: string;
  readonly task: Task;
  readonly attempt: number;
  /** Direct dependencies in plan order, with what their landing commit says. */
  readonly dependencies: readonly Dependency[];
  /** Waves whose tasks are all completed, ascending. */
  readonly completedWaves: readonly CompletedWave[];
  readonly guidance: string | undefined;
  readonly lastFailure: AttemptFailure | undefined;
  /** What a reviewer wants changed in the work that lies in the checkout. */
  readonly objections?: RaisedObjections | undefined;
  /** Unfinished work that lies in the checkout already. */
  readonly resumed: Resumed | undefined;
  /** Upper bound of the whole, in characters. */
  readonly characters: number;
  /** Paths of the configuration that may hold guidance for agents. */
  readonly context: readonly string[];
}

export interface RaisedObjections {
  /** Type of the reviewer. */
  readonly by: string;
  readonly round: number;
  readonly rounds: number;
  readonly list: readonly Objection[];
}

export interface Dependency {
  readonly id: TaskId;
  readonly title: string;
  /** Undefined where nothing landed with our trailers: closed by hand, or done before. */
  readonly commit: string | undefined;
  readonly summary: string;
}

export interface CompletedWave {
  readonly number: number;
  readonly title: string;
  readonly tasks: readonly TaskId[];
}

export type Resumed =
  /** A run of this task had to stop; `conflicts` are files that others changed too, with both sides in them. */
  | { readonly kind: 'checkpoint'; readonly changed: readonly string[]; readonly conflicts: readonly string[] }
  /** People looked at the pull request and want changes, or its checks failed. */
  | { readonly kind: 'review'; readonly pull: number; readonly conflicts: readonly string[] };
