import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { Objects } from '../git/objects.ts';
import { createBareRepository } from '../git/refs.ts';
import type { AppRecord, InstallationRecord, Permissions, RepositoryRecord } from '../model/store.ts';
import { addRuleset, type MergeSettings, NEW_REPOSITORY, type Protection } from '../rules/rulesets.ts';
import type { World } from '../world.ts';

export interface CreatedRepository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly fullName: string;
  readonly defaultBranch: string;
  /** Bare repository on this machine. */
  readonly gitDir: string;
  readonly cloneUrl: string;
}

export interface CreatedApp {
  readonly id: number;
  readonly slug: string;
  readonly clientId: string;
  /** PEM, PKCS #1, as GitHub hands it out. */
  readonly privateKey: string;
  readonly botLogin: string;
}

export interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
}

export interface NewRepository {
  /** Made as an organization when there is no such login yet. */
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch?: string;
  /** Default true: strangers do not see it. In a public one everybody has the read role. */
  readonly private?: boolean;
  /** Rules of branches. A branch that does not exist yet may be pushed for the first time. */
  readonly protect?: Protection | readonly Protection[];
  /** Default: those of a new repository. */
  readonly settings?: Partial<MergeSettings>;
}

/** Makes the repository, empty. The first one of a folder is its `remote.git`. */
export async function createRepository(
  world: World,
  folder: string,
  wanted: NewRepository,
): Promise<CreatedRepository> {
  const { store, clock, addresses } = world;
  const { owner: login, name, defaultBranch = 'main' } = wanted;
  const fullName = `${login}/${name}`;
  if (store.repositories.has(fullName.toLowerCase())) throw new Error(`The repository ${fullName} exists already.`);
  const owner = store.users.get(login.toLowerCase()) ?? store.addUser(login, 'Organization', clock());
  const gitDir = join(folder, store.repositories.size === 0 ? 'remote.git' : `${login}-${name}.git`);
  const now = clock();
  const repository: RepositoryRecord = {
    kind: 'Repository',
    id: store.nextId('repository'),
    owner,
    name,
    fullName,
    defaultBranch,
    private: wanted.private ?? true,
    gitDir,
    objects: new Objects(gitDir),
    createdAt: now,
    collaborators: new Map(),
    labels: [],
    issues: [],
    workflows: new Map(),
    runs: [],
    checkRuns: [],
    statuses: [],
    secrets: new Map(),
    variables: new Map(),
    rulesets: [],
    settings: { ...NEW_REPOSITORY, ...wanted.settings },
    pushedAt: now,
  };
  for (const protection of [wanted.protect ?? []].flat()) addRuleset(world, repository, protection);
  store.repositories.set(fullName.toLowerCase(), repository);
  await createBareRepository(gitDir, defaultBranch);
  return {
    id: repository.id,
    owner: login,
    name,
    fullName,
    defaultBranch,
    gitDir,
    cloneUrl: `${addresses.server}/${fullName}.git`,
  };
}

export interface NewApp {
  readonly slug: string;
  /** As an installation has them: `{ issues: 'write', pull_requests: 'read' }`. */
  readonly permissions: Permissions;
  /** Names of webhook events. */
  readonly events: readonly string[];
  readonly webhook?: WebhookTarget;
}

/** Registers an app with a key of its own; it hears nothing before it is installed. */
export function createApp({ store, clock }: World, wanted: NewApp): CreatedApp {
  const { slug, permissions, events } = wanted;
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const bot = store.addUser(`${slug}[bot]`, 'Bot', clock());
  const owner = [...store.users.values()].find((user) => user.type !== 'Bot') ?? bot;
  const id = store.nextId('app');
  const app: AppRecord = {
    id,
    slug,
    clientId: `Iv23li${String(id).padStart(14, '0')}`,
    permissions,
    events,
    publicKey,
    owner,
    bot,
    createdAt: clock(),
    webhook: wanted.webhook ?? null,
  };
  store.apps.set(slug, app);
  return { id, slug, clientId: app.clientId, privateKey, botLogin: bot.login };
}

/** One installation for each account, as on GitHub: a second repository of the owner joins it. */
export function install(world: World, app: AppRecord, repository: RepositoryRecord): InstallationRecord {
  const { store, clock } = world;
  const existing = [...store.installations.values()].find(
    (each) => each.app === app && each.account === repository.owner,
  );
  if (existing) {
    existing.repositories.add(repository);
    return existing;
  }
  const installation: InstallationRecord = {
    id: store.nextId('installation'),
    app,
    account: repository.owner,
    repositories: new Set([repository]),
    createdAt: clock(),
  };
  store.installations.set(installation.id, installation);
  world.emit({
    name: 'installation',
    action: 'created',
    repository,
    installation,
    cause: null,
    sender: repository.owner,
  });
  return installation;
}
