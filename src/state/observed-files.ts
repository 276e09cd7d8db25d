export interface FileView {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** It is larger than the app reads. */
  readonly tooLarge?: boolean;
}

/** What the app reads and writes on the default branch. */
export interface ObservedFiles {
  /** The commit that they are of; absent: nobody asked. */
  readonly commit?: string;
  /** Commits that records name and that this one does not stand on: the branch was put back to before them. */
  readonly dropped?: ReadonlySet<string>;
  readonly plan: FileView | undefined;
  readonly config: FileView | undefined;
  /** A second configuration, under its other name. */
  readonly otherConfig?: FileView | undefined;
  readonly progress: FileView | undefined;
  /** Names in the folder of the pictures beside the progress file; absent: nobody looked. */
  readonly pictures?: readonly string[];
}
