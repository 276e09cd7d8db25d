import type { Instant } from './instant.ts';
import type { ObservedFiles } from './observed-files.ts';
import type { ProbedDispatch, RepositoryFacts } from './preflight/facts.ts';
import type { PullView } from './pull-view.ts';
import type { RequestBudget } from './request-budget.ts';

/** What was observed about one repository in one pass, with GitHub's own time: pure folders see the world through this alone. */
export { type Instant, instant, millis } from './instant.ts';
export type { FileView } from './observed-files.ts';

export interface Snapshot {
  /** Epoch milliseconds by GitHub's Date header, the earliest of the pass. */
  readonly now: number;
  readonly repository: RepositoryView;
  /** What this process may still ask of GitHub, where that is little. */
  readonly budget?: RequestBudget;
  /** Login under which this process writes: `<slug>[bot]`, or `github-actions[bot]`. */
  readonly app: string;
  readonly files: ObservedFiles;
  /** Until when (epoch ms) the commit that was read counts as an older one: the files are of a newer one, and nothing is committed. */
  readonly filesUntil?: number;
  /** Label name to node id, of labels that exist in the repository. */
  readonly labels: ReadonlyMap<string, string>;
  /** Issues that carry one of our labels, and those that records name, in order of number. */
  readonly issues: readonly IssueView[];
  /** Numbers that records name and that are no issues of this repository any more: deleted, or transferred. */
  readonly gone?: ReadonlySet<number>;
  /** What of the past is left out; absent: nothing. */
  readonly past?: PastPlans;
  /** Runs of the task workflow since the oldest outstanding dispatch; ended ones always have their result in view. */
  readonly runs: readonly RunView[];
  /** Comments since two minutes before the watermark, in order of id. */
  readonly comments: readonly CommentView[];
  /** Logins known to hold write permission: of commenters, label setters and issue authors that matter. */
  readonly writers: ReadonlySet<string>;
  /** What this process dispatched and GitHub may not show yet: issue number to the run it was given. */
  readonly dispatched: ReadonlyMap<number, { readonly dispatch: number; readonly run: number }>;
  /** The base takes no commits of the app, as GitHub answered this process: progress is on a branch of its own. */
  readonly usesProgressBranch?: boolean;
  /** A rule kept the newest progress commit from that branch, too. */
  readonly refusesProgress?: boolean;
  /** What the base has gained since it was last looked at; absent where that could not be read, or there is no base yet. */
  readonly base?: BaseHistory;
  /** Pull requests of ours that somebody waits for, by number, as far as GitHub shows them. */
  readonly pulls?: ReadonlyMap<number, PullView>;
  /** Pull requests that this process opened, by branch, or GitHub's words where it would not. */
  readonly opened?: ReadonlyMap<string, { readonly number: number } | { readonly refused: string }>;
  /** What this process has said in comments that reads may not show yet, as `sayingOf` writes it. */
  readonly said?: ReadonlySet<string>;
  /** How the repository is set up, where that was read in this pass: see `isPreflightDue`. */
  readonly facts?: RepositoryFacts;
  /** The dispatch whose claim says that its run looked, and found nothing that keeps work from landing. */
  readonly probed?: ProbedDispatch;
  /** Dispatches of this process that GitHub refused, and its words: issue number to dispatch. */
  readonly refused: ReadonlyMap<number, { readonly dispatch: number; readonly what: string }>;
}

/** Closed issues that nobody has touched since a moment are not in view: they belong to other plans, and those are over. */
export interface PastPlans {
  /** Epoch milliseconds. */
  readonly before: number;
  /** How many plan issues were made before then. */
  readonly plans: number;
}

export interface RepositoryView {
  readonly owner: string;
  readonly name: string;
  /** GraphQL node id. */
  readonly id: string;
  readonly defaultBranch: string;
  /** Address for people, without a trailing slash: `https://github.com/acme/daw`. */
  readonly url: string;
  /** Commit at the tip of the base; of the default branch while the base does not exist. */
  readonly head: string;
  /** Where work lands on a branch of its own. */
  readonly integrationBranch?: IntegrationBranch;
  /** The newest commit of the base that is not one of progress, as far as this process knows; absent: the head. */
  readonly work?: string;
}

/** Commits of the base, by which landed work is found there, and found to be gone. */
export interface BaseHistory {
  /** Newest first: those since `since`; back to before the plan began where `whole` is true. */
  readonly commits: readonly BaseCommit[];
  /** The last look, as the plan's record has it (`head`), where the base still holds that commit. */
  readonly since: string | undefined;
  /** What is not among `commits` is not on the base. */
  readonly whole: boolean;
  /** Nobody knows which branch is the base: what is not among `commits` may be on another one. */
  readonly mayBeElsewhere?: boolean;
}

export interface BaseCommit {
  readonly oid: string;
  readonly message: string;
  /** The commits that it stands on; of a merge the one that it was merged into first. */
  readonly parents: readonly string[];
}

