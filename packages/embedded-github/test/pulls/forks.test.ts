import type { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SECRET, startReceiver } from '../support/receiver.ts';
import { appOctokit, branch, commit, git, octokitFor, startTown, type Town, withToken } from '../support/town.ts';

/** Pull requests from forks: what tells them from those of the repository itself. */

const at = { owner: 'acme', repo: 'daw' };
const CI = `# ${JSON.stringify({ name: 'CI', events: ['pull_request'] })}\non: pull_request\n`;
let town: Town;
let lead: Octokit;
let stranger: Octokit;
let token: string;
let fork: Awaited<ReturnType<Town['github']['createFork']>>;

beforeEach(async () => {
  town = await startTown({ files: { 'README.md': '# Daw\n' } });
  lead = octokitFor(town.github, town.lead.token);
  token = town.github.createUser({ login: 'stranger' }).token;
  town.github.addCollaborator({ repository: 'acme/daw', login: 'stranger', permission: 'read' });
  stranger = octokitFor(town.github, token);
  fork = await town.github.createFork({ repository: 'acme/daw', owner: 'stranger' });
});
afterEach(() => town.close());

/** Pushes to a branch of the fork. @returns The commit. */
async function push(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  await git(town.work, 'fetch', '--quiet', 'origin', 'main');
  await git(town.work, 'checkout', '--quiet', '--force', '-B', `fork-${name}`, 'FETCH_HEAD');
  const head = await commit(town.work, `Work on ${name}`, files);
  await git(town.work, 'push', '--quiet', '--force', withToken(fork.cloneUrl, token), `HEAD:refs/heads/${name}`);
  await town.github.idle();
  return head;
}

async function propose(name: string) {
  const { data } = await stranger.rest.pulls.create({ ...at, title: 'Mine', head: `stranger:${name}`, base: 'main' });
  return data;
}

const PULL = `query ($number: Int!) { repository(owner: "acme", name: "daw") { pullRequest(number: $number) {
  headRefName headRefOid isCrossRepository headRepository { nameWithOwner isFork } headRepositoryOwner { login } state
} } }`;

const pullOf = async (number: number) =>
  (await lead.graphql<{ repository: { pullRequest: object } }>(PULL, { number })).repository.pullRequest;

test('its head lies in another repository, and its commits are known in this one', async () => {
  const head = await push('idea', { 'idea.md': 'Mine.\n' });

  const pull = await propose('idea');

  expect([pull.head.label, pull.head.repo?.full_name, pull.head.repo?.fork, pull.base.repo.full_name]).toEqual([
    'stranger:idea',
    'stranger/daw',
    true,
    'acme/daw',
  ]);
  expect(await pullOf(pull.number)).toMatchObject({
    headRefOid: head,
    isCrossRepository: true,
    headRepository: { nameWithOwner: 'stranger/daw', isFork: true },
    headRepositoryOwner: { login: 'stranger' },
  });
  const { data } = await lead.rest.repos.getContent({ ...at, path: 'idea.md', ref: head });
  expect(data).toMatchObject({ path: 'idea.md' });
});

test('a branch of a fork and one of the repository may bear one name, and each has its pull request', async () => {
  await branch(town, 'idea', { 'idea.md': 'Ours.\n' });
  await push('idea', { 'idea.md': 'Mine.\n' });

  const theirs = await propose('idea');
  const { data: ours } = await lead.rest.pulls.create({ ...at, title: 'Ours', head: 'idea', base: 'main' });

  const named = (owner: string) => lead.rest.pulls.list({ ...at, head: `${owner}:idea` });
  expect((await named('acme')).data.map(({ number }) => number)).toEqual([ours.number]);
  expect((await named('stranger')).data.map(({ number }) => number)).toEqual([theirs.number]);
  await git(town.work, 'push', '--quiet', 'origin', ':refs/heads/idea');
  await town.github.idle();
  expect([(await pullOf(ours.number)) as object, (await pullOf(theirs.number)) as object]).toMatchObject([
    { state: 'CLOSED' },
    { state: 'OPEN' },
  ]);
});

test('a push to the fork moves it', async () => {
  await push('idea', { 'idea.md': 'Mine.\n' });
  const pull = await propose('idea');

  const head = await push('idea', { 'idea.md': 'Better.\n' });

  expect(await pullOf(pull.number)).toMatchObject({ headRefOid: head });
});

test('it stays open when its fork is deleted, without a head repository', async () => {
  const head = await push('idea', { 'idea.md': 'Mine.\n' });
  const pull = await propose('idea');

  await town.github.deleteRepository('stranger/daw');

  const { data } = await lead.rest.pulls.get({ ...at, pull_number: pull.number });
  expect([data.state, data.head.repo, data.head.sha]).toEqual(['open', null, head]);
  expect(await pullOf(pull.number)).toMatchObject({ isCrossRepository: true, headRepository: null });
});

test('its runs have no secrets and a token that only reads, and their checks name no branch', async () => {
  const receiver = await startReceiver();
  town.github.createApp({
    slug: 'ears',
    permissions: { checks: 'read', metadata: 'read' },
    events: ['check_run'],
    webhook: { url: receiver.url, secret: SECRET },
  });
  town.github.install('ears', 'acme/daw');
  await branch(town, 'main', { '.github/workflows/ci.yml': CI });
  town.github.setSecret('acme/daw', { name: 'KEY', value: 'hidden' });
  await push('idea', { 'idea.md': 'Mine.\n' });
  const began = town.actions.next();
  await propose('idea');
  const run = await began;

  const commenting = octokitFor(town.github, run.token).rest.issues.createComment({
    ...at,
    issue_number: 1,
    body: 'Hi',
  });

  await expect(commenting).rejects.toMatchObject({ status: 403 });
  expect(run.request.secrets).toEqual({});
  const now = new Date().toISOString();
  run.listener.jobEnded({ name: 'test', conclusion: 'success', started_at: now, completed_at: now, steps: [] });
  run.finish();
  await town.github.idle();
  const checks = receiver.received.flatMap(({ event, payload }) =>
    event === 'check_run' ? [payload.check_run as { check_suite: { head_branch: unknown } }] : [],
  );
  expect(checks.map(({ check_suite }) => check_suite.head_branch)).toEqual([null, null]);
  await receiver.close();
});

test('an app checks the head of it as any other commit', async () => {
  const head = await push('idea', { 'idea.md': 'Mine.\n' });
  await propose('idea');
  const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    installation_id: town.installationId,
  });

  const check = { ...at, name: 'Plan', head_sha: head, conclusion: 'success' } as const;
  const made = await octokitFor(town.github, data.token).rest.checks.create(check);

  expect(made.data.head_sha).toBe(head);
});

test('who may only triage closes and reopens a pull request', async () => {
  const triage = town.github.createUser({ login: 'triager' }).token;
  town.github.addCollaborator({ repository: 'acme/daw', login: 'triager', permission: 'triage' });
  const triager = octokitFor(town.github, triage);
  await branch(town, 'idea', { 'idea.md': 'Ours.\n' });
  const { data: pull } = await lead.rest.pulls.create({ ...at, title: 'Ours', head: 'idea', base: 'main' });
  const set = (state: 'open' | 'closed') => triager.rest.pulls.update({ ...at, pull_number: pull.number, state });

  expect((await set('closed')).data.state).toBe('closed');
  expect((await set('open')).data.state).toBe('open');
  await expect(triager.rest.pulls.merge({ ...at, pull_number: pull.number })).rejects.toMatchObject({ status: 403 });
});
