import { registerApp } from '../apps/register.ts';
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

function createApp(world: World, wanted: NewApp): CreatedApp {
  const owner = [...world.store.users.values()].find((user) => user.type !== 'Bot');
  const { app, privateKey } = registerApp(world, { ...wanted, owner, webhook: wanted.webhook ?? null });
  return { id: app.id, slug: app.slug, clientId: app.clientId, privateKey, botLogin: app.bot.login };
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
