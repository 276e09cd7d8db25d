import type { Config } from '../plan/config.ts';
import type { TaskId } from '../plan/plan.ts';
import type { KnownMatch } from './match-again.ts';
import type { IssueView } from './snapshot.ts';
import type { TaskView } from './task-view.ts';

/** What holds tasks on which themselves nobody said anything. */
export interface HoldsFound {
  /** Why each wave is held, by its number. */
  readonly waves: ReadonlyMap<number, string | undefined>;
  /** Tasks that people started one by one, and what those need: they are held otherwise than their waves. */
  readonly started: ReadonlySet<TaskId>;
}

/**
 * What a pass leaves to the next one over the same plan: which tasks are settled, so that there is nothing to do at them
 * for as long as the same is known of them and of what they depend on. Losing it costs time alone.
 */
export interface LastPass {
  /** As GitHub shows them; as they count they are in the match. */
  readonly seen: readonly IssueView[];
  readonly match: KnownMatch;
  readonly config: Config;
  /** Address of the repository: bodies name it. */
  readonly url: string;
  readonly holds: HoldsFound;
  readonly tasks: readonly TaskView[];
  readonly byWave: ReadonlyMap<number, readonly TaskView[]>;
  /** By place in the plan: 1 where there was nothing to do, and nothing that passing time would change. */
  readonly settled: Uint8Array;
}
