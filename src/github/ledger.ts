import type { IssueView } from '../state/snapshot.ts';
import { unreachable } from '../state/unreachable.ts';

/**
 * What one process wrote to one repository and reads may not show yet, or never will: a dispatch has no name until its
 * run is listed, and what GitHub refused leaves no trace.
 */
export interface Ledger {
  /** Issues as they were written since the last reading. */
  readonly written: ReadonlyMap<number, IssueView>;
  /** Name to node id of labels created since the last reading. */
  readonly createdLabels: ReadonlyMap<string, string>;
  /** What was said in comments, and when (epoch ms, GitHub's). */
  readonly said: ReadonlyMap<string, number>;
  /** Issue number to when this process last wrote it (epoch ms, GitHub's), and the states that it replaced then. */
  readonly replaced: ReadonlyMap<number, { readonly at: number; readonly states: ReadonlySet<string> }>;
  /** Issue number to what was last dispatched for it here. */
  readonly dispatched: ReadonlyMap<number, { readonly dispatch: number; readonly run: number }>;
  /** Issue number to the dispatch that GitHub refused, and its words. */
  readonly refusedDispatches: ReadonlyMap<number, { readonly dispatch: number; readonly what: string }>;
  /** Pull requests that this process opened, by branch, or GitHub's words where it would not. */
  readonly openedPulls: ReadonlyMap<string, { readonly number: number } | { readonly refused: string }>;
  /** Branches that this process created, from which commit and when (epoch ms). */
  readonly createdBranches: ReadonlyMap<string, { readonly from: string; readonly at: number }>;
  /** Branches that GitHub would not let this process create, and its words. */
  readonly refusedBranches: ReadonlyMap<string, string>;
  /** The commit of the default branch that was last brought to the base, or GitHub's words why that cannot be. */
  readonly merged: { readonly head: string; readonly conflict?: string } | undefined;
  /** The newest progress commit of this process, and the commit of other work that it stands on. */
  readonly progress: { readonly commit: string; readonly standsOn: string } | undefined;
  /** What the newest progress commit of this process told, wherever it went, and when (epoch ms, GitHub's). */
  readonly told: { readonly milestones: string; readonly at: number } | undefined;
  /** The base refuses progress commits of the app: they go to the progress branch. */
  readonly usesProgressBranch: boolean;
  /** No branch took the newest one. */
  readonly refusesProgress: boolean;
}

export const EMPTY_LEDGER: Ledger = {
  written: new Map(),
  createdLabels: new Map(),
  said: new Map(),
  replaced: new Map(),
  dispatched: new Map(),
  refusedDispatches: new Map(),
  openedPulls: new Map(),
  createdBranches: new Map(),
  refusedBranches: new Map(),
  merged: undefined,
  progress: undefined,
  told: undefined,
  usesProgressBranch: false,
  refusesProgress: false,
};

/** One thing that this process learned by writing. */
export type LedgerEntry =
  | {
      readonly kind: 'issue-written';
      readonly issue: IssueView;
      /** As it was seen before; undefined where it is new. */
      readonly before: IssueView | undefined;
      /** Epoch milliseconds, GitHub's. */
      readonly at: number;
    }
  | { readonly kind: 'said'; readonly saying: string; readonly at: number }
  | { readonly kind: 'label-created'; readonly name: string; readonly id: string }
  | { readonly kind: 'dispatched'; readonly issue: number; readonly dispatch: number; readonly run: number }
  | { readonly kind: 'dispatch-refused'; readonly issue: number; readonly dispatch: number; readonly what: string }
  | { readonly kind: 'branch-created'; readonly branch: string; readonly from: string; readonly at: number }
  | { readonly kind: 'branch-refused'; readonly branch: string; readonly what: string }
  | { readonly kind: 'merged'; readonly head: string; readonly conflict?: string }
  | { readonly kind: 'pull-opened'; readonly branch: string; readonly number: number }
  | { readonly kind: 'pull-refused'; readonly branch: string; readonly what: string }
  | { readonly kind: 'progress-committed'; readonly from: string; readonly to: string }
  | { readonly kind: 'progress-told'; readonly milestones: string; readonly at: number }
  | { readonly kind: 'progress-refused' }
  | { readonly kind: 'progress-nowhere' };

