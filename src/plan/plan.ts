import type { DocumentClaims } from './document-claims.ts';

/** The words of a plan. Everything else in this folder produces or reads these values. */

/** Id of a task: `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`, legal in a git ref. Made only by loading a plan. */
export type TaskId = string & { readonly __brand: 'TaskId' };

/** What kind of work a task is. Routes match on it; any other word is as good as these. */
export type Category = 'setup' | 'code' | 'security' | 'testing' | 'review' | (string & {});

export const TASK_STATUSES = ['pending', 'in_progress', 'completed', 'blocked'] as const;

export type TaskStatus = (typeof TASK_STATUSES)[number];

export interface Task {
  readonly id: TaskId;
  /** The id that it had before: its issue goes with it. */
  readonly was?: TaskId;
  readonly title: string;
  readonly description: string;
  /** The wave written in the file, or the task's depth in the graph, from 1. */
  readonly wave: number;
  readonly category?: Category;
  /**
   * In file order, each once, each the id of another task of the plan in that task's own spelling. Without those that
   * close a circle among completed tasks.
   */
  readonly dependencies: readonly TaskId[];
  /** Estimate in minutes, above 0; 60 where the file gives none. */
  readonly minutes: number;
  readonly acceptance: readonly string[];
  /** Paths and globs that must exist when the task is done. */
  readonly outputs: readonly string[];
  /** Paths and globs that the task changes; tasks that overlap do not run together. */
  readonly touches: readonly string[];
  readonly agent?: string;
  readonly model?: string;
  /** US dollars for an hour of agent work; beats the price of the agent type. */
  readonly cost_per_hour?: number;
  /** A whole number: of tasks that may start, the highest goes first. Absent: 0. */
  readonly priority?: number;
  /** A name under `checks.integration` of the configuration, never a command. */
  readonly integration?: string;
  /** As the file says at load; `pending` where it says nothing. */
  readonly status: TaskStatus;
}

export interface Wave {
  readonly number: number;
  readonly title: string;
}

export interface Plan {
  /** Who this plan is, in lower case: as the file says, or its name as a slug. */
  readonly id: string;
  /** The file names no id: the one that the open plan issue records goes before that made of the name. */
  readonly idFromName?: true;
  readonly name: string;
  /** Ascending; every wave that a task names, and no other. */
  readonly waves: readonly Wave[];
  /** In file order. */
  readonly tasks: readonly Task[];
  /** What the document that the plan was imported from says about itself. */
  readonly claims?: DocumentClaims;
}

/** Something wrong in a file that a person wrote. Lines and columns count from 1. */
export interface FileProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What is wrong; what to do. */
  readonly message: string;
}
