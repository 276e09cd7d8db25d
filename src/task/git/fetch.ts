import { setTimeout as delay } from 'node:timers/promises';
import { type GitAnswer, git, type Repository } from './git.ts';

/** Fetching twice is fetching once: a server that stumbles is asked again after these pauses. */
const PAUSES_MS = [500, 2_000, 5_000];

/** Fetches refs. A ref that the remote does not have is an answer and is not asked for again. */
export async function fetchRefs(
  repository: Repository,
  { refspecs, flags = [] }: { readonly refspecs: readonly string[]; readonly flags?: readonly string[] },
): Promise<GitAnswer> {
  const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', ...flags, repository.remote, ...refspecs];
  for (const pause of PAUSES_MS) {
    const answer = await git(repository, args, { network: true });
    if (answer.ok || isMissing(answer)) return answer;
    await delay(pause);
  }
  return git(repository, args, { network: true });
}

export function isMissing({ stderr }: GitAnswer): boolean {
  return stderr.includes("couldn't find remote ref");
}