/** A base that is not the default branch. */
export interface IntegrationBranch {
  readonly branch: string;
  readonly exists: boolean;
  readonly defaultHead: string;
  /** The default branch holds more than progress that the base lacks. */
  readonly behind: boolean;
  /** Why that cannot be brought over, in GitHub's words. */
  readonly conflict?: string;
  /** Why it cannot be made, in GitHub's words. */
  readonly refused?: string;
}

export interface IssueView {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  /** The one that its author gave it, whatever became of it since. */
  readonly firstTitle: string;
  readonly body: string;
  readonly open: boolean;
  /** Why it is closed; undefined while open. */
  readonly closedAs: 'completed' | 'not_planned' | 'duplicate' | undefined;
  readonly closedAt: Instant | undefined;
  /** Who closed it; undefined while open, and where nobody knows. */
  readonly closedBy: string | undefined;
  /** When it was last opened again after having been closed. */
  readonly reopenedAt: Instant | undefined;
  /** Who opened it again then; undefined where nobody knows. */
  readonly reopenedBy: string | undefined;
  readonly author: string;
  /** When the body was last edited; undefined where it never was. */
  readonly editedAt?: Instant | undefined;
  /** Who wrote the body as it stands: its last editor, or the author. Undefined where nobody knows: the account was deleted. */
  readonly writer: string | undefined;
  readonly createdAt: Instant;
  readonly labels: readonly string[];
  /** Who set each label last, where GitHub still shows it. */
  readonly labelled: ReadonlyMap<string, { readonly by: string; readonly at: Instant }>;
  /** Labels set and taken off, oldest first: the newest that GitHub shows. */
  readonly labelChanges: readonly LabelChange[];
  /** Closings and reopenings, oldest first: the newest that GitHub shows. */
  readonly stateChanges: readonly StateChange[];
  readonly parent: number | undefined;
  readonly blockedBy: readonly Blocker[];
  /** Blockers set and taken off, oldest first: the newest that GitHub shows. */
  readonly blockerChanges: readonly BlockerChange[];
  /** Issues that it was put below, or taken out of, oldest first, likewise. */
  readonly parentChanges: readonly ParentChange[];
  /** How many issues stand below it, whatever they are. */
  readonly subIssues: number;
  /** Who gave it the title that it bears, and when; nobody where the account was deleted. */
  readonly titled: { readonly by: string | undefined; readonly at: Instant };
  /** Neither runs nor the app can say anything there. */
  readonly locked: boolean;
  readonly updatedAt: Instant;
}

export interface LabelChange {
  readonly label: string;
  readonly added: boolean;
  /** Undefined where nobody knows. */
  readonly by: string | undefined;
  readonly at: Instant;
}

export interface StateChange {
  readonly to: 'open' | NonNullable<IssueView['closedAs']>;
  /** Undefined where nobody knows. */
  readonly by: string | undefined;
  readonly at: Instant;
}

export interface BlockerChange {
  readonly blocker: Blocker;
  readonly added: boolean;
  /** Undefined where nobody knows. */
  readonly by: string | undefined;
  readonly at: Instant;
}

export interface ParentChange {
  /** Undefined where it was taken out, or put below an issue of another repository. */
  readonly parent: number | undefined;
  /** Undefined where nobody knows. */
  readonly by: string | undefined;
  readonly at: Instant;
}

/** An issue that another one is blocked by. */
export interface Blocker {
  readonly number: number;
  readonly open: boolean;
  /** GraphQL node id, where it is known. */
  readonly id?: string;
  /** `owner/name` where it lives in another repository: numbers alone say nothing there. Empty where the app may not see it. */
  readonly repository?: string;
}

export interface RunView {
  readonly id: number;
  /** `run-name` as evaluated: see `dispatchTitle`. */
  readonly title: string;
  readonly ended: boolean;
  /** No runner has taken it yet. */
  readonly queued?: boolean;
  /** GitHub's conclusion of an ended run: `success`, `failure`, `cancelled`, `timed_out`, … */
  readonly conclusion: string | undefined;
  /** Of a run that ended as cancelled: what else than a person ended it. */
  readonly stopped?: RunStop;
  readonly actor: string;
  /** The file of its workflow, from the root of the repository. */
  readonly path: string;
  readonly event: string;
  /** The branch that it was started on. */
  readonly branch: string;
  readonly createdAt: Instant;
  /** When an ended run ended; before that, when it last changed. */
  readonly updatedAt: Instant;
}

/** What GitHub tells as cancelled although no person cancelled it. */
export type RunStop =
  /** A job met its limit. */
  | { readonly kind: 'time-limit'; readonly minutes: number }
  /** A newer run of the same concurrency group took its place. */
  | { readonly kind: 'displaced' }
  /** No runner took it within a day. */
  | { readonly kind: 'not-taken' };

export interface CommentView {
  /** Database id: grows with every comment of the repository. */
  readonly id: number;
  readonly nodeId: string;
  readonly issue: number;
  readonly author: string;
  readonly body: string;
  readonly createdAt: Instant;
  readonly edited: boolean;
}
