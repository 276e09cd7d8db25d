import type { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { branch, git, type HeldRun, octokitFor, startTown, type Town } from '../support/town.ts';

const at = { owner: 'acme', repo: 'daw' };
const CI = `# ${JSON.stringify({ name: 'CI', events: ['pull_request', 'merge_group'] })}\non: [pull_request, merge_group]\n`;
let town: Town;
let lead: Octokit;

beforeAll(async () => {
  town = await startTown({ files: { 'README.md': '# Daw\n', '.github/workflows/ci.yml': CI } });
  lead = octokitFor(town.github, town.lead.token);
  town.github.protect('acme/daw', { branch: 'main', requiredChecks: ['ci'], mergeQueue: true });
});
afterAll(() => town.close());

/** Ends a run with one job, `ci`, of that conclusion. */
function finishCi(run: HeldRun, conclusion: 'success' | 'failure' = 'success'): void {
  const moment = '2026-01-01T00:00:00Z';
  run.listener.started();
  run.listener.jobEnded({ name: 'ci', conclusion, started_at: moment, completed_at: moment, steps: [] });
  run.finish(conclusion);
}

async function open(head: string) {
  await branch(town, head, { [`${head}.txt`]: '1' });
  const began = town.actions.next();
  const { data } = await lead.rest.pulls.create({ ...at, title: `Land ${head}`, head, base: 'main' });
  const run = await began;
  finishCi(run);
  return { ...at, pull_number: data.number, id: data.node_id, request: run.request };
}

const enqueue = (pullRequestId: string) =>
  lead.graphql<{ enqueuePullRequest: { mergeQueueEntry: { position: number; state: string } } }>(
    'mutation ($input: EnqueuePullRequestInput!) { enqueuePullRequest(input: $input) { mergeQueueEntry { position state } } }',
    { input: { pullRequestId } },
  );

test('a run of a pull request stands on the test merge, and its job is a check on the head', async () => {
  const { request, ...pull } = await open('checked');
  const { data } = await lead.rest.pulls.get(pull);

  expect([request.eventName, request.ref]).toEqual(['pull_request', `refs/pull/${pull.pull_number}/merge`]);
  expect(request.sha).not.toBe(data.head.sha);
  expect(await git(town.repository.gitDir, 'show', `${request.sha}:checked.txt`)).toBe('1');
  expect((await lead.rest.checks.listForRef({ ...at, ref: 'checked' })).data.check_runs).toMatchObject([
    { name: 'ci', conclusion: 'success', head_sha: data.head.sha },
  ]);
  const { data: runs } = await lead.rest.actions.listWorkflowRunsForRepo({ ...at, branch: 'checked' });
  expect(runs.workflow_runs).toMatchObject([{ event: 'pull_request', head_sha: data.head.sha }]);
});

test('the button is refused, the queue merges what passes on the merge group', async () => {
  const { request: _, id, ...pull } = await open('queued');
  await expect(lead.rest.pulls.merge(pull)).rejects.toMatchObject({
    status: 405,
    message: expect.stringContaining('Changes must be made through the merge queue'),
  });

  const began = town.actions.next();
  await enqueue(id);
  const run = await began;
  const { request } = run;
  finishCi(run);
  await town.github.idle();

  expect([request.eventName, request.ref]).toEqual([
    'merge_group',
    expect.stringMatching(new RegExp(`^refs/heads/gh-readonly-queue/main/pr-${pull.pull_number}-[0-9a-f]{40}$`)),
  ]);
  expect((await lead.rest.pulls.get(pull)).data).toMatchObject({ merged: true, merge_commit_sha: request.sha });
  expect(await git(town.repository.gitDir, 'rev-parse', 'main')).toBe(request.sha);
  expect(await git(town.work, 'ls-remote', 'origin', 'refs/heads/gh-readonly-queue/*')).toBe('');
});

test('two are merged one after the other, each checked on top of the one before', async () => {
  const [first, second] = [await open('first'), await open('second')];
  const began = town.actions.next();
  await enqueue(first.id);
  expect((await enqueue(second.id)).enqueuePullRequest.mergeQueueEntry).toEqual({ position: 2, state: 'QUEUED' });
  const build = await began;
  const beganAgain = town.actions.next();
  finishCi(build);
  const again = await beganAgain;
  finishCi(again);
  await town.github.idle();

  expect(await git(town.repository.gitDir, 'rev-parse', 'main', 'main^')).toBe(
    `${again.request.sha}\n${build.request.sha}`,
  );
  expect((await lead.rest.pulls.get(second)).data.merged).toBe(true);
});

test('one that fails on the merge group leaves the queue unmerged', async () => {
  const { request: _, id, ...pull } = await open('fails');

  const began = town.actions.next();
  await enqueue(id);
  finishCi(await began, 'failure');
  await town.github.idle();

  expect((await lead.rest.pulls.get(pull)).data).toMatchObject({ state: 'open', merged: false });
  const { repository } = await lead.graphql<{ repository: { mergeQueue: { entries: { totalCount: number } } } }>(
    '{ repository(owner: "acme", name: "daw") { mergeQueue(branch: "main") { entries(first: 5) { totalCount } } } }',
  );
  expect(repository.mergeQueue.entries.totalCount).toBe(0);
});

test('one whose own checks have not passed is not taken in', async () => {
  await branch(town, 'early', { 'early.txt': '1' });
  const began = town.actions.next();
  const { data } = await lead.rest.pulls.create({ ...at, title: 'Early', head: 'early', base: 'main' });
  const run = await began;

  await expect(enqueue(data.node_id)).rejects.toThrow('Required status check "ci" is expected.');
  run.finish();
});
