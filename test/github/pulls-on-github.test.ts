import { afterEach, expect, it } from 'vitest';
import {
  appOctokit,
  branch,
  heldRunner,
  octokitFor,
  startTown,
  TASK_WORKFLOW,
  type Town,
} from '../../packages/embedded-github/test/support/town.ts';
import { newMemory } from '../../src/github/memory.ts';
import { createClient } from '../../src/github/octokit.ts';
import { reconcile } from '../../src/reconcile.ts';
import { dispatchTitle, taskBranch } from '../../src/state/names.ts';
import { readTaskRecord } from '../../src/state/record.ts';
import { TIMINGS } from '../../src/state/timings.ts';
import { resultText } from '../support/adversary.ts';
import { withTemplate } from '../support/scene/files.ts';

/** Passes against the embedded GitHub in which work is in review, or lands on a branch of the plan. */

const locator = { owner: 'acme', repo: 'daw' };
let town: Town;
let held: ReturnType<typeof heldRunner>['held'];
afterEach(() => town.close());

async function begin(config: string) {
  // What the app and people do within one second would bear the same time: the clock runs on between acts.
  let ahead = 0;
  const { runner, ...runs } = heldRunner();
  held = runs.held;
  const names = ['task', 'issue', 'attempt', 'slice', 'dispatch'].map((name) => ({ name, required: true }));
  town = await startTown({
    runner: {
      ...runner,
      prepare: (asked) => {
        const { task, issue, attempt, slice, dispatch } = asked.inputs;
        const numbers = { issue: Number(issue), attempt: Number(attempt), slice: Number(slice) };
        const displayTitle = dispatchTitle({ task: task as never, ...numbers, dispatch: Number(dispatch) });
        return { ...runner.prepare(asked), displayTitle };
      },
    },
    clock: () => Date.now() + ahead,
    files: {
      '.github/agent-waves.yml': config,
      'docs/planning/tasks.json': JSON.stringify({ name: 'DAW', tasks: [{ id: 'A', title: 'First' }] }),
      '.github/workflows/agent-task.yml': withTemplate(
        TASK_WORKFLOW.replace(/"dispatchInputs":\[.*?\]/, `"dispatchInputs":${JSON.stringify(names)}`),
      ),
    },
  });
  const { data } = await appOctokit(town).request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: town.installationId,
  });
  const client = createClient({ token: data.token, baseUrl: town.github.apiUrl });
  const app = octokitFor(town.github, data.token);
  const lead = octokitFor(town.github, town.lead.token);
  let memory = newMemory();
  const settle = async (from = memory) => {
    memory = from;
    ahead += 15_000;
    for (let left = 10; left > 0; left--) {
      const made = await reconcile({ client, locator, app: 'waves[bot]', memory, timings: TIMINGS });
      memory = made.memory;
      if (made.kind !== 'done') throw new Error(JSON.stringify(made));
      if (made.wakeIn !== 0) return made.decision;
    }
    throw new Error('no rest');
  };
  await settle();
  await lead.rest.issues.addLabels({ ...locator, issue_number: 1, labels: ['agent:start'] });
  const started = await settle();
  return { app, lead, settle, started };
}

/** The run of task A leaves its work for people, and ends: before that its word counts for nothing. */
async function leaveForReview(app: ReturnType<typeof octokitFor>, pull: { number: number; head: string }) {
  const issue = town.github.issuesReport('acme/daw').find(({ title }) => title.startsWith('A: '));
  const record = readTaskRecord(issue?.body ?? '');
  if (!issue || !record) throw new Error('task A has no issue');
  const { attempt, slice, dispatch } = record;
  const { data } = await app.rest.actions.listWorkflowRunsForRepo({ ...locator });
  const [run] = data.workflow_runs;
  const inputs = { task: record.task, issue: issue.number, attempt, slice, dispatch };
  const body = resultText({ id: run?.id ?? 0, inputs }, 'in-review', { pull });
  await app.rest.issues.createComment({ ...locator, issue_number: issue.number, body });
  held.at(-1)?.finish();
}

