export interface GitObject {
  readonly oid: string;
  readonly type: 'commit' | 'tree' | 'blob' | 'tag';
  readonly content: Buffer;
}

export interface ListedRef {
  readonly name: string;
  readonly oid: string;
  readonly type: GitObject['type'];
}

/** What reads a repository: the live one, or one as it stood a moment ago. */
export interface GitReader {
  readonly read: (expression: string) => Promise<GitObject | null>;
  readonly commitId: (expression: string) => Promise<string | null>;
  /** Every ref, in order of name. */
  readonly refs: () => Promise<readonly ListedRef[]>;
  readonly close: () => Promise<void>;
}

/** What git says about a head on a base; counted from their merge base. */
export interface Comparison {
  readonly commits: number;
  readonly files: number;
  readonly additions: number;
  readonly deletions: number;
}
