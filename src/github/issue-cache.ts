import type { LoadedProject } from '../plan/load-project.ts';
import type { CommentView, IssueView, RunView } from '../state/snapshot.ts';
import type { BaseReading } from './read/base-history.ts';
import { type LargeFiles, NO_LARGE_FILES } from './read/files.ts';
import type { FilesSeen } from './read/newest-files.ts';
import type { RunStops } from './read/run-stops.ts';

/** What one process has read of one repository: the next reading asks only for what changed. */
export interface IssueCache {
  /** As last seen or written by this process, whichever is newer. */
  readonly issues: ReadonlyMap<number, IssueView>;
  /** Issues that changed before this moment (epoch ms) are all in `issues`; undefined before the first reading. */
  readonly issuesSince: number | undefined;
  /** What `issues` leaves out; undefined while nobody knows how far back it has to go. */
  readonly past: KnownPast | undefined;
  /** Numbers that records name and that were no issues of this repository when all were last read. */
  readonly gone: ReadonlySet<number>;
  /** When every issue was last read (epoch ms, GitHub's). */
  readonly everyIssueReadAt: number;
  /** Name to node id. */
  readonly labels: ReadonlyMap<string, string>;
  /** Undefined before they were first listed. */
  readonly comments: KnownComments | undefined;
  readonly runs: ReadonlyMap<number, RunView>;
  /** What ended those that GitHub told as cancelled, as far as that was asked. */
  readonly stops: RunStops;
  /** When runs were last listed (epoch ms, GitHub's). */
  readonly runsReadAt: number;
  /** Login to whether it may write. */
  readonly permissions: ReadonlyMap<string, Permission>;
  /** As it was last loaded: the next reading looks where this one lay. */
  readonly project: LoadedProject | undefined;
  /** Logins of all hosts that count, by the last configuration that could be read. */
  readonly hosts: readonly string[];
  readonly files: FilesSeen | undefined;
  /** Plan, configuration and progress, where GraphQL does not give them whole. */
  readonly large: LargeFiles;
  readonly comparison: BaseComparison | undefined;
  readonly base: BaseReading | undefined;
  /** Open pull requests that touch plan or configuration, with their heads, when every issue was last read. */
  readonly proposals: ReadonlyMap<number, string>;
}

/** What is left out of what a process knows. */
export interface KnownPast {
  /** Closed issues that nobody has touched since then (epoch ms) are; undefined where nothing is. */
  readonly before: number | undefined;
  /** Id of the plan that none of them belongs to. */
  readonly plan: string;
  /** How many plan issues were made before then. */
  readonly plans: number;
}

/** Every comment that was created since one moment, as it was at another (epoch ms, GitHub's). */
export interface KnownComments {
  readonly since: number;
  readonly readAt: number;
  /** In order of id. */
  readonly comments: readonly CommentView[];
}

interface Permission {
  readonly writes: boolean;
  /** When that was asked (epoch ms, GitHub's). */
  readonly at: number;
}

/** What the base lacks of the default branch. */
export interface BaseComparison {
  /** The commit of the default branch that the base was compared with. */
  readonly head: string;
  readonly behind: boolean;
}

export const EMPTY_CACHE: IssueCache = {
  issues: new Map(),
  gone: new Set(),
  issuesSince: undefined,
  past: undefined,
  everyIssueReadAt: 0,
  labels: new Map(),
  comments: undefined,
  runs: new Map(),
  stops: new Map(),
  runsReadAt: 0,
  permissions: new Map(),
  project: undefined,
  hosts: [],
  files: undefined,
  large: NO_LARGE_FILES,
  comparison: undefined,
  base: undefined,
  proposals: new Map(),
};
