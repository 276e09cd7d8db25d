import type { MergeResult } from '../../git/merge-trees.ts';
import type { Landing } from '../../git/trailers.ts';
import type { Work } from '../../git/work.ts';
import type { Look } from './look.ts';
import type { TrainMove } from './move-train.ts';
import type { Entry } from './train.ts';

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
  /** @returns The one commit that stands for the work in the train. */
  readonly commitWork: (work: { readonly from: string; readonly tree: string }) => Promise<string>;
  readonly readWorks: (commits: readonly string[]) => Promise<ReadonlyMap<string, Work>>;
  readonly bringOnto: (asked: { readonly work: Work; readonly onto: string }) => Promise<MergeResult>;
  /** Whether two trees differ in nothing but what the app projects. */
  readonly isSame: (one: string, other: string) => Promise<boolean>;
}