/** @returns The ledger with what was learned, in order. Copies what changes once, however many entries there are. */
export function withEntries(ledger: Ledger, entries: readonly LedgerEntry[]): Ledger {
  if (entries.length === 0) return ledger;
  const next = {
    ...ledger,
    written: new Map(ledger.written),
    createdLabels: new Map(ledger.createdLabels),
    said: new Map(ledger.said),
    replaced: new Map(ledger.replaced),
    dispatched: new Map(ledger.dispatched),
    refusedDispatches: new Map(ledger.refusedDispatches),
    openedPulls: new Map(ledger.openedPulls),
    createdBranches: new Map(ledger.createdBranches),
    refusedBranches: new Map(ledger.refusedBranches),
  };
  for (const entry of entries) enter(next, entry);
  return next;
}

type Mutable<L> = { -readonly [K in keyof L]: L[K] extends ReadonlyMap<infer Key, infer V> ? Map<Key, V> : L[K] };

function enter(ledger: Mutable<Ledger>, entry: LedgerEntry): void {
  switch (entry.kind) {
    case 'issue-written':
      enterIssue(ledger, entry);
      break;
    case 'said':
      ledger.said.set(entry.saying, entry.at);
      break;
    case 'label-created':
      ledger.createdLabels.set(entry.name, entry.id);
      break;
    case 'dispatched':
      ledger.dispatched.set(entry.issue, { dispatch: entry.dispatch, run: entry.run });
      break;
    case 'dispatch-refused':
      ledger.refusedDispatches.set(entry.issue, { dispatch: entry.dispatch, what: entry.what });
      break;
    case 'branch-created':
      ledger.createdBranches.set(entry.branch, { from: entry.from, at: entry.at });
      ledger.refusedBranches.delete(entry.branch);
      break;
    case 'branch-refused':
      ledger.refusedBranches.set(entry.branch, entry.what);
      break;
    case 'merged': {
      const { kind, ...merged } = entry;
      ledger.merged = merged;
      break;
    }
    case 'pull-opened':
      ledger.openedPulls.set(entry.branch, { number: entry.number });
      break;
    case 'pull-refused':
      ledger.openedPulls.set(entry.branch, { refused: entry.what });
      break;
    case 'progress-committed':
      ledger.progress = { commit: entry.to, standsOn: workAt(entry.from, ledger) };
      break;
    case 'progress-told':
      ledger.told = { milestones: entry.milestones, at: entry.at };
      ledger.refusesProgress = false;
      break;
    case 'progress-refused':
      ledger.usesProgressBranch = true;
      break;
    case 'progress-nowhere':
      ledger.refusesProgress = true;
      break;
    default:
      unreachable(entry);
  }
}

/** The state that a write replaced may be read again for a while, and bears the time of the write where both are in one second. */
function enterIssue(
  ledger: Mutable<Ledger>,
  { issue, before, at }: Extract<LedgerEntry, { kind: 'issue-written' }>,
): void {
  const known = ledger.written.get(issue.number) ?? before;
  const earlier = known?.updatedAt === issue.updatedAt ? (ledger.replaced.get(issue.number)?.states ?? []) : [];
  const states = new Set([...earlier, ...(known ? [stateOf(known)] : [])]);
  ledger.replaced.set(issue.number, { at, states });
  ledger.written.set(issue.number, issue);
}

/** What can change of an issue, as text to compare. Of relations also what happened to them: no moment of change tells. */
export function stateOf(issue: IssueView): string {
  const { title, body, closedAs, labels, parent, blockedBy, blockerChanges, parentChanges } = issue;
  return JSON.stringify([
    title,
    body,
    closedAs ?? null,
    [...labels].sort(),
    parent ?? null,
    blockedBy.map(({ number, repository }) => [number, repository ?? null]),
    [...blockerChanges, ...parentChanges].map(({ by, at }) => [by ?? null, at]),
  ]);
}

/** The commit of other work that a commit of the default branch stands on: itself, unless it is our progress. */
export function workAt(commit: string, { progress }: Pick<Ledger, 'progress'>): string {
  return progress?.commit === commit ? progress.standsOn : commit;
}
