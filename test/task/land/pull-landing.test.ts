import { afterEach, expect, test, vi } from 'vitest';
import { claimRef, taskBranch } from '../../../src/state/names.ts';
import type { Conclusion } from '../../../src/task/protocol/assignment.ts';
import { eventually } from '../../support/waiting.ts';
import { holderOf } from '../support/claims.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { CONFIG, inputsFor, liveRecord, type Site, startSite } from '../support/site.ts';

let site: Site;
let issue: number;
let machine: Machine;

afterEach(() => site.close());

type Given = Parameters<typeof startSite>[0] & { readonly landing: 'merge' | 'review' };

/** A repository whose work lands like this, and a run whose agent has built the walls. */
async function verified({ landing, files = {}, ...rest }: Given): Promise<void> {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const config = CONFIG.replace('landing: push', `landing: ${landing}`);
  site = await startSite({ ...rest, files: { '.github/agent-waves.yml': config, ...files } });
  issue = await site.createIssue(liveRecord());
  await work(1);
}

async function work(dispatch: number): Promise<void> {
  machine = await startMachine(site, { inputs: inputsFor(issue, { dispatch }), run: 70 + dispatch });
  await machine.workBy((workspace) => workspace.write({ 'src/a.txt': `walls ${dispatch}\n` }));
  await machine.step('verify');
}

function conclusion(): Conclusion | undefined {
  return machine.output('land.conclusion');
}

const REPOSITORY = { owner: 'acme', repo: 'small' };
const BRANCH = taskBranch('A-001' as never);

async function pulls() {
  const { data } = await site.octokit.rest.pulls.list({ ...REPOSITORY, state: 'all' });
  return data;
}

test('merge: a pull request with the checklist is squashed at once under our message, and its branch goes', async () => {
  await verified({ landing: 'merge' });

  await machine.step('land');

  const [pull, ...others] = await pulls();
  expect(others).toEqual([]);
  expect(conclusion()).toMatchObject({ outcome: 'completed', commit: pull?.merge_commit_sha });
  expect(pull).toMatchObject({ title: 'A-001: Walls', merged_at: expect.any(String), base: { ref: 'main' } });
  expect(pull?.body).toContain('| test | ✅ passed |');
  expect(await site.ref('refs/heads/main')).toBe(pull?.merge_commit_sha);
  expect(await site.ref(`refs/heads/${BRANCH}`)).toBeUndefined();
  expect(await site.ref('refs/agent-waves/landing')).toBeUndefined();
  expect(await site.remote.run('log', '-1', '--format=%B', 'main')).toMatch(
    /^A-001: Walls\n\nDone\.\n\nTask: A-001\nIssue: #\d+\nAttempt: 1\n/,
  );
});

test('merge: a base that moved is merged and verified again before the pull request is opened', async () => {
  await verified({ landing: 'merge' });
  await site.push('Another task', { 'src/other.txt': 'other\n' });

  await machine.step('land');

  expect(conclusion()?.outcome).toBe('completed');
  expect(await site.remote.run('show', 'main:src/other.txt')).toBe('other');
  expect(await site.remote.run('show', 'main:src/a.txt')).toBe('walls 1');
});

test('merge: a run whose claim was taken away merges nothing', async () => {
  await verified({ landing: 'merge' });
  await site.moveRef(claimRef(issue), null);
  const before = await site.ref('refs/heads/main');

  await machine.step('land');

  expect(conclusion()?.outcome).toBe('superseded');
  expect(await site.ref('refs/heads/main')).toBe(before);
  expect(await site.ref('refs/agent-waves/landing')).toBeUndefined();
});

test('merge: a branch that wants a review first costs no attempt, and is told with the setting that would help', async () => {
  await verified({
    landing: 'merge',
    repository: { protect: { branch: 'main', pullRequest: { approvals: 1 } } },
  });

  await machine.step('land');

  expect(conclusion()).toMatchObject({
    outcome: 'infrastructure',
    failure: { what: expect.stringMatching(/^refused by a repository rule: main takes no merge.*landing: review/) },
  });
});

