import { generateKeyPairSync } from 'node:crypto';
import type { CreatedApp, EmbeddedGitHub, NewApp } from '../embedded-github.ts';
import type { AppRecord } from '../model/accounts.ts';
import type { InstallationRecord, RepositoryRecord } from '../model/records.ts';
import type { World } from '../world.ts';

/** Apps and their installations. */
export function apps(world: World): Pick<EmbeddedGitHub, 'createApp' | 'setWebhook' | 'install'> {
  const { store } = world;
  return {
    createApp: (wanted) => createApp(world, wanted),
    setWebhook: (slug, target) => {
      store.app(slug).webhook = target;
    },
    install: (slug, repository) => ({
      installationId: install(world, { app: store.app(slug), repository: store.repository(repository) }).id,
    }),
  };
}

/** Registers an app with a key that no other here has; it hears nothing before it is installed. */
function createApp({ store, clock }: World, wanted: NewApp): CreatedApp {
  const { slug, permissions, events } = wanted;
  const { publicKey, privateKey } = keyOf(store.apps.size);
  const bot = store.addUser({ login: `${slug}[bot]`, type: 'Bot', createdAt: clock() });
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

/** Making a key takes as long as hundreds of requests: the first app of every world in a process has the first, and so on. */
const keys: ReturnType<typeof newKey>[] = [];

function keyOf(place: number) {
  const key = keys[place] ?? newKey();
  keys[place] = key;
  return key;
}

function newKey() {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}

/** One installation for each account, as on GitHub: a second repository of the owner joins it. */
function install(
  world: World,
  { app, repository }: { readonly app: AppRecord; readonly repository: RepositoryRecord },
): InstallationRecord {
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
