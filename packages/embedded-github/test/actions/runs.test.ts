import { afterEach, expect, test } from 'vitest';
import {
  CI_WORKFLOW,
  commit,
  git,
  octokitFor,
  startTown,
  TASK_WORKFLOW,
  type Town,
  withToken,
} from '../support/town.ts';

const at = { owner: 'acme', repo: 'daw' };
const task = { ...at, workflow_id: 'agent-task.yml', ref: 'main' };
let town: Town;

afterEach(() => town.close());

const lead = () => octokitFor(town.github, town.lead.token);

async function dispatched(inputs: Record<string, string> = { task: 'A-1' }) {
  const began = town.actions.next();
  await lead().rest.actions.createWorkflowDispatch({ ...task, inputs });
  return began;
}

test('a dispatch runs the file and the commit of its ref, with inputs, secrets and variables', async () => {
  town = await startTown();
  town.github.setSecret('acme/daw', { name: 'KEY', value: 'hidden' });
  town.github.setVariable('acme/daw', { name: 'MODEL', value: 'sonnet' });

  const { request } = await dispatched();

  expect(request).toMatchObject({
    workflow: { path: '.github/workflows/agent-task.yml', source: TASK_WORKFLOW },
    ref: 'refs/heads/main',
    sha: await git(town.work, 'rev-parse', 'HEAD'),
    eventName: 'workflow_dispatch',
    inputs: { task: 'A-1', note: 'none' },
    secrets: { KEY: 'hidden' },
    vars: { MODEL: 'sonnet' },
    actor: { login: 'lead' },
    urls: { server: town.github.url, api: town.github.apiUrl },
  });
});

test.each([
  [{ inputs: { task: 'A', wish: 'x' } }, 'Unexpected inputs provided: ["wish"]'],
  [{ inputs: {} }, "Required input 'task' not provided"],
  [{ inputs: { task: 'A' }, ref: 'nowhere' }, 'No ref found for: nowhere'],
])('a dispatch with %j is refused', async (wanted, message) => {
  town = await startTown();

  await expect(lead().rest.actions.createWorkflowDispatch({ ...task, ...wanted })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining(message),
  });
  expect(town.github.runs()).toEqual([]);
});

test('a workflow that is not on the default branch, or does not listen to dispatches, cannot be dispatched', async () => {
  const nightly = `# ${JSON.stringify({ name: 'Nightly', events: ['schedule'] })}\n`;
  town = await startTown({ files: { '.github/workflows/nightly.yml': nightly } });

  const dispatch = (workflow_id: string) => lead().rest.actions.createWorkflowDispatch({ ...task, workflow_id });

  await expect(dispatch('absent.yml')).rejects.toMatchObject({ status: 404 });
  await expect(dispatch('nightly.yml')).rejects.toMatchObject({ status: 422 });
});

test('the answer to a dispatch names the run when it is asked to, and always in newer API versions', async () => {
  town = await startTown();
  const inputs = { task: 'A-1' };
  const newer = { headers: { 'x-github-api-version': '2026-03-10' } };

  const silent = await lead().rest.actions.createWorkflowDispatch({ ...task, inputs });
  const asked = await lead().rest.actions.createWorkflowDispatch({ ...task, inputs, return_run_details: true });
  const told = await lead().rest.actions.createWorkflowDispatch({ ...task, inputs, ...newer });

  const [, second, third] = town.github.runs();
  expect([silent.status, asked.status, told.status]).toEqual([204, 200, 200]);
  expect(asked.data).toMatchObject({ workflow_run_id: second?.id });
  expect(told.data).toMatchObject({ workflow_run_id: third?.id });
});

test("a run's token writes while the run lives and is dead afterwards", async () => {
  town = await startTown();
  const run = await dispatched();
  const bot = octokitFor(town.github, run.token);

  const { data: issue } = await bot.rest.issues.create({ ...at, title: 'By the run' });
  run.finish();

  expect(issue.user?.login).toBe('github-actions[bot]');
  await expect(bot.rest.issues.get({ ...at, issue_number: issue.number })).rejects.toMatchObject({ status: 401 });
});

test("a run's token may push, but not change a workflow", async () => {
  town = await startTown();
  const run = await dispatched();
  await git(town.work, 'remote', 'set-url', 'origin', withToken(town.repository.cloneUrl, run.token));
  await commit(town.work, 'Work', { 'src/a.ts': '' });
  await git(town.work, 'push', '--quiet', 'origin', 'HEAD:main');
  await commit(town.work, 'Break out', { '.github/workflows/mine.yml': TASK_WORKFLOW });

  await expect(git(town.work, 'push', 'origin', 'HEAD:main')).rejects.toThrow('without `workflows` permission');
  await expect(git(town.work, 'push', 'origin', 'HEAD:refs/heads/new')).rejects.toThrow(
    'without `workflows` permission',
  );
  run.finish();
});

