import { readTrailers } from './landing-trailers.ts';
import type { BaseCommit } from './snapshot.ts';

/** What a commit's message says that it takes back, or brings back: in the words of git and of GitHub, and no others. */
export interface Revert {
  /** Commits by name, perhaps abbreviated; of a merge, also the parent that the revert goes back to. */
  readonly commits: readonly { readonly oid: string; readonly mainline: string | undefined }[];
  /** Merged pull requests. */
  readonly pulls: readonly { readonly repository: string | undefined; readonly number: number }[];
  /** The subject of what is reverted, with one nesting less; undefined where the subject says nothing of it. */
  readonly subject: string | undefined;
}

/** True for a commit that has to be read together with what came before it: it is no landing, and takes something back. */
export function mayRevert({ message }: Pick<BaseCommit, 'message'>): boolean {
  return readRevert(message) !== undefined && readTrailers(message).length === 0;
}

/** `git revert`, of a merge also over two lines, and `git revert --reference`. */
const NAMED = /^This reverts commit ([0-9a-f]{7,64})\b(?:,\s+reversing\s+changes\s+made\s+to\s+([0-9a-f]{7,64})\b)?/gim;

/** The body of a pull request that GitHub's button opens: `Reverts acme/daw#12`. */
const PULL = /^Reverts (?:([\w.-]+\/[\w.-]+))?#(\d+)\b/gim;

/** @returns undefined for a message that reverts nothing. */
export function readRevert(message: string): Revert | undefined {
  const subject = targetOf(subjectOf(message));
  const commits = [...message.matchAll(NAMED)].map(([, oid = '', mainline]) => ({ oid: oid.toLowerCase(), mainline }));
  const pulls = [...message.matchAll(PULL)].map(([, repository, number]) => ({ repository, number: Number(number) }));
  if (subject === undefined && commits.length === 0 && pulls.length === 0) return undefined;
  return { commits, pulls, subject };
}

/** First line of a message, without the number that GitHub appends when it squashes a pull request. */
export function subjectOf(message: string): string {
  return (message.split('\n', 1)[0] ?? '').trim().replace(/ \(#\d+\)$/, '');
}

/** The pull request whose merge a commit is, by GitHub's own subjects. */
export function pullOf(message: string): number | undefined {
  const subject = (message.split('\n', 1)[0] ?? '').trim();
  const [, merged, squashed] = /^Merge pull request #(\d+) from |\(#(\d+)\)$/.exec(subject) ?? [];
  const number = merged ?? squashed;
  return number === undefined ? undefined : Number(number);
}

/**
 * The subject of the commit that this one undoes. `Reapply "X"` is git's word for `Revert "Revert "X""`, so that it undoes
 * `Revert "X"`.
 */
export function targetOf(subject: string): string | undefined {
  const [, word, inner] = /^(Revert|Reapply) "(.+)"$/i.exec(subject) ?? [];
  if (word === undefined || inner === undefined) return undefined;
  return word.toLowerCase() === 'revert' ? inner : `Revert "${inner}"`;
}
