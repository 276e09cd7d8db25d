import type { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Runner } from '../../src/model/runner.ts';
import { SECRET, startReceiver } from '../support/receiver.ts';
import { appOctokit, branch, commit, git, heldRunner, octokitFor, startTown, type Town } from '../support/town.ts';

const at = { owner: 'acme', repo: 'daw' };
const workflow = (description: object) => `# ${JSON.stringify(description)}\non: push\n`;
const TASK = workflow({ name: 'Task', events: ['workflow_dispatch'] });
const CI = workflow({ name: 'CI', events: ['push', 'pull_request'], filters: { push: { branches: ['main'] } } });
/** Runs of `ci.yml` end as soon as they have started; those of tasks are held. */
const actions = heldRunner();
const runner: Runner = {
  ...actions.runner,
  start: (request, listener) => {
    const handle = actions.runner.start(request, listener);
    const run = actions.held.at(-1);
    if (request.workflow.path.endsWith('ci.yml')) setImmediate(() => run?.finish());
    return handle;
  },
};
let town: Town;
let lead: Octokit;
let app: Octokit;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeAll(async () => {
  receiver = await startReceiver();
  town = await startTown({
    files: { 'README.md': '# Daw\n', '.github/workflows/ci.yml': CI, '.github/workflows/task.yml': TASK },
    runner,
  });
  town.github.createApp({
    slug: 'listener',
    permissions: { pull_requests: 'read' },
    events: ['pull_request', 'pull_request_review', 'check_run', 'status', 'merge_group'],
    webhook: { url: receiver.url, secret: SECRET },
  });
  town.github.install('listener', 'acme/daw');
  await town.github.idle();
  lead = octokitFor(town.github, town.lead.token);
  const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    installation_id: town.installationId,
  });
  app = octokitFor(town.github, data.token);
});
afterAll(async () => {
  await town.close();
  await receiver.close();
});

/** What arrives because of `cause`, once nothing is under way any more. */
async function heard(cause: () => Promise<unknown>): Promise<string[]> {
  const before = receiver.received.length;
  await cause();
  await town.github.idle();
  return receiver.names().slice(before);
}

describe('webhooks', () => {
  test('tell the life of a pull request in order, with its state of that moment', async () => {
    const sha = await branch(town, 'told', { 'told.txt': '1' });
    let pull_number = 0;
    const names = await heard(async () => {
      const { data } = await app.rest.pulls.create({ ...at, title: 'Told', head: 'told', base: 'main' });
      pull_number = data.number;
      await lead.rest.pulls.createReview({ ...at, pull_number, event: 'COMMENT', body: 'Hm' });
      await app.rest.checks.create({ ...at, name: 'ci', head_sha: sha, status: 'in_progress' });
      await app.rest.repos.createCommitStatus({ ...at, sha, state: 'success' });
      await commit(town.work, 'More', { 'told.txt': '2' });
      await git(town.work, 'push', '--quiet', 'origin', 'HEAD:told');
      await lead.rest.pulls.update({ ...at, pull_number, state: 'closed' });
      await lead.rest.pulls.update({ ...at, pull_number, state: 'open' });
      await lead.rest.pulls.merge({ ...at, pull_number });
    });

    expect(names).toEqual([
      ...['pull_request.opened', 'pull_request_review.submitted', 'check_run.created', 'status'],
      ...['pull_request.synchronize', 'pull_request.closed', 'pull_request.reopened', 'pull_request.closed'],
    ]);
    const told = (name: string) => receiver.received.filter(({ payload }) => payload.action === name).at(-1)?.payload;
    expect(told('synchronize')).toMatchObject({ before: sha, number: pull_number, pull_request: { mergeable: null } });
    const checked = receiver.received.find(({ payload }) => payload.check_run)?.payload;
    expect(checked).toMatchObject({ check_run: { check_suite: { head_branch: 'told', head_sha: sha } } });
    expect(told('submitted')).toMatchObject({ review: { state: 'commented', body: 'Hm', commit_id: sha } });
    expect(told('closed')).toMatchObject({ pull_request: { merged: true, merged_by: { login: 'lead' } } });
    expect(receiver.received.every(({ signed }) => signed)).toBe(true);
  });
});

