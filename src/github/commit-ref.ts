import { toFailure, unlessMissing } from './errors.ts';
import { dateOf } from './graphql.ts';
import type { Locator } from './locator.ts';
import { API_VERSION, type Client } from './octokit.ts';
import { WRITE } from './write/executor.ts';

/**
 * Refs below refs/agent-waves/ that hold no work: what they say is the message of the commit that they point at. Whoever
 * moves one makes a child of the commit that was read, so that a move without force is a compare-and-swap.
 */

interface Source {
  readonly client: Client;
  readonly locator: Locator;
}

export interface SaidCommit {
  readonly oid: string;
  readonly tree: string;
  readonly message: string;
  /** When it was read (epoch ms, GitHub's). */
  readonly date: number;
}

/** @param ref Its full name. @returns What it points at; undefined where there is no such ref. */
export async function readCommitRef({ client, locator }: Source, ref: string): Promise<SaidCommit | undefined> {
  const read = async () => {
    const { data } = await client.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
      ...locator,
      ref: shortRef(ref),
      headers: API_VERSION,
    });
    return readSaidCommit({ client, locator }, data.object.sha);
  };
  return unlessMissing(read());
}

export async function readSaidCommit({ client, locator }: Source, oid: string): Promise<SaidCommit> {
  const { data, headers } = await client.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
    ...locator,
    commit_sha: oid,
    headers: API_VERSION,
  });
  return { oid, tree: data.tree.sha, message: data.message, date: dateOf(headers) };
}

interface Move {
  /** Its full name. */
  readonly ref: string;
  /** The commit that it was read at; undefined where there was none. */
  readonly from: string | undefined;
  readonly message: string;
  readonly tree: string;
  /** It is moved wherever it stands. */
  readonly force?: boolean;
}

/**
 * @returns The commit that it points at now; undefined where it was not as it was read any more. Throws where GitHub does
 * not say clearly whether it was moved.
 */
export async function moveCommitRef(
  { client, locator }: Source,
  { ref, from, message, tree, force = false }: Move,
): Promise<string | undefined> {
  const parents = from === undefined ? [] : [from];
  const made = { ...locator, message, tree, parents, ...WRITE };
  const { data } = await client.request('POST /repos/{owner}/{repo}/git/commits', made);
  const { sha } = data;
  try {
    if (from === undefined)
      await client.request('POST /repos/{owner}/{repo}/git/refs', { ...locator, ref, sha, ...WRITE });
    else {
      const moved = { ...locator, ref: shortRef(ref), sha, force, ...WRITE };
      await client.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', moved);
    }
    return sha;
  } catch (error) {
    const failure = toFailure(error);
    // It exists, does not exist any more, or stands elsewhere.
    if (failure.kind === 'refused' && failure.status === 422) return undefined;
    if (failure.kind === 'ambiguous' && (await readCommitRef({ client, locator }, ref))?.oid === sha) return sha;
    throw error;
  }
}

function shortRef(ref: string): string {
  return ref.replace(/^refs\//, '');
}
