import type { FileProblem, TaskId } from '../../plan/plan.ts';
import type { DispatchInputs } from '../../state/names.ts';
import type { Notice } from '../../state/notice.ts';
import type { Spending } from '../../state/spending.ts';
import type { TaskView } from '../../state/task-view.ts';

/** What requires this is done only where progress was committed in front of all effects, or tells of everything already. */
export const PROGRESS_KEY = 'progress';

/** One write to GitHub as data. `reason` says why, for logs. */
export type Effect =
  | CreateLabel
  | CreateIssue
  | WriteBody
  | AddLabels
  | RemoveLabels
  | AddBlockedBy
  | RemoveBlockedBy
  | Comment
  | React
  | MinimizeComment
  | Assign
  | CloseIssue
  | SetParent
  | ReopenIssue
  | Dispatch
  | CancelRun
  | BuryClaim
  | ClosePull
  | ReopenPull
  | CreateBranch
  | MergeBranch
  | OpenPull;

interface Base {
  /** The same in every pass that decides the same, and unique within a decision. */
  readonly key: string;
  /** Keys of effects of the same decision that must have been applied before; where one was not, this one is skipped. */
  readonly requires?: string | readonly string[];
  readonly reason: string;
}

export interface CreateLabel extends Base {
  readonly kind: 'create-label';
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

export interface CreateIssue extends Base {
  readonly kind: 'create-issue';
  readonly title: string;
  readonly body: string;
  /** Names of labels that exist already. */
  readonly labels: readonly string[];
  /** Number of the parent issue. */
  readonly parent: number | undefined;
}

/** The whole body is replaced; what people wrote in it comes along. */
export interface WriteBody extends Base {
  readonly kind: 'write-body';
  readonly issue: number;
  readonly body: string;
  /** Where the title is to be another. */
  readonly title?: string;
}

/** Moves an issue below another one. */
export interface SetParent extends Base {
  readonly kind: 'set-parent';
  readonly issue: number;
  readonly parent: number;
}

export interface AddLabels extends Base {
  readonly kind: 'add-labels';
  readonly issue: number;
  readonly labels: readonly string[];
}

export interface RemoveLabels extends Base {
  readonly kind: 'remove-labels';
  readonly issue: number;
  readonly labels: readonly string[];
}

export interface AddBlockedBy extends Base {
  readonly kind: 'add-blocked-by';
  readonly issue: number;
  readonly blocker: number;
  /** GraphQL node id of a blocker that is no issue of the plan. */
  readonly blockerId?: string;
}

export interface RemoveBlockedBy extends Base {
  readonly kind: 'remove-blocked-by';
  readonly issue: number;
  readonly blocker: number;
  /** Likewise. */
  readonly blockerId?: string;
}

export interface Comment extends Base {
  readonly kind: 'comment';
  readonly issue: number;
  readonly body: string;
  /** What it is about, once, where the key does not tell one occasion from the next. */
  readonly occasion?: string;
}

export interface React extends Base {
  readonly kind: 'react';
  /** GraphQL id of the comment. */
  readonly comment: string;
  readonly content: 'THUMBS_UP' | 'EYES' | 'CONFUSED';
}

/** Folds a comment as out of date. */
export interface MinimizeComment extends Base {
  readonly kind: 'minimize-comment';
  readonly issue: number;
  /** GraphQL id. */
  readonly comment: string;
}

/** Gives an issue to people, beside those who have it. Whom GitHub does not let have it is left out. */
export interface Assign extends Base {
  readonly kind: 'assign';
  readonly issue: number;
  readonly logins: readonly string[];
}

export interface CloseIssue extends Base {
  readonly kind: 'close-issue';
  readonly issue: number;
  readonly as: 'completed' | 'not_planned' | { readonly duplicateOf: number };
}

/** It is the app's doing, and no person's wish to have it done again. */
export interface ReopenIssue extends Base {
  readonly kind: 'reopen-issue';
  readonly issue: number;
}

/** It requires the body that announces it, since a run that the issue does not ask for works for nobody, and the closings that it has waited for. */
export interface Dispatch extends Base {
  readonly kind: 'dispatch';
  readonly inputs: DispatchInputs;
}

export interface CancelRun extends Base {
  readonly kind: 'cancel-run';
  readonly run: number;
}

/**
 * Moves the claim to a tombstone that names the dispatch: no run of it, at work or still queued, can land anything or
 * take the task again. A claim of a higher dispatch stays as it is.
 */
export interface BuryClaim extends Base {
  readonly kind: 'bury-claim';
  readonly issue: number;
  readonly dispatch: number;
}

/** Takes the open pull requests of a branch out of queue and auto-merge, and closes them. */
export interface ClosePull extends Base {
  readonly kind: 'close-pull';
  readonly branch: string;
}

/** One that somebody closed who may not write. */
export interface ReopenPull extends Base {
  readonly kind: 'reopen-pull';
  readonly number: number;
  /** GraphQL node id. */
  readonly id: string;
}

/** A branch that is there already is left as it is. */
export interface CreateBranch extends Base {
  readonly kind: 'create-branch';
  readonly branch: string;
  /** The commit that it starts at. */
  readonly from: string;
}

/** Brings over what the other branch has; nothing where there is nothing. */
export interface MergeBranch extends Base {
  readonly kind: 'merge-branch';
  readonly into: string;
  readonly from: string;
  /** The commit at the tip of `from`, as it was seen. */
  readonly head: string;
}

/** One pull request for a branch that has none. */
export interface OpenPull extends Base {
  readonly kind: 'open-pull';
  readonly branch: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
}

export interface Decision {
  /** In the order in which they are to be applied. */
  readonly effects: readonly Effect[];
  /** Every task of the plan, in plan order, as it stands once the effects are applied. */
  readonly tasks: readonly TaskView[];
  /** Epoch milliseconds at which the same snapshot would decide differently; undefined when only an event can change it. */
  readonly wakeAt: number | undefined;
  /** Why nothing is dispatched at all, for people: one line of Markdown; undefined when dispatching goes on. */
  readonly notice: string | undefined;
  /** What was spent, and what is reserved for what runs. Absent where the records were not looked at, like the next one. */
  readonly spending?: Spending;
  /** The same in one line of Markdown: see `spendingMeter`. */
  readonly meter?: string | undefined;
  /** What a person has to decide about the plan in the file. While there is anything, no file is projected. */
  readonly undecided?: readonly FileProblem[];
  /** What is to be sent to people elsewhere, once the plan's record is written. Absent: nobody is told. */
  readonly outbox?: readonly Notice[];
  /** Numbers of the issues that exist for the plan and its waves. */
  readonly planIssue: number | undefined;
  readonly waveIssues: ReadonlyMap<number, number>;
  /** Numbers of the issues whose records a newer version wrote. While there are any, no file is projected. */
  readonly leftAlone: readonly number[];
  /** The longest path through the plan by estimate. */
  readonly criticalPath: { readonly path: readonly TaskId[]; readonly minutes: number };
}
