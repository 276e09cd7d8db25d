import { createHmac, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Probot } from 'probot';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { commit, git, startTown, type Town, withToken } from '../../../packages/embedded-github/test/support/town.ts';
import { type App, createApp } from '../../../src/hosts/server/app.ts';
import { ServerOctokit } from '../../../src/hosts/server/serve.ts';
import { TIMINGS } from '../../../src/state/timings.ts';

/** An app that is installed on `acme/daw` and, by another installation, on `zoo/owl`: what happens to one leaves the other. */

const SECRET = 'a secret of the test';
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const NEVER = 2 ** 31 - 1;
const FILES = { 'docs/planning/tasks.json': JSON.stringify({ name: 'Plan', tasks: [{ id: 'A', title: 'First' }] }) };

let town: Town;
let probot: Probot;
let app: App | undefined;
/** Readings of each repository. */
let readings: Map<string, number>;

beforeEach(async () => {
  town = await startTown({ files: FILES });
  const owl = await town.github.createRepository({ owner: 'zoo', name: 'owl' });
  town.github.addCollaborator({ repository: 'zoo/owl', login: 'lead', permission: 'admin' });
  town.github.install('waves', 'zoo/owl');
  const work = join(town.folder, 'owl');
  await git(town.folder, 'clone', '--quiet', withToken(owl.cloneUrl, town.lead.token), work);
  await commit(work, 'Begin', FILES);
  await git(work, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main');
  await town.github.idle();

  readings = new Map();
  probot = new Probot({
    appId: town.app.id,
    privateKey: town.app.privateKey,
    secret: SECRET,
    baseUrl: town.github.apiUrl,
    logLevel: 'fatal',
    Octokit: ServerOctokit.plugin((octokit) =>
      octokit.hook.before('request', ({ query, variables }: Record<string, unknown>) => {
        if (!String(query).trimStart().startsWith('query Observe(')) return;
        const { repo } = variables as { readonly repo: string };
        readings.set(repo, readingsOf(repo) + 1);
      }),
    ),
  });
});
afterEach(async () => {
  await app?.stop();
  await town.close();
});

const readingsOf = (repo: string) => readings.get(repo) ?? 0;

/** Passes over both repositories are made, one after the other without end. */
async function begin(listEvery = NEVER): Promise<void> {
  app = createApp({ timings: TIMINGS, period: 50, gather: 5, listEvery });
  await probot.load(app.load);
  await further('daw', 2);
  await further('owl', 2);
}

/** Resolves once a repository was read so many times more. */
async function further(repo: string, times: number): Promise<void> {
  for (const goal = readingsOf(repo) + times; readingsOf(repo) < goal; ) await wait(10);
}

/** @returns How often `acme/daw` is read while `zoo/owl` is read six times, once what ran now has ended. */
async function readingsBesideOwl(): Promise<number> {
  await further('owl', 3);
  const before = readingsOf('daw');
  await further('owl', 6);
  return readingsOf('daw') - before;
}

/** A webhook as GitHub signs it. */
async function receive(event: string, payload: object): Promise<void> {
  const body = JSON.stringify({ installation: { id: town.installationId }, ...payload });
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  await probot.webhooks.verifyAndReceive({ id: randomUUID(), name: event, payload: body, signature });
}

it.each([
  ['installation', { action: 'deleted' }],
  ['installation', { action: 'suspend' }],
  ['installation_repositories', { action: 'removed', repositories_removed: [{ full_name: 'Acme/DAW' }] }],
])('forgets the repositories of an %s webhook: %o', async (event, payload) => {
  await begin();

  await receive(event, payload);

  expect(await readingsBesideOwl()).toBe(0);
});

it('keeps a repository when another one is taken from its installation', async () => {
  await begin();

  await receive('installation_repositories', { action: 'removed', repositories_removed: [{ full_name: 'acme/owl' }] });

  expect(await readingsBesideOwl()).toBeGreaterThan(0);
});

it('looks at a repository again once its installation is no longer suspended', async () => {
  await begin();
  await receive('installation', { action: 'suspend' });

  await receive('installation', { action: 'unsuspend' });

  await further('daw', 3);
});

let hidden = false;

/** Without a webhook: GitHub shows the repository no more. */
function hideDaw(): void {
  hidden = true;
  const answer = { status: 404, message: 'Not Found' };
  const count = Number.POSITIVE_INFINITY;
  town.github.faults.push(
    {
      on: 'request',
      route: 'graphql Observe',
      when: ({ body }) => hidden && isOfDaw(body),
      count,
      answer,
      moment: 'before',
    },
    {
      on: 'request',
      method: 'GET',
      route: '/repos/{owner}/{repo}',
      when: () => hidden,
      count,
      answer,
      moment: 'before',
    },
  );
}

const isOfDaw = (body: unknown) => JSON.stringify(body).includes('"repo":"daw"');

it('forgets a repository that GitHub shows no more, and finds it again by a listing once it does', async () => {
  await begin(1_500);
  hideDaw();
  await further('daw', 1);

  hidden = false;

  await further('daw', 5);
});

it('forgets a repository that GitHub shows no more, although no webhook said so', async () => {
  await begin();

  hideDaw();

  expect(await readingsBesideOwl()).toBe(0);
});

it('repeats a pass that was refused while the app is installed still', async () => {
  await begin();
  town.github.faults.push({
    on: 'request',
    route: 'graphql Observe',
    when: ({ body }) => isOfDaw(body),
    answer: { status: 404, message: 'Not Found' },
    moment: 'before',
  });

  await further('daw', 5);
});