describe('runs of pull requests', () => {
  const startedBy = async (cause: () => Promise<unknown>) => {
    const before = actions.held.length;
    await heard(cause);
    return actions.held.slice(before).map(({ request }) => `${request.eventName} ${request.ref}`);
  };

  test('start when it is opened and pushed to, not when it is labelled; pushes to its branch pass the filter by', async () => {
    let pull_number = 0;
    const opened = await startedBy(async () => {
      await branch(town, 'runs', { 'runs.txt': '1' });
      pull_number = (await app.rest.pulls.create({ ...at, title: 'Runs', head: 'runs', base: 'main' })).data.number;
    });
    const labelled = await startedBy(() =>
      app.rest.issues.addLabels({ ...at, issue_number: pull_number, labels: ['wave:1'] }),
    );
    const pushed = await startedBy(async () => {
      await commit(town.work, 'More', { 'runs.txt': '2' });
      await git(town.work, 'push', '--quiet', 'origin', 'HEAD:runs');
    });
    const merged = await startedBy(() => app.rest.pulls.merge({ ...at, pull_number }));

    const onPull = `pull_request refs/pull/${pull_number}/merge`;
    expect({ opened, labelled, pushed, merged }).toEqual({
      ...{ opened: [onPull], labelled: [], pushed: [onPull], merged: ['push refs/heads/main'] },
    });
  });

  test('start neither for one that conflicts nor for one that a run’s own token opened', async () => {
    town.github.setSettings('acme/daw', { actionsMayPropose: true });
    const began = actions.next();
    await lead.rest.actions.createWorkflowDispatch({ ...at, workflow_id: 'task.yml', ref: 'main' });
    const run = await began;
    const token = octokitFor(town.github, run.token);
    const byRun = await startedBy(async () => {
      await branch(town, 'by-run', { 'by-run.txt': '1' });
      await token.rest.pulls.create({ ...at, title: 'By a run', head: 'by-run', base: 'main' });
      run.finish();
    });
    await branch(town, 'conflict', { 'README.md': '# Theirs\n' });
    await startedBy(() => branch(town, 'main', { 'README.md': '# Ours\n' }));
    const conflicting = await startedBy(() =>
      app.rest.pulls.create({ ...at, title: 'Conflict', head: 'conflict', base: 'main' }),
    );

    expect([byRun, conflicting]).toEqual([[], []]);
  });
});

test('a scripted person waits for a pull request and lands it with no more than the role to write', async () => {
  const { token } = town.github.createUser({ login: 'reviewer' });
  town.github.addCollaborator({ repository: 'acme/daw', login: 'reviewer', permission: 'write' });
  town.github.protect('acme/daw', { branch: 'release', pullRequest: { approvals: 1 } });
  await git(town.work, 'push', '--quiet', 'origin', 'origin/main:refs/heads/release');
  const reviewer = octokitFor(town.github, token);
  const waited = town.github.waitForPull(({ state, pull }) => state === 'open' && pull.baseRef === 'release');
  await branch(town, 'wanted', { 'wanted.txt': '1' });
  await app.rest.pulls.create({ ...at, title: 'Wanted', head: 'wanted', base: 'release' });

  const { number: pull_number, head } = await waited;
  await reviewer.rest.pulls.createReview({ ...at, pull_number, event: 'APPROVE', commit_id: head.sha });
  const { data } = await reviewer.rest.pulls.merge({ ...at, pull_number, sha: head.sha, merge_method: 'squash' });

  expect(data.merged).toBe(true);
});

test('only who may write sees how merges are set', async () => {
  const { token } = town.github.createUser({ login: 'onlooker' });
  town.github.addCollaborator({ repository: 'acme/daw', login: 'onlooker', permission: 'read' });
  const settings = async (who: Octokit) => {
    const { allow_squash_merge, allow_auto_merge, delete_branch_on_merge } = (await who.rest.repos.get(at)).data;
    return [allow_squash_merge, allow_auto_merge, delete_branch_on_merge];
  };
  town.github.setSettings('acme/daw', { autoMerge: true });

  expect(await settings(app)).toEqual([true, true, false]);
  expect(await settings(octokitFor(town.github, token))).toEqual([undefined, undefined, undefined]);
});

test('a token without the permission for pull requests neither opens, reviews nor reads them', async () => {
  const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    ...{ installation_id: town.installationId, permissions: { contents: 'write', issues: 'write' } },
  });
  const narrow = octokitFor(town.github, data.token);
  await branch(town, 'narrow', { 'narrow.txt': '1' });
  const asked = { ...at, title: 'Narrow', head: 'narrow', base: 'main' };
  const { data: pull } = await app.rest.pulls.create(asked);
  const numbered = { ...at, pull_number: pull.number };

  for (const refused of [
    () => narrow.rest.pulls.list(at),
    () => narrow.rest.pulls.create(asked),
    () => narrow.rest.pulls.createReview({ ...numbered, event: 'APPROVE' }),
  ]) {
    await expect(refused()).rejects.toMatchObject({ status: 403 });
  }
  expect((await narrow.rest.repos.getBranchRules({ ...at, branch: 'main' })).status).toBe(200);
});

test('a token for pull requests alone comments and labels there, and on no issue', async () => {
  const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    ...{ installation_id: town.installationId, permissions: { pull_requests: 'write' } },
  });
  const narrow = octokitFor(town.github, data.token);
  const { data: issue } = await lead.rest.issues.create({ ...at, title: 'An issue' });
  const { data: pulls } = await narrow.rest.pulls.list({ ...at, state: 'all' });
  const comment = (issue_number: number) => narrow.rest.issues.createComment({ ...at, issue_number, body: 'Hello' });

  expect((await comment(pulls[0]?.number ?? 0)).status).toBe(201);
  await expect(comment(issue.number)).rejects.toMatchObject({ status: 403 });
  await expect(narrow.rest.pulls.merge({ ...at, pull_number: pulls[0]?.number ?? 0 })).rejects.toMatchObject({
    status: 403,
  });
});
