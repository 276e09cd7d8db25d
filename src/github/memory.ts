import { type Derivations, newDerivations } from '../state/derivations.ts';
import type { IssueView, RunView } from '../state/snapshot.ts';
import { type Paths, pathsOf } from './read/paths.ts';

/**
 * What one process knows of one repository between passes. It saves requests and bridges stale reads; losing it
 * costs one full look, never correctness.
 */
export interface Memory {
  /** Issues as last seen or written, whichever is newer. */
  readonly issues: Map<number, IssueView>;
  /** Issues changed before this moment (epoch ms) are all in `issues`; undefined before the first full look. */
  issuesSince: number | undefined;
  /** When every issue was last read (epoch ms, GitHub's). */
  fullLookAt: number;
  readonly labels: Map<string, string>;
  readonly runs: Map<number, RunView>;
  /** When runs were last listed (epoch ms, GitHub's). */
  runsAt: number;
  /** Issue number to what was last dispatched for it here. */
  readonly dispatched: Map<number, { readonly dispatch: number; readonly run: number }>;
  /** Issue number to the dispatch that GitHub refused, and its words. */
  readonly refused: Map<number, { readonly dispatch: number; readonly what: string }>;
  /** Issue number to when this process last wrote it (epoch ms, GitHub's), and the states that it replaced then. */
  readonly replaced: Map<number, { readonly at: number; readonly states: ReadonlySet<string> }>;
  paths: Paths;
  /** The base refuses progress commits of the app: they go to the progress branch. */
  usesProgressBranch: boolean;
  /** The base, as the plan and the configuration with these texts name it. */
  base:
    | { readonly plan: string | undefined; readonly config: string | undefined; readonly branch: string | undefined }
    | undefined;
  /** What the base lacks of the default branch at that commit, and why it cannot be brought over. */
  compared: { readonly head: string; readonly behind: boolean; readonly conflict?: string } | undefined;
  /** Progress commits of this process, and the commit of other work that each stands on. */
  readonly standsOn: Map<string, string>;
  /** Pull requests that this process opened, by branch, or GitHub's words where it would not. */
  readonly opened: Map<string, { readonly number: number } | { readonly refused: string }>;
  /** Branches that this process made, from where and when (epoch ms): a read may not show them yet. */
  readonly made: Map<string, { readonly from: string; readonly at: number }>;
  /** Branches that GitHub would not let this process make, and its words. */
  readonly branchesRefused: Map<string, string>;
  /** Login to whether it may write, and when that was asked (epoch ms). */
  /** What was derived from these values. */
  readonly derivations: Derivations;
  readonly permissions: Map<string, { readonly writes: boolean; readonly at: number }>;
}

export function newMemory(): Memory {
  return {
    issues: new Map(),
    issuesSince: undefined,
    fullLookAt: 0,
    labels: new Map(),
    runs: new Map(),
    runsAt: 0,
    dispatched: new Map(),
    refused: new Map(),
    replaced: new Map(),
    paths: pathsOf(undefined),
    usesProgressBranch: false,
    base: undefined,
    compared: undefined,
    standsOn: new Map(),
    opened: new Map(),
    made: new Map(),
    branchesRefused: new Map(),
    derivations: newDerivations(),
    permissions: new Map(),
  };
}

/** Reads may show the state before a write of ours for so long (ms). */
export const STALE_FOR = 60_000;

/**
 * Keeps what is read now, unless it is older than what is known. `updatedAt` has a resolution of seconds, so of equal
 * ones the reading counts, but for a state that a write of ours is known to have replaced: that is a stale read.
 * @param now When it was read (epoch ms, GitHub's).
 */
export function remember(memory: Memory, issue: IssueView, now: number): void {
  const known = memory.issues.get(issue.number);
  if (known && known.updatedAt > issue.updatedAt) return;
  const replaced = memory.replaced.get(issue.number);
  if (
    known?.updatedAt === issue.updatedAt &&
    replaced &&
    now - replaced.at < STALE_FOR &&
    replaced.states.has(stateOf(issue))
  )
    return;
  memory.issues.set(issue.number, issue);
}

/** Keeps what a write of ours answered. @param now GitHub's clock at the write (epoch ms). */
export function rememberWrite(memory: Memory, issue: IssueView, now: number): void {
  const known = memory.issues.get(issue.number);
  const states = known?.updatedAt === issue.updatedAt ? (memory.replaced.get(issue.number)?.states ?? []) : [];
  memory.replaced.set(issue.number, { at: now, states: new Set([...states, ...(known ? [stateOf(known)] : [])]) });
  memory.issues.set(issue.number, issue);
}

/** What can change of an issue, as text to compare. */
function stateOf({ title, body, closedAs, labels, parent, blockedBy }: IssueView): string {
  return JSON.stringify([
    title,
    body,
    closedAs ?? null,
    [...labels].sort(),
    parent ?? null,
    blockedBy.map(({ number }) => number),
  ]);
}

/** Keeps that a commit of ours changed nothing but progress: who waits for other work need not look. */
export function rememberProgress(memory: Memory, from: string, to: string): void {
  memory.standsOn.set(to, memory.standsOn.get(from) ?? from);
  if (memory.compared?.head === from) memory.compared = { ...memory.compared, head: to };
  // Only the newest can be a tip.
  for (const oid of memory.standsOn.keys()) if (oid !== to) memory.standsOn.delete(oid);
}
