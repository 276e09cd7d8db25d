import type { IssueView, RunView } from '../state/snapshot.ts';
import { type Paths, pathsOf } from './paths.ts';

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
  /** Issue number to when this process last wrote it (epoch ms, GitHub's). */
  readonly written: Map<number, number>;
  paths: Paths;
  /** Login to whether it may write, and when that was asked (epoch ms). */
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
    written: new Map(),
    paths: pathsOf(undefined),
    permissions: new Map(),
  };
}

/** `updatedAt` has a resolution of seconds: within this time of a write (ms) an equally old reading may be staler. */
const SETTLING = 10_000;

/**
 * Keeps the newer of what was known and what is read now: a read right after a write may show the state before it.
 * @param now When it was read (epoch ms, GitHub's).
 */
export function remember(memory: Memory, issue: IssueView, now: number): void {
  const known = memory.issues.get(issue.number);
  if (known && known.updatedAt > issue.updatedAt) return;
  const settling = now - (memory.written.get(issue.number) ?? Number.NEGATIVE_INFINITY) < SETTLING;
  if (known && settling && known.updatedAt === issue.updatedAt) return;
  memory.issues.set(issue.number, issue);
}

/** Keeps what a write of ours answered. @param now GitHub's clock at the write (epoch ms). */
export function rememberWrite(memory: Memory, issue: IssueView, now: number): void {
  memory.issues.set(issue.number, issue);
  memory.written.set(issue.number, now);
}
