import type { Instant } from './instant.ts';

export interface FileView {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** It is larger than the app reads. */
  readonly tooLarge?: boolean;
}

export interface PlanChange {
  /** Login of the author of the commit; undefined where nobody knows. */
  readonly by: string | undefined;
  /** When it was committed. */
  readonly at: Instant;
}

/** What the app reads and writes on the default branch. */
export interface ObservedFiles {
  readonly plan: FileView | undefined;
  /** Its last change; absent: nobody asked. */
  readonly planChange?: PlanChange;
  readonly config: FileView | undefined;
  /** A second configuration, under its other name. */
  readonly otherConfig?: FileView | undefined;
  readonly progress: FileView | undefined;
  /** Names in the folder of the pictures beside the progress file; absent: nobody looked. */
  readonly pictures?: readonly string[];
}
