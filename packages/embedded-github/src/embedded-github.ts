import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Tokens } from './access/tokens.ts';
import { Runs } from './actions/runs.ts';
import { triggerWorkflows } from './actions/triggers.ts';
import { commentBody, issueBody } from './bodies/issue.ts';
import { freshPullBody, reviewBody, simplePullBody } from './bodies/pull.ts';
import { Background } from './events/background.ts';
import { type FaultPlan, Faults } from './faults/faults.ts';
import { DROPPED } from './http/exchange.ts';
import { Budgets, type RequestEntry } from './http/requests.ts';
import { createServer } from './http/server.ts';
import type { GitHubEvent } from './model/events.ts';
import { History } from './model/history.ts';
import { isPullRequest, type PullRequest } from './model/pull.ts';
import type { Runner } from './model/runner.ts';
import { type Role, type RunRecord, Store } from './model/store.ts';
import { hasWaiting, mergeWaiting } from './pulls/auto-merge.ts';
import { PullWatch } from './pulls/waiters.ts';
import { writeHooks } from './rules/push-hook.ts';
import { addRuleset, type MergeSettings, type Protection } from './rules/rulesets.ts';
import {
  type CreatedApp,
  createApp,
  createRepository,
  install,
  type NewApp,
  type NewRepository,
  type WebhookTarget,
} from './setup/repositories.ts';
import { Webhooks } from './webhooks/webhooks.ts';
import type { World } from './world.ts';

export type { RequestEntry } from './http/requests.ts';
export type { PullRequest } from './model/pull.ts';
export type { Role, RunRecord } from './model/store.ts';
export type { MergeSettings, Protection } from './rules/rulesets.ts';
export type { CreatedApp, CreatedRepository, NewApp, NewRepository, WebhookTarget } from './setup/repositories.ts';

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
  const scratch = join(options.folder, '.scratch');
  const hooks = await writeHooks(join(scratch, 'hooks'));
  const addresses = { server: '', api: '', graphql: '' };
  const webhooks = new Webhooks({ store, faults, addresses });
  const pullWatch = new PullWatch(store);
  const world: World = {
    store,
    tokens,
    runs,
    faults,
    history: new History(store, clock),
    addresses,
    clock,
    scratch,
    emit: (event: GitHubEvent) => {
      pullWatch.look();
      webhooks.announce(event);
      triggerWorkflows(world, event);
      if (hasWaiting(event.repository)) background.add(() => mergeWaiting(world, event.repository));
    },
    later: (work) => background.add(work),
    settled: () => background.drain(),
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
    /** Adds rules to a branch; from then on they bind. @returns The id of the ruleset. */
    protect: (repository: string, protection: Protection): { readonly rulesetId: number } => ({
      rulesetId: addRuleset(world, store.repository(repository), protection).id,
    }),
    /** Changes some of the repository's settings. */
    setSettings: (repository: string, settings: Partial<MergeSettings>): void => {
      const record = store.repository(repository);
      record.settings = { ...record.settings, ...settings };
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
    /** Ends a run the way it ends when its machine fails. */
    loseMachine: (run: RunRecord): void => runs.loseMachine(run),
    /** Settles with the first run for which `matches` holds, now or later. */
    waitForRun: (matches: (run: RunRecord) => boolean): Promise<RunRecord> => runs.waitFor(matches),
    /** The issues as the REST list gives them, open and closed, lowest number first, each with its comments. */
    issuesReport: (repository: string) =>
      store
        .repository(repository)
        .issues.filter((issue) => !issue.pull)
        .map((issue) => ({
          ...issueBody(addresses, issue),
          comments_list: issue.comments.map((comment) => commentBody(addresses, comment)),
        })),
    /** The pull requests as the REST API gives them, lowest number first, each with its reviews. */
    pullsReport: (repository: string) =>
      store
        .repository(repository)
        .issues.filter(isPullRequest)
        .map((pull) => ({
          ...freshPullBody(addresses, pull),
          reviews_list: pull.pull.reviews.map((review) => reviewBody(addresses, review)),
          comments_list: pull.comments.map((comment) => commentBody(addresses, comment)),
        })),
    /**
     * Settles with the first pull request, as lists give it, for which `matches` holds, now or later: for scripted
     * people, who then review and merge by REST with their own tokens.
     */
    waitForPull: async (matches: (pull: PullRequest) => boolean) =>
      simplePullBody(addresses, await pullWatch.waitFor(matches)),
    webhooksSent: (): number => webhooks.sent,
    /** Settles once no run is live, no webhook under way and no push unprocessed. */
    idle,
    /** Ends runs, webhooks and the server; the folder stays. */
    close: async (): Promise<void> => {
      await runs.close();
      await background.drain();
      await webhooks.close();
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await Promise.all([...store.repositories.values()].map((repository) => repository.objects.close()));
    },
  };
}