it('work in review goes on when changes are asked for, and is completed by the merge', async () => {
  const { app, lead, settle } = await begin('landing: review\n');
  const name = taskBranch('A' as never);
  const head = await branch(town, name, { 'a.txt': 'one' });
  const { data } = await app.rest.pulls.create({ ...locator, head: name, base: 'main', title: 'A: First' });
  await leaveForReview(app, { number: data.number, head });
  const [waiting] = (await settle()).tasks;
  expect(waiting?.reason).toMatch(new RegExp(`^in review as #${data.number} since `));

  const asked = { pull_number: data.number, event: 'REQUEST_CHANGES', body: 'Use a map.' } as const;
  await lead.rest.pulls.createReview({ ...locator, ...asked });
  const [again] = (await settle(newMemory())).tasks;

  expect(again?.state).toBe('running');
  expect(again?.record).toMatchObject({ attempt: 1, slice: 2, failure: { output: 'lead wrote:\nUse a map.' } });

  await leaveForReview(app, { number: data.number, head });
  await settle();
  const merged = await lead.rest.pulls.merge({ ...locator, pull_number: data.number, merge_method: 'squash' });
  const [done] = (await settle()).tasks;

  expect(done).toMatchObject({ state: 'completed', unverified: false });
  expect(done?.record.done).toMatchObject({ commit: merged.data.sha, pull: data.number });
  expect(town.github.issuesReport('acme/daw').map(({ state }) => state)).not.toContain('open');
});

it('what a reviewer wrote beside lines goes into the slice that their review starts', async () => {
  const { app, lead, settle } = await begin('landing: review\n');
  const name = taskBranch('A' as never);
  const head = await branch(town, name, { 'a.txt': 'one\ntwo\n' });
  const { data } = await app.rest.pulls.create({ ...locator, head: name, base: 'main', title: 'A: First' });
  await leaveForReview(app, { number: data.number, head });
  await settle();
  const comments = [
    { path: 'a.txt', line: 2, body: 'Use a map.\n' },
    { path: 'a.txt', body: 'Give it a better name.' },
  ];

  const asked = { pull_number: data.number, event: 'REQUEST_CHANGES', body: '', comments } as const;
  await lead.rest.pulls.createReview({ ...locator, ...asked });
  const [again] = (await settle()).tasks;

  expect(again?.state).toBe('running');
  expect(again?.record.failure).toEqual({
    what: 'lead asked for changes: a.txt:2: Use a map.',
    output: 'lead wrote:\na.txt:2: Use a map.\na.txt: Give it a better name.',
  });
});

it('reads nothing more while nothing is in review', async () => {
  const { settle } = await begin('landing: review\n');
  await settle();
  town.requests.length = 0;

  await settle();

  expect(town.requests.map(({ method, route }) => `${method} ${route}`)).toEqual([expect.stringContaining('Observe')]);
});

it('makes the branch of the plan before it dispatches, and compares it once for every commit that is not its own', async () => {
  const { settle, started, lead } = await begin('base: agent-waves/{plan}\nlanding: push\n');

  const { data: base } = await lead.rest.git.getRef({ ...locator, ref: 'heads/agent-waves/daw' });
  expect(started.tasks.map(({ state }) => state)).toEqual(['running']);
  expect(started.tasks[0]?.record.base).toBe(base.object.sha);
  const compares = () => town.requests.filter(({ route }) => route.includes('compare')).length;
  const before = compares();
  await settle();
  await settle();

  expect(compares()).toBe(before);
  expect(before).toBe(1);
});

it('brings over to the branch of the plan what people add to the default branch, and tells them of a conflict once', async () => {
  const { settle, lead } = await begin('base: agent-waves/{plan}\nlanding: push\n');
  const onBase = async (path: string) => {
    const { data } = await lead.rest.repos.getContent({ ...locator, path, ref: 'agent-waves/daw' });
    return 'content' in data ? Buffer.from(data.content, 'base64').toString('utf8') : undefined;
  };
  const write = (path: string, text: string, to: string) =>
    lead.rest.repos.createOrUpdateFileContents({
      ...{ ...locator, path, branch: to, message: 'By hand', content: Buffer.from(text).toString('base64') },
    });

  await write('news.txt', 'new', 'main');
  await settle();

  expect(await onBase('news.txt')).toBe('new');

  await write('both.txt', 'base', 'agent-waves/daw');
  await write('both.txt', 'main', 'main');
  await settle();
  await settle();
  await settle(newMemory());
  await settle();

  expect(await onBase('both.txt')).toBe('base');
  const { data: told } = await lead.rest.issues.listComments({ ...locator, issue_number: 1 });
  expect(told.map(({ body }) => body).filter((body) => body?.includes('cannot be merged into'))).toHaveLength(1);
});
