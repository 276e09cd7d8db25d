import { unlessMissing } from '../errors.ts';
import type { IssueCache } from '../issue-cache.ts';
import type { Locator } from '../locator.ts';
import { API_VERSION, type Client } from '../octokit.ts';

/** A right that was taken away counts for so long at most (ms). */
const MAX_AGE_MS = 5 * 60_000;

interface ReadPermissions {
  readonly client: Client;
  readonly locator: Locator;
  readonly cache: IssueCache;
  readonly logins: ReadonlySet<string>;
  /** Epoch milliseconds. */
  readonly now: number;
}

interface Permissions {
  /** Those of the logins that may write to the repository. */
  readonly writers: ReadonlySet<string>;
  readonly permissions: IssueCache['permissions'];
}

export async function readPermissions({ logins, now, cache, ...source }: ReadPermissions): Promise<Permissions> {
  const recent = [...cache.permissions].filter(([, { at }]) => now - at < MAX_AGE_MS);
  const permissions = new Map(recent);
  for (const login of logins) {
    if (!permissions.has(login)) permissions.set(login, { writes: await mayWriteNow(source, login), at: now });
  }
  const writers = new Set([...logins].filter((login) => permissions.get(login)?.writes));
  return { writers, permissions };
}

/** Those who might write when they were last asked about. */
export function knownWriters({ permissions }: Pick<IssueCache, 'permissions'>): ReadonlySet<string> {
  return new Set([...permissions].flatMap(([login, { writes }]) => (writes ? [login] : [])));
}

/**
 * `permission` names the legacy base roles: maintain is mapped to write, triage to read, and a custom role to the one
 * that it stands on (https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user).
 */
export async function mayWriteNow(
  { client, locator }: Pick<ReadPermissions, 'client' | 'locator'>,
  username: string,
): Promise<boolean> {
  const found = await unlessMissing(
    client.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
      ...locator,
      username,
      headers: API_VERSION,
    }),
  );
  // A deleted account, or an app that is no collaborator, has none.
  return found?.data.permission === 'admin' || found?.data.permission === 'write';
}