test('review: the pull request is left for people, and nothing of it is on the base', async () => {
  await verified({
    landing: 'review',
    repository: { protect: { branch: 'main', pullRequest: { approvals: 1 } } },
  });
  const before = await site.ref('refs/heads/main');

  await machine.steps('land', 'report');

  const [pull] = await pulls();
  expect(conclusion()).toMatchObject({ outcome: 'in-review', pull: { number: pull?.number, head: pull?.head.sha } });
  expect(pull?.state).toBe('open');
  expect(await site.ref('refs/heads/main')).toBe(before);
  expect(await holderOf(site, issue)).toMatchObject({ run: 0 });
  const { state, results } = site.issue(issue);
  expect(state).toBe('open');
  expect(results).toMatchObject([{ outcome: 'in-review', pull: { number: pull?.number } }]);
  const { data } = await site.octokit.rest.checks.listForRef({ ...REPOSITORY, ref: pull?.head.sha ?? '' });
  expect(data.check_runs).toMatchObject([{ name: 'agent-waves / A-001', conclusion: 'success' }]);
});

test.each([
  ['merges by itself', {}],
  ['demands its merge queue', { mergeQueue: true }],
])('review: where the repository %s, the pull request merges once it is approved', async (_, more) => {
  await verified({
    landing: 'review',
    repository: {
      protect: { branch: 'main', pullRequest: { approvals: 1 }, ...more },
      settings: { autoMerge: true },
    },
  });
  await machine.step('land');
  const [pull] = await pulls();
  const reviewer = site.github.createUser({ login: 'reviewer' });
  site.github.addCollaborator({ repository: 'acme/small', login: 'reviewer', permission: 'write' });

  const response = await fetch(`${site.github.apiUrl}/repos/acme/small/pulls/${pull?.number}/reviews`, {
    method: 'POST',
    headers: { authorization: `Bearer ${reviewer.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ event: 'APPROVE' }),
  });

  expect(response.status).toBe(200);
  await eventually('the pull request is merged', async () => (await pulls())[0]?.merged_at);
  expect(await site.remote.run('log', '-1', '--format=%B', 'main')).toContain('Task: A-001');
});

test('review: a later slice goes on from the pull request, with a commit on top that people can read', async () => {
  await verified({ landing: 'review' });
  await machine.step('land');
  const head = conclusion()?.pull?.head ?? '';
  const pull = conclusion()?.pull?.number ?? 0;
  await site.writeRecord(
    issue,
    liveRecord({
      ...{ dispatch: 2, slice: 2 },
      live: { agent: 'A1', sent: '2026-11-23T11:00:00Z', sends: 1 },
      review: { ...{ pull, head, run: 71, at: '2026-11-23T10:30:00Z' }, checks: {}, summary: 'Done.' },
      failure: { what: 'lead asked for changes', output: 'Higher.' },
      base: await site.ref('refs/heads/main'),
    }),
  );
  machine = await startMachine(site, { inputs: inputsFor(issue, { dispatch: 2, slice: 2 }), run: 72 });
  await machine.workBy(async (workspace) => {
    expect(await workspace.run('show', ':src/a.txt').catch(() => 'not in the index of the checkout')).toBeTruthy();
    await workspace.write({ 'src/b.txt': 'higher\n' });
  });

  await machine.steps('verify', 'land');

  expect(conclusion()).toMatchObject({ outcome: 'in-review', pull: { number: pull } });
  expect(await site.remote.run('rev-parse', `${BRANCH}^`)).toBe(head);
  expect(await site.remote.run('show', `${BRANCH}:src/a.txt`)).toBe('walls 1');
  expect(await site.remote.run('show', `${BRANCH}:src/b.txt`)).toBe('higher');
});
