import type { Path } from './position.ts';

/** A task as far as it can be read from a file that may be broken elsewhere. */
export interface PartialTask {
  readonly id: string;
  /** The id that it had before. */
  readonly was?: string;
  /** Its index among the tasks of the file. */
  readonly place: number;
  readonly completed: boolean;
  /** By their index in the file; undefined where one is no text, or does not count. */
  readonly dependencies: readonly (string | undefined)[];
}

export interface ReferenceProblem {
  readonly path: Path;
  readonly message: string;
}
