import { join } from 'node:path';
import type { CreatedRepository, EmbeddedGitHub, NewEnvironment, NewRepository } from '../embedded-github.ts';
import { git } from '../git/command.ts';
import { forget, keepInMemory } from '../git/in-memory.ts';
import { Objects } from '../git/objects.ts';
import { createBareRepository } from '../git/refs.ts';
import type { UserRecord } from '../model/accounts.ts';
import type { RepositoryRecord } from '../model/records.ts';
import { NEW_REPOSITORY } from '../model/rules.ts';
import { addRuleset } from '../rules/rulesets.ts';
import type { World } from '../world.ts';

type Repositories = Pick<
  EmbeddedGitHub,
  | 'createRepository'
  | 'createFork'
  | 'deleteRepository'
  | 'addCollaborator'
  | 'removeCollaborator'
  | 'setSecret'
  | 'setEnvironment'
  | 'setVariable'
  | 'protect'
  | 'setSettings'
>;

interface Place {
  readonly folder: string;
  readonly isInMemory: boolean;
}

/** Repositories, who may use them, and their settings. Their git directories are made in `folder`. */
export function repositories(world: World, { folder, isInMemory }: Place): Repositories {
  const { store } = world;
  return {
    createRepository: (wanted) => createRepository(world, { folder, isInMemory, wanted, parent: null }),
    createFork: async ({ repository, owner }) => {
      const parent = store.repository(repository);
      const { name, defaultBranch, private: isPrivate } = parent;
      const wanted = { owner, name, defaultBranch, private: isPrivate };
      const fork = await createRepository(world, { folder, isInMemory, wanted, parent });
      await git(fork.gitDir, ['fetch', '--quiet', parent.gitDir, '+refs/heads/*:refs/heads/*']);
      return fork;
    },
    // https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/working-with-forks/what-happens-to-forks-when-a-repository-is-deleted-or-changes-visibility
    deleteRepository: async (fullName) => {
      const gone = store.repository(fullName);
      store.repositories.delete(fullName.toLowerCase());
      for (const { issues } of store.repositories.values()) {
        for (const { pull } of issues) if (pull?.headRepository === gone) pull.headRepository = null;
      }
      await gone.objects.close();
      forget(gone.gitDir);
    },
    addCollaborator: ({ repository, login, permission, customRole }) => {
      const { collaborators, customRoles } = store.repository(repository);
      const key = store.user(login).login.toLowerCase();
      collaborators.set(key, permission);
      if (customRole === undefined) customRoles.delete(key);
      else customRoles.set(key, customRole);
    },
    removeCollaborator: ({ repository, login }) => {
      const { collaborators, customRoles } = store.repository(repository);
      collaborators.delete(login.toLowerCase());
      customRoles.delete(login.toLowerCase());
    },
    setSecret: (repository, { name, value }) => {
      store.repository(repository).secrets.set(name, value);
    },
    setEnvironment: (repository, environment) => setEnvironment(world, { repository, environment }),
    setVariable: (repository, { name, value }) => {
      store.repository(repository).variables.set(name, value);
    },
    protect: (repository, protection) => ({
      rulesetId: addRuleset(world, { repository: store.repository(repository), protection }).id,
    }),
    setSettings: (repository, settings) => {
      const record = store.repository(repository);
      record.settings = { ...record.settings, ...settings };
    },
  };
}

function setEnvironment(
  { store, clock }: World,
  { repository, environment }: { readonly repository: string; readonly environment: NewEnvironment },
): void {
  const { name, reviewers = [], waitMinutes = 0, branches = null, secrets = {} } = environment;
  store.repository(repository).environments.set(name.toLowerCase(), {
    id: store.nextId('environment'),
    name,
    createdAt: clock(),
    reviewers: reviewers.map((login) => store.user(login)),
    waitMinutes,
    branches,
    secrets: new Map(Object.entries(secrets)),
  });
}

/** Makes the repository, empty. The first one of a folder is its `remote.git`. */
async function createRepository(
  world: World,
  {
    folder,
    isInMemory,
    wanted,
    parent,
  }: Place & { readonly wanted: NewRepository; readonly parent: RepositoryRecord | null },
): Promise<CreatedRepository> {
  const { store, clock, addresses } = world;
  const { owner: login, name, defaultBranch = 'main' } = wanted;
  const fullName = `${login}/${name}`;
  if (store.repositories.has(fullName.toLowerCase())) throw new Error(`The repository ${fullName} exists already.`);
  const owner =
    store.users.get(login.toLowerCase()) ?? store.addUser({ login, type: 'Organization', createdAt: clock() });
  const gitDir = join(folder, store.repositories.size === 0 ? 'remote.git' : `${login}-${name}.git`);
  const repository = newRepository(world, { owner, gitDir, wanted, parent });
  for (const protection of [wanted.protect ?? []].flat()) addRuleset(world, { repository, protection });
  store.repositories.set(fullName.toLowerCase(), repository);
  if (isInMemory) keepInMemory(gitDir, defaultBranch);
  else createBareRepository(gitDir, defaultBranch);
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

function newRepository(
  world: World,
  {
    owner,
    gitDir,
    wanted,
    parent,
  }: {
    readonly owner: UserRecord;
    readonly gitDir: string;
    readonly wanted: NewRepository;
    readonly parent: RepositoryRecord | null;
  },
): RepositoryRecord {
  const { name, defaultBranch = 'main', private: isPrivate = true, settings } = wanted;
  const now = world.clock();
  return {
    kind: 'Repository',
    id: world.store.nextId('repository'),
    owner,
    name,
    fullName: `${owner.login}/${name}`,
    defaultBranch,
    private: isPrivate,
    gitDir,
    objects: new Objects(gitDir),
    createdAt: now,
    collaborators: new Map(),
    customRoles: new Map(),
    parent,
    labels: [],
    issues: [],
    transferred: new Map(),
    lastNumber: 0,
    workflows: new Map(),
    runs: [],
    checkRuns: [],
    statuses: [],
    secrets: new Map(),
    environments: new Map(),
    variables: new Map(),
    rulesets: [],
    settings: { ...NEW_REPOSITORY, ...settings },
    pushedAt: now,
  };
}
