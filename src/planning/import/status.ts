import type { TaskStatus } from '../../plan/plan.ts';

export type ReadStatus =
  | { readonly kind: 'status'; readonly status: TaskStatus }
  /** Work that is not to be done, or is no work. */
  | { readonly kind: 'left-out' }
  /** A word with no equal; the task is taken as not begun. */
  | { readonly kind: 'unknown' };

const WORDS: ReadonlyMap<string, ReadStatus> = new Map(
  (
    [
      ['pending', ['', '-', 'pending', 'todo', 'to do', 'open', 'not started', 'backlog', 'ready', 'planned', 'new']],
      ['completed', ['done', 'completed', 'complete', 'closed', 'finished', 'merged', 'x', '✅', '☑', '✔']],
    ] as const
  ).flatMap(([status, words]) => words.map((word) => [word, { kind: 'status', status }])),
);

const LEFT_OUT = new Set(['cancelled', 'canceled', 'tombstone', 'pinned', 'wontfix', "won't do", 'skipped', 'dropped']);

/**
 * What a plan keeps of a status. A task that somebody began elsewhere is pending here: no agent of ours works on it,
 * and its dependencies say what blocks it.
 */
export function readStatus(text: string): ReadStatus {
  const word = text.trim().toLowerCase().replaceAll('_', ' ');
  if (LEFT_OUT.has(word)) return { kind: 'left-out' };
  return WORDS.get(word) ?? { kind: 'unknown' };
}
