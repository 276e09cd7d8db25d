import type { Config } from '../plan/config.ts';
import type { Graph } from '../plan/graph.ts';
import type { Plan } from '../plan/plan.ts';
import type { Derivations } from './derivations.ts';
import type { Snapshot } from './snapshot.ts';
import type { TaskView } from './task-view.ts';
import type { TrackedIssues } from './tracked-issues.ts';

/** Where a plan stands once everything that happened is folded in and every task has its state: what texts are written from. */
export interface Situation {
  readonly plan: Plan;
  readonly graph: Graph;
  readonly config: Config;
  readonly snapshot: Snapshot;
  /** Why nothing is dispatched at all; undefined when dispatching goes on. */
  readonly notice: string | undefined;
  /** Issues of what landed are closed: see `DecideInput`. */
  readonly closesLanded?: boolean | undefined;
  /** The longest path through the plan by estimate. */
  readonly path: { readonly minutes: number };
  /** What was spent, in one line of Markdown: see `spendingMeter`. */
  readonly meter?: string | undefined;
  /** With records as they are to be. */
  readonly tracked: TrackedIssues;
  readonly tasks: readonly TaskView[];
  /** The same tasks, by wave. */
  readonly byWave: ReadonlyMap<number, readonly TaskView[]>;
  readonly derivations: Derivations;
}
