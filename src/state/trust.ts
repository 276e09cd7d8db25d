import type { Snapshot } from './snapshot.ts';

/**
 * Whose word moves a plan: everything that people or programs do to its issues is asked this one question.
 * github-actions[bot] is nobody who may write: every workflow of a repository acts under that name, so what it does
 * counts only by evidence.
 * @param login Undefined where nobody knows: the account was deleted.
 */
export function mayWrite(login: string | undefined, { app, writers }: Pick<Snapshot, 'app' | 'writers'>): boolean {
  return login !== undefined && (login === app || writers.has(login));
}
