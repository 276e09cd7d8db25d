import type { MergeResult } from '../../git/merge-trees.ts';
import type { PushResult } from '../../git/push.ts';
import type { Landing } from '../../git/trailers.ts';
import type { Work } from '../../git/work.ts';
import type { Entry, Train } from './train.ts';

/** What the remote shows to a run that lands. */
export interface Look {
  /** Newest commit of the base, and its tree. */
  readonly head: string;
  readonly tree: string;
  /** The commit that the train's ref points at; absent before the first run has used it. */
  readonly trainCommit: string | undefined;
  readonly train: Train;
  /** The commit of each claim, by issue. */
  readonly claims: ReadonlyMap<number, string>;
}

export type TrainMove =
  | { readonly kind: 'moved'; readonly look: Look }
  | Exclude<PushResult, { readonly kind: 'moved' }>;

/** All that the train asks of git and of the remote: whatever answers these decides nothing. */
export interface TrainRepository {
  /** A run that has landed keeps its claim until it has told of it: GitHub merges, and knows of no claims. */
  readonly keepsClaims: boolean;
  /** One conversation. @param known What was seen before: nothing of it is read twice. @returns Why nothing was seen. */
  readonly look: (known: Look | undefined) => Promise<Look | { readonly silent: string }>;
  readonly isAncestor: (of: { readonly commit: string; readonly head: string }) => Promise<boolean>;
  /** Landings of these issues that `head` holds and `since` does not. */
  readonly landingsOn: (asked: {
    readonly head: string;
    readonly since: string;
    readonly issues: readonly number[];
  }) => Promise<readonly Landing[]>;
  /** Puts another train in the place of the one that was seen, by compare-and-swap. */
  readonly moveTrain: (move: {
    readonly look: Look;
    readonly seq: number;
    readonly entries: readonly Entry[];
  }) => Promise<TrainMove>;
  readonly treeOf: (commit: string) => Promise<string>;
  /** @param of A commit or a tree. */
  readonly treeIfThere: (of: string) => Promise<string | undefined>;
  /** @returns The one commit that stands for the work in the train. */
  readonly commitWork: (work: { readonly from: string; readonly tree: string }) => Promise<string>;
  readonly readWorks: (commits: readonly string[]) => Promise<ReadonlyMap<string, Work>>;
  readonly bringOnto: (asked: { readonly work: Work; readonly onto: string }) => Promise<MergeResult>;
  /**
   * How trees differ from another one: what is said of two of them is the same where these differ in nothing but what the
   * app projects, and nowhere else.
   */
  readonly differencesFrom: (asked: {
    readonly from: string;
    readonly to: readonly string[];
  }) => Promise<ReadonlyMap<string, string>>;
}
