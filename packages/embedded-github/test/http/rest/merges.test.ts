import type { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appOctokit, branch, commit, git, octokitFor, startTown, type Town } from '../../support/town.ts';

/** Merging one branch into another without a pull request. */

const at = { owner: 'acme', repo: 'daw' };
let town: Town;
let lead: Octokit;
let app: Octokit;

beforeAll(async () => {
  town = await startTown();
  lead = octokitFor(town.github, town.lead.token);
  const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    installation_id: town.installationId,
  });
  app = octokitFor(town.github, data.token);
});
afterAll(() => town.close());

const show = (...args: string[]) => git(town.repository.gitDir, ...args);
const tip = (name: string) => show('rev-parse', name);

test('brings a branch over by a merge commit of the viewer, even where the base could be moved forward', async () => {
  const base = await branch(town, 'base', { 'base.txt': '1' });
  await git(town.work, 'checkout', '--quiet', '-B', 'ahead');
  const head = await commit(town.work, 'Ahead', { 'ahead.txt': '1' });
  await git(town.work, 'push', '--quiet', 'origin', 'HEAD:refs/heads/ahead');

  const { status, data } = await app.rest.repos.merge({
    ...at,
    base: 'base',
    head: 'ahead',
    commit_message: 'Catch up',
  });

  expect([status, data.sha]).toEqual([201, await tip('base')]);
  expect(data.parents.map(({ sha }) => sha)).toEqual([base, head]);
  expect(data.commit).toMatchObject({
    message: 'Catch up',
    author: { name: 'waves[bot]' },
    committer: { name: 'GitHub' },
  });
  expect((await show('ls-tree', '--name-only', 'base')).split('\n')).toEqual(
    expect.arrayContaining(['ahead.txt', 'base.txt']),
  );
  expect(await tip('ahead')).toBe(head);
});

test('joins what two branches changed, names a commit as well as a branch, and has a message of its own', async () => {
  await branch(town, 'left', { 'left.txt': '1' });
  const right = await branch(town, 'right', { 'right.txt': '1' });

  const { data } = await app.rest.repos.merge({ ...at, base: 'left', head: right });

  expect(data.commit.message).toBe(`Merge ${right} into left`);
  expect(await show('show', 'left:left.txt')).toBe('1');
  expect(await show('show', 'left:right.txt')).toBe('1');
});

test('answers 204 and moves nothing where the base has it all', async () => {
  const before = await branch(town, 'newer', { 'newer.txt': '1' });

  const { status } = await app.rest.repos.merge({ ...at, base: 'newer', head: 'main' });

  expect([status, await tip('newer')]).toEqual([204, before]);
});

test('refuses a conflict with 409 and moves nothing', async () => {
  const before = await branch(town, 'ours', { 'README.md': '# Ours\n' });
  await branch(town, 'theirs', { 'README.md': '# Theirs\n' });

  const merging = app.rest.repos.merge({ ...at, base: 'ours', head: 'theirs' });

  await expect(merging).rejects.toMatchObject({ status: 409, message: expect.stringContaining('Merge conflict') });
  expect(await tip('ours')).toBe(before);
});

test('says which of the two does not exist', async () => {
  const missing = async (base: string, head: string) =>
    app.rest.repos.merge({ ...at, base, head }).then(
      () => 'merged',
      ({ status, message }: { status: number; message: string }) => `${status} ${message.split(' - ')[0]}`,
    );

  expect(await missing('nowhere', 'main')).toBe('404 Base does not exist');
  expect(await missing('main', 'nowhere')).toBe('404 Head does not exist');
  expect(await missing('main', '1'.repeat(40))).toBe('404 Head does not exist');
  expect(await missing(await tip('main'), 'main')).toBe('404 Base does not exist');
});

test('is refused by the rules of the base as a push is, unless they are bypassed', async () => {
  const [guarded, straight] = [await branch(town, 'guarded', {}), await branch(town, 'straight', {})];
  await branch(town, 'feature', { 'feature.txt': '1' });
  town.github.protect('acme/daw', { branch: 'guarded', pullRequest: { approvals: 1 }, bypass: ['waves'] });
  town.github.protect('acme/daw', { branch: 'straight', linearHistory: true });
  const merge = (who: Octokit, base: string) => who.rest.repos.merge({ ...at, base, head: 'feature' });

  await expect(merge(lead, 'guarded')).rejects.toMatchObject({
    status: 409,
    message: expect.stringContaining('Changes must be made through a pull request.'),
  });
  await expect(merge(lead, 'straight')).rejects.toMatchObject({
    message: expect.stringContaining('This branch must not contain merge commits.'),
  });
  expect([await tip('guarded'), await tip('straight')]).toEqual([guarded, straight]);
  expect((await merge(app, 'guarded')).status).toBe(201);
});

test('asks for contents: write', async () => {
  const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    ...{ installation_id: town.installationId, permissions: { contents: 'read' } },
  });

  const merging = octokitFor(town.github, data.token).rest.repos.merge({ ...at, base: 'left', head: 'main' });

  await expect(merging).rejects.toMatchObject({ status: 403 });
});

test('brings workflows over that a branch holds; those of a loose commit need the permission', async () => {
  await branch(town, 'behind', {});
  const loose = await branch(town, 'ci', { '.github/workflows/ci.yml': 'on: push\n' });
  await git(town.work, 'push', '--quiet', 'origin', ':refs/heads/ci', 'HEAD:refs/keep/ci');

  await expect(app.rest.repos.merge({ ...at, base: 'behind', head: loose })).rejects.toMatchObject({ status: 403 });
  await git(town.work, 'push', '--quiet', 'origin', 'HEAD:refs/heads/ci');
  expect((await app.rest.repos.merge({ ...at, base: 'behind', head: loose })).status).toBe(201);
});

test('is told as a push, and a pull request of the base sees its new head', async () => {
  await branch(town, 'open', { 'open.txt': '1' });
  await branch(town, 'more', { 'more.txt': '1' });
  const { data: pull } = await app.rest.pulls.create({ ...at, title: 'Open', head: 'open', base: 'main' });

  const { data } = await app.rest.repos.merge({ ...at, base: 'open', head: 'more' });

  expect((await lead.rest.pulls.get({ ...at, pull_number: pull.number })).data.head.sha).toBe(data.sha);
});