test('pushes and issues start the workflows that listen, except what a run itself has done', async () => {
  town = await startTown({ files: { 'README.md': '', '.github/workflows/agent-task.yml': TASK_WORKFLOW } });
  await commit(town.work, 'Add CI', { '.github/workflows/ci.yml': CI_WORKFLOW });
  const first = town.actions.next();
  await git(town.work, 'push', '--quiet', 'origin', 'HEAD:main');
  (await first).finish();
  const second = town.actions.next();
  await lead().rest.issues.create({ ...at, title: 'Starts CI' });
  (await second).finish();
  await commit(town.work, 'Quiet [skip ci]', { 'quiet.txt': '' });
  await git(town.work, 'push', '--quiet', 'origin', 'HEAD:main');
  const run = await dispatched();
  await octokitFor(town.github, run.token).rest.issues.create({ ...at, title: 'Starts nothing' });
  run.finish();
  await town.github.idle();

  expect(town.github.runs().map((each) => `${each.name} ${each.event}`)).toEqual([
    'CI push',
    'CI issues',
    'Agent task workflow_dispatch',
  ]);
});

test("a run's token may dispatch another run", async () => {
  town = await startTown();
  const first = await dispatched();
  const began = town.actions.next();

  await octokitFor(town.github, first.token).rest.actions.createWorkflowDispatch({ ...task, inputs: { task: 'next' } });
  const second = await began;

  expect(second.request.actor.login).toBe('github-actions[bot]');
  first.finish();
  second.finish();
});

test('a re-run keeps id and inputs and counts attempts; what the first attempt still says is not heard', async () => {
  town = await startTown();
  const first = await dispatched();
  first.finish('failure');
  const began = town.actions.next();
  await lead().rest.actions.reRunWorkflow({ ...at, run_id: first.request.runId });
  const second = await began;

  first.listener.ended('success');

  expect(second.request).toMatchObject({ runId: first.request.runId, runAttempt: 2, inputs: first.request.inputs });
  expect(second.request.folder).not.toBe(first.request.folder);
  expect(town.github.runs()[0]).toMatchObject({ runAttempt: 2, status: 'queued', conclusion: null });
  second.finish();
});

test('dispatches that start no run or two, and runs that never start or never end', async () => {
  town = await startTown();
  const { faults } = town.github;
  faults.push(
    { on: 'dispatch', runs: 0 },
    { on: 'dispatch', runs: 2 },
    { on: 'run', fate: 'never-starts', when: (run) => run.inputs.task === 'stuck' },
    { on: 'run', fate: 'never-ends', when: (run) => run.inputs.task === 'endless' },
  );
  const dispatch = (name: string) => lead().rest.actions.createWorkflowDispatch({ ...task, inputs: { task: name } });

  await dispatch('none');
  expect(town.github.runs()).toHaveLength(0);
  await dispatch('double');
  expect(town.github.runs()).toHaveLength(2);
  await dispatch('stuck');
  const endless = await dispatched({ task: 'endless' });
  endless.listener.started();
  endless.finish();

  expect(
    town.github
      .runs()
      .slice(2)
      .map((run) => run.status),
  ).toEqual(['queued', 'in_progress']);
  for (const run of town.github.runs().slice(2)) await lead().rest.actions.cancelWorkflowRun({ ...at, run_id: run.id });
  expect(
    town.github
      .runs()
      .slice(2)
      .map((run) => run.conclusion),
  ).toEqual(['cancelled', 'cancelled']);
  for (const run of town.actions.held) run.finish();
});

test('a cancelled run goes on for as long as a fault says, and is told as cancelled only then', async () => {
  town = await startTown();
  const { promise: patience, resolve: giveUp } = Promise.withResolvers<void>();
  town.github.faults.push({ on: 'cancel', delay: patience });
  const run = await dispatched();
  run.listener.started();

  await lead().rest.actions.cancelWorkflowRun({ ...at, run_id: run.request.runId });
  expect(town.github.runs()[0]).toMatchObject({ status: 'in_progress', conclusion: null });
  giveUp();
  await town.github.idle();

  expect(town.github.runs()[0]).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
});

test('closing kills what runs and leaves nothing alive', async () => {
  town = await startTown();
  await dispatched();

  await town.github.close();

  expect(town.github.runs()[0]?.status).toBe('queued');
  await expect(fetch(town.github.apiUrl)).rejects.toThrow('fetch failed');
});
