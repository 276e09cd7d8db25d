import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { dispatchTitle } from '../../src/state/names.ts';
import { eventually } from '../support/waiting.ts';
import { holderOf } from './support/claims.ts';
import { untilGone } from './support/processes.ts';
import { inputsFor, liveRecord, ROOT, type Site, startSite } from './support/site.ts';

let site: Site;
afterEach(() => site.close());

async function startWithWorkflow(files: Readonly<Record<string, string>> = {}): Promise<void> {
  const workflow = await readFile(join(ROOT, 'templates/agent-task.yml'), 'utf8');
  site = await startSite({ files: { '.github/workflows/agent-task.yml': workflow, ...files } });
}

/** Dispatches the workflow that users copy, and waits for its end. */
async function dispatch(issue: number) {
  const inputs = inputsFor(issue);
  const text = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)]));
  await site.octokit.rest.actions.createWorkflowDispatch({
    owner: 'acme',
    repo: 'small',
    workflow_id: 'agent-task.yml',
    ref: 'main',
    inputs: text,
  });
  return site.github.waitForRun((run) => run.displayTitle === dispatchTitle(inputs) && run.status === 'completed');
}

test('a task of the plan goes from dispatch to landed work and a closed issue, under the workflow that users copy', async () => {
  await startWithWorkflow();
  const issue = await site.createIssue(liveRecord());
  const before = site.requests.length;
  const commented = site.answered(
    ({ actor, route }) => actor === 'github-actions[bot]' && route.startsWith('graphql Report'),
  );

  const running = dispatch(issue);
  await commented;
  await site.commitProgress('A-001');
  const run = await running;

  expect(run.conclusion).toBe('success');
  expect(site.issue(issue)).toMatchObject({
    state: 'closed',
    reason: 'completed',
    results: [{ outcome: 'completed', run: run.id, summary: 'Wrote src/a.txt.' }],
  });
  expect(await site.remote.run('show', 'main:src/a.txt')).toBe('by A-001');
  const message = await site.remote.run('log', '-1', '--format=%B', site.issue(issue).results[0]?.commit ?? '');
  expect(message).toBe(
    `A-001: Walls\n\nWrote src/a.txt.\n\nTask: A-001\nIssue: #${issue}\nAttempt: 1\nDispatch: 1\nRun: ${run.id}\nChecks: compile=passed test=passed lint=absent integration=absent outputs=passed guard=passed\n`,
  );
  expect(await site.ref(`refs/agent-waves/claims/${issue}`)).toBeUndefined();
  const calls = site.requests
    .slice(before)
    .filter(({ actor, route }) => actor === 'github-actions[bot]' && !route.startsWith('git '));
  const routes = calls.map(({ route }) => route);
  expect(routes).toEqual([
    'graphql ClaimTask',
    // A person dispatched it here; of the app itself nothing is asked.
    '/repos/{owner}/{repo}/collaborators/{username}/permission',
    // Right before it lands: whether anybody still wants it.
    'graphql StillWanted',
    // Its comment, and the check run beside its commit.
    'graphql Report: addComment, createCheckRun',
    '/repos/{owner}/{repo}/issues/{issue_number}',
  ]);
});

test('a failed attempt ends the run red after it was reported', async () => {
  await startWithWorkflow({ 'test.sh': 'echo "walls fell"; exit 1\n' });
  const issue = await site.createIssue(liveRecord());

  const run = await dispatch(issue);

  expect(run.conclusion).toBe('failure');
  expect(site.issue(issue)).toMatchObject({
    state: 'open',
    results: [{ outcome: 'verification', failure: { output: 'walls fell' } }],
  });
});

test('a run that finds its task taken ends green, and nothing else of it runs', async () => {
  await startWithWorkflow();
  const issue = await site.createIssue(liveRecord({ dispatch: 2 }));

  const run = await dispatch(issue);

  expect(run.conclusion).toBe('success');
  expect(site.issue(issue)).toMatchObject({ state: 'open', bodies: [] });
  expect(await site.ref(`refs/agent-waves/claims/${issue}`)).toBeUndefined();
});

test('a run that is cancelled while its agent works says nothing, and leaves its task to nobody, and no process', async () => {
  await startWithWorkflow({ 'agent.sh': 'echo $$ > "$TMPDIR/pid"; sleep 300\n' });
  const issue = await site.createIssue(liveRecord());
  const ended = dispatch(issue);
  const running = await site.github.waitForRun((run) => run.status === 'in_progress');
  const pid = await eventually('the agent has written its process id', async () => {
    const written = await readFile((await firstMatch(`runs/${running.id}/**/agent-waves/tmp/pid`)) ?? '', 'utf8');
    // The shell makes the file before it writes to it.
    return Number(written) || undefined;
  });

  await site.octokit.rest.actions.cancelWorkflowRun({ owner: 'acme', repo: 'small', run_id: running.id });
  const run = await ended;

  expect(run.conclusion).toBe('cancelled');
  expect(site.issue(issue)).toMatchObject({ state: 'open', bodies: [] });
  expect(await holderOf(site, issue)).toMatchObject({ run: 0 });
  await untilGone(pid);
});

async function firstMatch(pattern: string): Promise<string | undefined> {
  for await (const path of glob(join(site.folder, pattern))) return path;
  return undefined;
}
