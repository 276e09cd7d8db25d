import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokens } from './access/tokens.ts';
import { Runs } from './actions/runs.ts';
import { Schedules } from './actions/schedules.ts';
import { triggerWorkflows } from './actions/triggers.ts';
import { WorkflowReader } from './actions/workflow-reader.ts';
import { Manifests } from './apps/manifests.ts';
import type { EmbeddedGitHub, GitHubOptions } from './embedded-github.ts';
import { Background } from './events/background.ts';
import { Emitter } from './events/emitter.ts';
import { Faults } from './faults/faults.ts';
import { forget } from './git/in-memory.ts';
import { announcePushes } from './git/pushes.ts';
import { servedAll } from './http/git/backend.ts';
import { listen, unheard } from './http/listen.ts';
import { SignIns } from './http/pages/sign-ins.ts';
import { Budgets } from './http/requests.ts';
import { createServer } from './http/server.ts';
import type { GitHubEvent } from './model/events.ts';
import { History } from './model/history.ts';
import { Store } from './model/store.ts';
import type { Platform } from './platform.ts';
import { mergeReadyLater } from './pulls/auto-merge.ts';
import { followBranches } from './pulls/branch-changes.ts';
import { PullWaiters } from './pulls/waiters.ts';
import { writeHooks } from './rules/push-hook.ts';
import { accounts } from './setup/accounts.ts';
import { apps } from './setup/apps.ts';
import { commits } from './setup/commits.ts';
import { observers } from './setup/observers.ts';
import { repositories } from './setup/repositories.ts';
import { Webhooks } from './webhooks/webhooks.ts';
import type { Addresses, RefsChanged, World } from './world.ts';

/** Starts a GitHub on loopback. It answers once this settles, and until `close`. */
export async function startGitHub(options: GitHubOptions): Promise<EmbeddedGitHub> {
  await mkdir(options.folder, { recursive: true });
  const { platform, background, addresses, webhooks, pullWaiters } = createPlatform(options);
  const schedules = new Schedules(platform);
  const app = createServer({
    world: platform,
    hooks: await writeHooks(join(platform.scratch, 'hooks')),
    onRequest: options.onRequest ?? (() => undefined),
  });
  const server = options.url === undefined ? await listen(app, options.port ?? 0) : unheard(app, options.url);
  Object.assign(addresses, addressesBelow(server.url));
  return {
    url: server.url,
    apiUrl: addresses.api,
    graphqlUrl: addresses.graphql,
    fetch: server.fetch,
    faults: platform.faults,
    ...accounts(platform),
    ...repositories(platform, { folder: options.folder, isInMemory: options.isInMemory === true }),
    ...commits(platform),
    ...apps(platform),
    ...observers(platform, { webhooks, pullWaiters }),
    runSchedules: (now = platform.clock()) => schedules.startDue(now),
    idle: () => becomeIdle(platform, { background, webhooks }),
    close: async () => {
      await platform.runs.close();
      await background.drain();
      await webhooks.close();
      server.close();
      const all = [...platform.store.repositories.values()];
      await Promise.all(all.map(servedAll));
      await Promise.all(all.map(({ objects }) => objects.close()));
      for (const { gitDir } of all) forget(gitDir);
    },
  };
}

/** Everything behind the interfaces. The addresses are empty until the server has its port. */
function createPlatform(options: GitHubOptions) {
  const clock = options.clock ?? Date.now;
  const store = new Store();
  const background = new Background();
  const events = new Emitter<GitHubEvent>();
  const refChanges = new Emitter<RefsChanged>();
  const addresses: Addresses = { server: '', api: '', graphql: '' };
  const world: World = {
    store,
    workflows: new WorkflowReader(options.runner),
    addresses,
    clock,
    emit: (event) => events.emit(event),
    refsChanged: (change) => refChanges.emit(change),
    later: (work) => background.add(work),
    settled: () => background.drain(),
    scratch: join(options.folder, '.scratch'),
  };
  const tokens = new Tokens(store, clock);
  const faults = new Faults(options.faults);
  const { runner, cancelLimit = 300_000 } = options;
  const runs = new Runs({ runner, folder: join(options.folder, 'runs'), world, tokens, faults, cancelLimit });
  const platform: Platform = {
    ...world,
    tokens,
    runs,
    faults,
    history: new History(store, clock),
    budgets: new Budgets(clock, options.budgetHour),
    manifests: new Manifests(world),
    signIns: new SignIns(tokens),
  };
  const webhooks = new Webhooks({ store, faults, addresses });
  const pullWaiters = new PullWaiters(store);
  refChanges.subscribe((change) => world.later(() => announcePushes(world, change)));
  refChanges.subscribe((change) => world.later(() => followBranches(world, change)));
  events.subscribe(() => pullWaiters.check());
  events.subscribe((event) => webhooks.announce(event));
  events.subscribe((event) => triggerWorkflows(platform, event));
  events.subscribe(({ repository }) => mergeReadyLater(world, repository));
  return { platform, background, addresses, webhooks, pullWaiters };
}

/** As an enterprise server spells them. */
function addressesBelow(url: string): Addresses {
  return { server: url, api: `${url}/api/v3`, graphql: `${url}/api/graphql` };
}

/** What ends last may have started something anew. */
async function becomeIdle(
  { runs }: Platform,
  { background, webhooks }: { readonly background: Background; readonly webhooks: Webhooks },
): Promise<void> {
  do {
    await background.idle();
    await runs.idle();
    await webhooks.idle();
  } while (background.isBusy || runs.live.length > 0);
}
