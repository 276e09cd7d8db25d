import type { IssueView, Snapshot } from './snapshot.ts';

/** Who is asked about: the app, and people who may write to the repository now. */
export type Trust = Pick<Snapshot, 'app' | 'writers'>;

/**
 * Whose word moves a plan: everything that people or programs do to its issues is asked this one question.
 * github-actions[bot] is nobody who may write: every workflow of a repository acts under that name, so what it does
 * counts only by evidence.
 * @param login Undefined where nobody knows: the account was deleted.
 */
export function mayWrite(login: string | undefined, { app, writers }: Trust): boolean {
  return login !== undefined && (login === app || writers.has(login));
}

/** Whether what the body says counts: its last editor may write, whoever opened the issue. */
export function isTrustedBody({ writer }: Pick<IssueView, 'writer'>, trust: Trust): boolean {
  return mayWrite(writer, trust);
}

/** Whether the same word counts in both. */
export function hasSameWriters(one: Trust, other: Trust): boolean {
  if (one.app !== other.app || one.writers.size !== other.writers.size) return false;
  return one.writers === other.writers || [...one.writers].every((login) => other.writers.has(login));
}
