import type { Project } from '../plan/project.ts';
import type { Derivations } from '../state/derivations.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { Timings } from '../state/timings.ts';

export interface DecideInput {
  readonly snapshot: Snapshot;
  readonly project: Project;
  readonly timings: Timings;
  /** Kept by the host between passes: a new one costs time, and changes nothing. */
  readonly derivations: Derivations;
  /**
   * Progress is committed before anything else is written, or none of this is: then the issues of what landed are closed,
   * and what waits for that starts.
   */
  readonly closesLanded?: boolean;
  /** Notices that this process has brought to everybody, or gave up, as `noticeKey` names them. */
  readonly settledNotices?: ReadonlySet<string> | undefined;
  /** Issues in whose bodies there is no room for what this snapshot would have written there; found by `decide` itself. */
  readonly full?: ReadonlySet<number>;
}
