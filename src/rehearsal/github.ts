import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Runner } from './actions.ts';
import { Background } from './background.ts';
import { commentBody, issueBody } from './bodies/issue.ts';
import type { GitHubEvent } from './events.ts';
import { DROPPED } from './exchange.ts';
import { type FaultPlan, Faults } from './faults.ts';
import { writeHooks } from './git/hooks.ts';
import { Objects } from './git/objects.ts';
import { createBareRepository } from './git/refs.ts';
import { Budgets, type RequestEntry } from './requests.ts';
import { Runs } from './runs.ts';
import { createServer } from './server.ts';
import {
  type AppRecord,
  type InstallationRecord,
  type Permissions,
  type RepositoryRecord,
  type Role,
  type RunRecord,
  Store,
} from './store.ts';
import { Tokens } from './tokens.ts';
import { triggerWorkflows } from './triggers.ts';
import { Webhooks } from './webhooks.ts';
import type { World } from './world.ts';

export type { RequestEntry } from './requests.ts';
export type { Role, RunRecord } from './store.ts';

export interface GitHubOptions {
  /** `<folder>/remote.git` is the first repository, `<folder>/runs/<run id>/` what runs leave behind. */
  readonly folder: string;
  readonly runner: Runner;
  /** Epoch milliseconds; dates headers, tokens and everything that is recorded. Default: the machine's clock. */
  readonly clock?: () => number;
  /** On loopback; default: a free one. */
  readonly port?: number;
  readonly onRequest?: (entry: RequestEntry) => void;
  readonly faults?: FaultPlan;
}

export interface CreatedUser {
  readonly login: string;
  readonly id: number;
  /** A personal token; every right that the person's role gives. */
  readonly token: string;
}

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

export type EmbeddedGitHub = Awaited<ReturnType<typeof startGitHub>>;

/** Starts a GitHub on loopback: REST, GraphQL, git, webhooks and workflow runs over one state in memory. */
export async function startGitHub(options: GitHubOptions) {
  await mkdir(options.folder, { recursive: true });
  const clock = options.clock ?? Date.now;
  const store = new Store();
  const faults = new Faults(options.faults);
  const tokens = new Tokens(store, clock);
  const runs = new Runs(options.runner, join(options.folder, 'runs'));
  const background = new Background();
  const hooks = await writeHooks(join(options.folder, '.hooks'));
  const addresses = { server: '', api: '', graphql: '' };
  const webhooks = new Webhooks({ store, faults, addresses });
  const world: World = {
    store,
    tokens,
    runs,
    faults,
    addresses,
    clock,
    scratch: hooks,
    emit: (event: GitHubEvent) => {
      webhooks.announce(event);
      triggerWorkflows(world, event);
    },
    later: (work) => background.add(work),
  };
  runs.attach(world);
  const app = createServer({
    world,
    budgets: new Budgets(clock),
    hooks,
    onRequest: options.onRequest ?? (() => undefined),
  });
  const server = createAdaptorServer({
    fetch: async (request, bindings) => {
      const response = await app.fetch(request, bindings);
      if (!response.headers.has(DROPPED)) return response;
      if ('socket' in bindings.incoming) bindings.incoming.socket.destroy();
      return RESPONSE_ALREADY_SENT;
    },
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  Object.assign(addresses, { server: url, api: `${url}/api/v3`, graphql: `${url}/api/graphql` });

  const idle = async (): Promise<void> => {
    do {
      await background.idle();
      await runs.idle();
      await webhooks.idle();
    } while (background.isBusy || runs.live.length > 0);
  };

  return {
    url,
    apiUrl: addresses.api,
    graphqlUrl: addresses.graphql,
    faults,
    /** The same routes without a socket. */
    fetch: async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const response = await app.fetch(new Request(input, init));
      if (response.headers.has(DROPPED)) throw new TypeError('fetch failed', { cause: new Error('other side closed') });
      return response;
    },
    createUser: ({
      login,
      type = 'User',
    }: {
      readonly login: string;
      readonly type?: 'User' | 'Organization';
    }): CreatedUser => {
      const user = store.addUser(login, type, clock());
      return { login, id: user.id, token: tokens.forPerson(user) };
    },
    createRepository: (wanted: NewRepository) => createRepository(world, options.folder, wanted),
    addCollaborator: (wanted: {
      readonly repository: string;
      readonly login: string;
      readonly permission: Role;
    }): void => {
      store
        .repository(wanted.repository)
        .collaborators.set(store.user(wanted.login).login.toLowerCase(), wanted.permission);
    },
    removeCollaborator: (wanted: { readonly repository: string; readonly login: string }): void => {
      store.repository(wanted.repository).collaborators.delete(wanted.login.toLowerCase());
    },
    setSecret: (repository: string, name: string, value: string): void => {
      store.repository(repository).secrets.set(name, value);
    },
    setVariable: (repository: string, name: string, value: string): void => {
      store.repository(repository).variables.set(name, value);
    },
    createApp: (wanted: NewApp): CreatedApp => createApp(world, wanted),
    setWebhook: (slug: string, target: WebhookTarget | null): void => {
      store.app(slug).webhook = target;
    },
    install: (slug: string, repository: string): { readonly installationId: number } => ({
      installationId: install(world, store.app(slug), store.repository(repository)).id,
    }),
    /** Every run of every repository, oldest first. */
    runs: (): readonly RunRecord[] => [...store.repositories.values()].flatMap((repository) => repository.runs),
    /** Settles with the first run for which `matches` holds, now or later. */
    waitForRun: (matches: (run: RunRecord) => boolean): Promise<RunRecord> => runs.waitFor(matches),
    /** The issues as the REST list gives them, open and closed, lowest number first, each with its comments. */
    issuesReport: (repository: string) =>
      store.repository(repository).issues.map((issue) => ({
        ...issueBody(addresses, issue),
        comments_list: issue.comments.map((comment) => commentBody(addresses, comment)),
      })),
    webhooksSent: (): number => webhooks.sent,
    /** Settles once no run is live, no webhook under way and no push unprocessed. */
    idle,
    /** Ends runs, webhooks and the server; the folder stays. */
    close: async (): Promise<void> => {
      await runs.close();
      await background.idle();
      await webhooks.close();
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await Promise.all([...store.repositories.values()].map((repository) => repository.objects.close()));
    },
  };
}

export interface NewRepository {
  /** Made as an organization when there is no such login yet. */
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch?: string;
  /** Default true: strangers do not see it. In a public one everybody has the read role. */
  readonly private?: boolean;
}

async function createRepository(world: World, folder: string, wanted: NewRepository): Promise<CreatedRepository> {
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
    pushedAt: now,
  };
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

function createApp({ store, clock }: World, wanted: NewApp): CreatedApp {
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
function install(world: World, app: AppRecord, repository: RepositoryRecord): InstallationRecord {
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
