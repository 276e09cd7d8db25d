import type { Probot } from 'probot';
import type { Locator } from '../../github/locator.ts';
import { PassFailed } from '../../reconcile.ts';

/** A repository that the app may look at, and the installation that lets it. */
export interface InstalledRepository {
  readonly installation: number;
  readonly locator: Locator;
}

/** @returns Login under which the app writes. */
export async function ownLogin(probot: Probot): Promise<string> {
  const client = await probot.auth();
  const { data } = await client.request('GET /app');
  if (!data)
    throw new Error('GitHub does not know this app: compare APP_ID and PRIVATE_KEY with the app’s settings page');
  return `${data.slug}[bot]`;
}

/** Every repository of every installation that is not suspended. */
export async function installedRepositories(probot: Probot): Promise<readonly InstalledRepository[]> {
  const client = await probot.auth();
  const installations = await client.paginate('GET /app/installations', { per_page: 100 });
  const found: InstalledRepository[] = [];
  for (const { id, suspended_at } of installations)
    if (!suspended_at) found.push(...(await repositoriesOf(probot, id)));
  return found;
}

export async function repositoriesOf(probot: Probot, installation: number): Promise<readonly InstalledRepository[]> {
  const client = await probot.auth(installation);
  const repositories = await client.paginate('GET /installation/repositories', { per_page: 100 });
  return repositories.map(({ owner, name }) => ({ installation, locator: { owner: owner.login, repo: name } }));
}

/**
 * Whether the app is no longer installed on the repository, asked of GitHub once a pass failed as it would then: the
 * installation is gone or suspended, or the repository is not among those that it sees.
 * @param error What the pass threw.
 */
export async function isUninstalled(
  probot: Probot,
  { installation, locator }: InstalledRepository,
  error: unknown,
): Promise<boolean> {
  if (![401, 403, 404].includes(statusOf(error) ?? 0)) return false;
  try {
    const app = await probot.auth();
    const { data } = await app.request('GET /app/installations/{installation_id}', { installation_id: installation });
    if (data.suspended_at) return true;
    const client = await probot.auth(installation);
    await client.request('GET /repos/{owner}/{repo}', { ...locator });
    return false;
  } catch (failure) {
    return statusOf(failure) === 404;
  }
}

function statusOf(error: unknown): number | undefined {
  const failed = error instanceof PassFailed ? error.cause : error;
  return failed instanceof Error && 'status' in failed && typeof failed.status === 'number' ? failed.status : undefined;
}
