import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type GitAnswer, git, gitText, type Repository } from './git.ts';

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

/**
 * What a ref names that was just fetched. In a repository that we wrote ourselves it is a file: no process is needed.
 * @returns The commit, or undefined where there is no such file.
 */
export async function fetchedCommit({ gitDir }: Repository, ref: string): Promise<string | undefined> {
  const text = await readFile(join(gitDir, ref), 'utf8').catch(() => '');
  return /^[0-9a-f]{40,64}(?=\n$)/.exec(text)?.[0];
}

/** @returns The same of a ref that is there, wherever git has put it. */
export async function resolveFetched(repository: Repository, ref: string): Promise<string> {
  return (await fetchedCommit(repository, ref)) ?? gitText(repository, ['rev-parse', '--verify', ref]);
}

/** @returns Of the refs below a name: the commit of each and its tree, by the rest of its name. */
export async function listFetched(
  repository: Repository,
  below: string,
): Promise<ReadonlyMap<string, { readonly commit: string; readonly tree: string }>> {
  const listed = await gitText(repository, ['for-each-ref', '--format=%(refname) %(objectname) %(tree)', below]);
  return new Map(
    listed.split('\n').map((line) => {
      const [name = '', commit = '', tree = ''] = line.split(' ');
      return [name.slice(below.length), { commit, tree }] as const;
    }),
  );
}

export function isMissing({ stderr }: GitAnswer): boolean {
  return stderr.includes("couldn't find remote ref");
}
