/** What happens to a merge train: who comes, what is wrong with what, and what the world does meanwhile. All in seconds. */
export interface TrainCourse {
  /** Of everything that is left to chance: latencies, which reads are stale, which checks are flaky. */
  readonly seed: number;
  readonly tasks: readonly TaskCourse[];
  /** Parts that do not merge with each other: `w3`, the work of task 3; `p1`, a commit by others. */
  readonly conflicts: readonly Pair[];
  /** Parts that fail together, though each of them passes. */
  readonly quarrels: readonly Pair[];
  readonly happenings: readonly Happening[];
  /** How many of all reads are stale, and of all pushes have no clear answer; of 1. */
  readonly stale: number;
  readonly unclear: number;
  /** After this, reads and pushes are as they should be, and no happening comes. */
  readonly calmFrom: number;
}

export type Pair = readonly [string, string];

export interface TaskCourse {
  /** From 1. */
  readonly issue: number;
  readonly arrives: number;
  /** What its agent takes before there is work. */
  readonly works: number;
  readonly verifies: number;
  readonly jobs: 'one' | 'reviewed' | 'hardened';
  /** It makes a change that others make, too: `s1`. */
  readonly shares: boolean;
  /** It passes nowhere. */
  readonly broken: boolean;
  /** How many of its verifications fail by chance; of 1. */
  readonly flaky: number;
  /** Its first verification takes so much longer. */
  readonly hangs: number;
  /** After its arrival. */
  readonly dies: number | undefined;
  readonly freezes: { readonly after: number; readonly lasts: number } | undefined;
  readonly cancelled: number | undefined;
  /** By how much its wall clock is off. */
  readonly clockOff: number;
}

export interface Happening {
  readonly at: number;
  readonly what:
    | 'commit'
    | 'shared-commit'
    | 'projection'
    | 'force-push'
    | 'delete-train'
    | 'garble-train'
    | 'refuse-train';
}
