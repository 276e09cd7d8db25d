import type { Path } from './position.ts';

/** A task as far as it can be read from a file that may be broken elsewhere. */
export interface PartialTask {
  readonly id: string;
  /** The id that it had before. */
  readonly was?: string;
  readonly path: Path;
  readonly completed: boolean;
  readonly dependencies: readonly { readonly id: string; readonly path: Path }[];
}

export interface ReferenceProblem {
  readonly path: Path;
  readonly message: string;
}
