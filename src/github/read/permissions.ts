import { toFailure } from '../errors.ts';
import type { Locator } from '../locator.ts';
import type { Memory } from '../memory.ts';
import { API_VERSION, type Client } from '../octokit.ts';

/** A right that was taken away counts for so long at most. */
const KEPT = 5 * 60_000;

interface ReadPermissions {
  readonly client: Client;
  readonly locator: Locator;
  readonly memory: Memory;
}

/** @returns Those of the logins that may write to the repository. */
export async function readPermissions(
  { client, locator, memory }: ReadPermissions,
  logins: ReadonlySet<string>,
  now: number,
): Promise<ReadonlySet<string>> {
  const unknown = [...logins].filter(
    (login) => now - (memory.permissions.get(login)?.at ?? Number.NEGATIVE_INFINITY) >= KEPT,
  );
  for (const login of unknown) {
    memory.permissions.set(login, { writes: await mayWrite(client, locator, login), at: now });
  }
  return new Set([...logins].filter((login) => memory.permissions.get(login)?.writes));
}

async function mayWrite(client: Client, locator: Locator, username: string): Promise<boolean> {
  try {
    const { data } = await client.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
      ...locator,
      username,
      headers: API_VERSION,
    });
    return data.permission === 'admin' || data.permission === 'write';
  } catch (error) {
    const failure = toFailure(error);
    // A deleted account, or an app that is no collaborator.
    if (failure.kind === 'refused' && failure.status === 404) return false;
    throw error;
  }
}
