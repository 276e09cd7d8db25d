import { setTimeout as delay } from 'node:timers/promises';
import { type GitAnswer, git, type Repository } from './git.ts';

/** Fetching twice is fetching once: a server that stumbles is asked again after these pauses. */
const PAUSES_MS = [500, 2_000, 5_000];

interface FetchRequest {
  readonly refspecs: readonly string[];
  readonly flags?: readonly string[];
  /** Also tags on what comes. */
  readonly tags?: boolean;
  /** Does not ask again: the caller does, in its own time. */
  readonly once?: boolean;
}

/** Fetches refs. A ref that the remote does not have is an answer and is not asked for again. */
export async function fetchRefs(
  repository: Repository,
  { refspecs, flags = [], tags = false, once = false }: FetchRequest,
): Promise<GitAnswer> {
  const options = ['--quiet', '--no-write-fetch-head', ...(tags ? [] : ['--no-tags']), ...flags];
  const args = ['fetch', ...options, repository.remote, ...refspecs];
  for (const pause of once ? [] : PAUSES_MS) {
    const answer = await git(repository, args, { network: true });
    if (answer.ok || isMissing(answer)) return answer;
    await delay(pause);
  }
  return git(repository, args, { network: true });
}

export function isMissing({ stderr }: GitAnswer): boolean {
  return stderr.includes("couldn't find remote ref");
}
