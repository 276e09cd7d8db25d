import type { Probot } from 'probot';
import type { Locator } from '../../github/locator.ts';
import { PassFailed } from '../../reconcile.ts';
import type { GrantedPermissions } from '../../state/preflight/facts.ts';
import type { Owners } from './owners.ts';

/** A repository that the app may look at, and the installation that lets it. */
export interface InstalledRepository {
  readonly installation: number;
  readonly locator: Locator;
}

/** A repository that a webhook asks a pass for. */
export interface AskedRepository extends InstalledRepository {
  /** Id of the webhook; absent: a timer or a listing. */
  readonly delivery?: string;
}

/** @returns Login under which the app writes. */
export async function ownLogin(probot: Probot): Promise<string> {
  const client = await probot.auth();
  const { data } = await client.request('GET /app');
  if (!data)
    throw new Error('GitHub does not know this app: compare APP_ID and PRIVATE_KEY with the app’s settings page');
  return `${data.slug}[bot]`;
}

export interface Listing {
  readonly repositories: readonly InstalledRepository[];
  /** Every installation could be listed. */
  readonly isWhole: boolean;
}

/**
 * Every repository of every installation that is not suspended and whose owner is allowed. One that cannot be listed is
 * told, and keeps no other away.
 */
export async function installedRepositories(probot: Probot, owners: Owners): Promise<Listing> {
  const client = await probot.auth();
  const installations = await client.paginate('GET /app/installations', { per_page: 100 });
  const found: InstalledRepository[] = [];
  let isWhole = true;
  for (const { id, suspended_at, account } of installations) {
    if (suspended_at || !owners.allows(accountName(account))) continue;
    try {
      found.push(...(await repositoriesOf(probot, id)));
    } catch (error) {
      isWhole = false;
      probot.log.error({ err: error }, `GET /installation/repositories: installation ${id} cannot be listed`);
    }
  }
  return { repositories: found, isWhole };
}

/** An enterprise has no login, and no repositories either. */
export function accountName(account: object | null | undefined): string {
  return account && 'login' in account ? String(account.login) : '';
}

export async function repositoriesOf(probot: Probot, installation: number): Promise<readonly InstalledRepository[]> {
  const client = await probot.auth(installation);
  const repositories = await client.paginate('GET /installation/repositories', { per_page: 100 });
  return repositories.map(({ owner, name }) => ({ installation, locator: { owner: owner.login, repo: name } }));
}

/** @returns What the app was given where it is installed, which it may lack of what its manifest asks for. */
export async function grantedPermissions(probot: Probot, installation: number): Promise<GrantedPermissions> {
  const client = await probot.auth();
  const { data } = await client.request('GET /app/installations/{installation_id}', { installation_id: installation });
  return { permissions: data.permissions, page: data.html_url };
}

interface RefusedPass {
  readonly repository: InstalledRepository;
  /** What the pass threw. */
  readonly error: unknown;
}

/**
 * Whether the app is no longer installed on the repository, asked of GitHub once a pass failed as it would then: the
 * installation is gone or suspended, or the repository is not among those that it sees.
 */
export async function isUninstalled(
  probot: Probot,
  { repository: { installation, locator }, error }: RefusedPass,
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
