import { randomBytes } from 'node:crypto';
import type { Permissions, UserRecord } from '../model/accounts.ts';
import { badCredentials, forbidden, unprocessable } from '../model/errors.ts';
import type { InstallationRecord, RepositoryRecord, RunRecord, Viewer } from '../model/records.ts';
import type { TokenPermissions } from '../model/runner.ts';
import type { Store } from '../model/store.ts';
import { appOfJwt, looksLikeJwt } from './jwt.ts';

/** Operation `apps/create-installation-access-token`. */
const INSTALLATION_TOKEN_MS = 3_600_000;

interface Issued {
  readonly viewer: Viewer;
  readonly expiresAt: number;
}

interface InstallationToken {
  readonly token: string;
  readonly expiresAt: number;
  readonly permissions: Permissions;
  readonly repositories: readonly RepositoryRecord[];
}

/** Mints tokens and says whom a token stands for. */
export class Tokens {
  readonly #store: Store;
  readonly #clock: () => number;
  readonly #issued = new Map<string, Issued>();
  readonly #actionsBot: UserRecord;

  constructor(store: Store, clock: () => number) {
    this.#store = store;
    this.#clock = clock;
    this.#actionsBot = store.addUser({ login: 'github-actions[bot]', type: 'Bot', createdAt: clock() });
  }

  forPerson(user: UserRecord): string {
    return this.#issue('ghp', { viewer: { kind: 'person', user }, expiresAt: Number.POSITIVE_INFINITY });
  }

  /** A token of one hour. Asking for more than the installation holds is refused (operation
   * `apps/create-installation-access-token`). */
  forInstallation(
    installation: InstallationRecord,
    wanted: { readonly permissions?: Permissions; readonly repositories?: readonly RepositoryRecord[] },
  ): InstallationToken {
    const { app } = installation;
    const permissions = wanted.permissions ?? app.permissions;
    const excess = Object.entries(permissions).find(
      ([scope, level]) => scope !== 'metadata' && !covers(app.permissions[scope], level),
    );
    if (excess) throw unprocessable('The permissions requested are not granted to this installation.');
    const repositories = wanted.repositories ?? [...installation.repositories];
    if (repositories.some((each) => !installation.repositories.has(each))) {
      throw unprocessable(
        'There is at least one repository that does not exist or is not accessible to the parent installation.',
      );
    }
    const expiresAt = this.#clock() + INSTALLATION_TOKEN_MS;
    const covered = new Set(repositories);
    const token = this.#issue('ghs', {
      viewer: { kind: 'installation', user: app.bot, app, installation, permissions, repositories: covered },
      expiresAt,
    });
    return { token, expiresAt, permissions, repositories };
  }

  /** The GITHUB_TOKEN of one job; `endRun` ends it. Scopes are spelt as in a workflow: `pull-requests`. */
  forRun(run: RunRecord, permissions: TokenPermissions): string {
    const granted = Object.fromEntries(
      Object.entries(permissions)
        .filter(([, level]) => level !== 'none')
        // "GITHUB_TOKEN has read-only permissions in pull requests from forked repositories":
        // https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request
        .map(([scope, level]) => [scope.replaceAll('-', '_'), run.isFromFork ? 'read' : level]),
    );
    return this.#issue('ghs', {
      viewer: { kind: 'run', user: this.#actionsBot, run, repository: run.repository, permissions: granted },
      expiresAt: Number.POSITIVE_INFINITY,
    });
  }

  endRun(run: RunRecord): void {
    for (const [token, { viewer }] of this.#issued) {
      if (viewer.kind === 'run' && viewer.run === run) this.#issued.delete(token);
    }
  }

  endUser(user: UserRecord): void {
    for (const [token, { viewer }] of this.#issued) if (viewer.user === user) this.#issued.delete(token);
  }

  revoke(token: string): void {
    this.#issued.delete(token);
  }

  /** Reads an Authorization header, whatever scheme it uses. Throws 401 for anything but a living token. */
  viewer(authorization: string | null): Viewer {
    const token = tokenIn(authorization);
    if (token === null) throw badCredentials('Requires authentication');
    if (looksLikeJwt(token)) {
      const app = appOfJwt(token, { apps: this.#store.apps.values(), nowMs: this.#clock() });
      return { kind: 'app', user: app.bot, app };
    }
    const issued = this.#issued.get(token);
    if (!issued || issued.expiresAt <= this.#clock()) throw badCredentials();
    return issued.viewer;
  }

  #issue(prefix: string, issued: Issued): string {
    const token = `${prefix}_${randomBytes(18).toString('hex')}`;
    this.#issued.set(token, issued);
    return token;
  }
}

function covers(granted: string | undefined, wanted: string): boolean {
  return granted === wanted || (granted === 'write' && wanted === 'read') || granted === 'admin';
}

/** The token in `token x`, `bearer x` or `basic base64(user:x)`; git sends the last. */
export function tokenIn(authorization: string | null): string | null {
  const [scheme = '', value = ''] = authorization?.split(' ') ?? [];
  if (value === '') return null;
  switch (scheme.toLowerCase()) {
    case 'token':
    case 'bearer':
      return value;
    case 'basic': {
      const pair = Buffer.from(value, 'base64').toString('utf8');
      return pair.slice(pair.indexOf(':') + 1);
    }
    default:
      return null;
  }
}

/** Routes below /app speak for the app itself. */
export function requireApp(viewer: Viewer): Extract<Viewer, { kind: 'app' }> {
  if (viewer.kind !== 'app') throw badCredentials('A JSON web token could not be decoded');
  return viewer;
}

export function requireInstallation(viewer: Viewer): Extract<Viewer, { kind: 'installation' }> {
  if (viewer.kind !== 'installation')
    throw forbidden(
      'You must authenticate with an installation access token in order to list repositories for an installation.',
    );
  return viewer;
}
