import { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TaskId } from '../../../src/plan/plan.ts';
import { claimRef } from '../../../src/state/names.ts';
import { startMachine, virtualClock } from '../support/machine.ts';
import { inputsFor, liveRecord, type Site } from '../support/site.ts';
import { send, startWithTemplate } from '../support/template.ts';

let site: Site;
beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  site = await startWithTemplate('agent-task.yml');
});
afterEach(() => site.close());

/** Refs of the remote, and the state of every issue: what a refused dispatch must leave as it was. */
async function world(issues: readonly number[]) {
  const refs = await site.remote.run('for-each-ref');
  return { refs, issues: issues.map((number) => site.issue(number)) };
}

test('nobody without write access can send a dispatch, whatever is in it', async () => {
  const issue = await site.createIssue(liveRecord());
  const stranger = site.github.createUser({ login: 'stranger' });
  const reader = site.github.createUser({ login: 'reader' });
  site.github.addCollaborator({ repository: 'acme/small', login: 'reader', permission: 'read' });
  const before = await world([issue]);

  for (const { token } of [stranger, reader]) {
    const octokit = new Octokit({
      auth: token,
      baseUrl: site.github.apiUrl,
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
    await expect(send(site, inputsFor(issue), octokit)).rejects.toMatchObject({
      status: expect.toSatisfy((status) => status === 403 || status === 404),
    });
  }

  const { data } = await site.octokit.rest.actions.listWorkflowRunsForRepo({ owner: 'acme', repo: 'small' });
  expect(data.total_count).toBe(0);
  expect(await world([issue])).toEqual(before);
});

test.each([
  ['a dispatch that the issue does not know', { dispatch: 99 }],
  ['another attempt than the issue asks for', { attempt: 3 }],
  ['another slice than the issue asks for', { slice: 2 }],
  ['another task than the issue is of', { task: 'G-001' as TaskId }],
])('a dispatch that a person made up is superseded and changes nothing: %s', async (_, forged) => {
  const issue = await site.createIssue(liveRecord());
  const before = await world([issue]);
  const machine = await startMachine(site, { inputs: inputsFor(issue, forged), clock: virtualClock() });

  const end = await machine.steps('claim', 'agent', 'verify', 'land', 'report');

  expect(end).toEqual({ outputs: {} });
  expect(await world([issue])).toEqual(before);
});

test('an issue that is not one of ours is left alone, even when its body holds a record that somebody wrote into it', async () => {
  const { data } = await site.octokit.rest.issues.create({
    owner: 'acme',
    repo: 'small',
    title: 'A bug',
    body: 'It hurts.',
  });
  const before = await world([data.number]);
  const machine = await startMachine(site, { inputs: inputsFor(data.number), clock: virtualClock() });

  expect(await machine.step('claim')).toEqual({ outputs: {} });

  expect(await world([data.number])).toEqual(before);
});

test('an issue that does not exist leaves no claim behind', async () => {
  const machine = await startMachine(site, { inputs: inputsFor(404), clock: virtualClock() });

  await expect(machine.step('claim')).rejects.toThrow('404');

  expect(await site.ref(claimRef(404))).toBeUndefined();
});

test.each([
  'issue_comment',
  'pull_request_target',
  'push',
  'schedule',
  'workflow_run',
  'issues',
  'repository_dispatch',
])('a workflow that was given the trigger %s starts no task', async (event) => {
  const issue = await site.createIssue(liveRecord());
  const machine = await startMachine(site, { inputs: inputsFor(issue) });
  const before = site.requests.length;

  await expect(machine.step('claim', { environment: { GITHUB_EVENT_NAME: event } })).rejects.toThrow(
    'workflow_dispatch alone',
  );

  expect(site.requests.length).toBe(before);
});

test.each(['stranger', 'reader', 'other-app[bot]', ''])(
  'a run that %j started is superseded and changes nothing, whatever it knows',
  async (actor) => {
    const issue = await site.createIssue(liveRecord());
    site.github.createUser({ login: 'stranger' });
    site.github.createUser({ login: 'reader' });
    site.github.addCollaborator({ repository: 'acme/small', login: 'reader', permission: 'read' });
    const before = await world([issue]);
    const machine = await startMachine(site, { inputs: inputsFor(issue), actor });

    const end = await machine.steps('claim', 'agent', 'verify', 'land', 'report');

    expect(end).toEqual({ outputs: {} });
    expect(await world([issue])).toEqual(before);
  },
);

test('a run that the workflow token started may work', async () => {
  const issue = await site.createIssue(liveRecord());
  const machine = await startMachine(site, { inputs: inputsFor(issue), actor: 'github-actions[bot]' });

  const end = await machine.step('claim');

  expect(end.outputs.next).toBe('agent');
});
