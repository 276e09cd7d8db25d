import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { claimRef } from '../../../src/state/names.ts';
import type { TaskRecord } from '../../../src/state/record.ts';
import type { Conclusion } from '../../../src/task/protocol/assignment.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { CONFIG, inputsFor, liveRecord, type Site, startSite } from '../support/site.ts';

let site: Site;
let issue: number;
let machine: Machine;

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => site.close());

type Landing = 'push' | 'merge' | 'review';

/** A run of dispatch 2 whose work has passed: that of dispatch 1 died. */
async function secondRun({
  landing = 'push',
  ...record
}: Partial<TaskRecord> & { readonly landing?: Landing } = {}): Promise<void> {
  const config = CONFIG.replace('landing: push', `landing: ${landing}`);
  site = await startSite({ files: { '.github/agent-waves.yml': config } });
  issue = await site.createIssue(liveRecord({ dispatch: 2, ...record }));
  machine = await startMachine(site, { inputs: inputsFor(issue, { dispatch: 2 }), run: 72 });
  await machine.workBy((workspace) => workspace.write({ 'src/a.txt': 'walls of dispatch 2\n' }));
}

/** What a person gets by merging what a run had opened before it died. */
async function merged({ dispatch = 1, run = 71, path = 'src/b.txt' } = {}): Promise<string> {
  const trailers = `Task: A-001\nIssue: #${issue}\nAttempt: 1\nDispatch: ${dispatch}\nRun: ${run}\nChecks: test=passed`;
  return site.push(`A-001: Walls\n\n${trailers}`, { [path]: `of dispatch ${dispatch}\n` });
}

function conclusion(): Conclusion | undefined {
  return machine.output('land.conclusion') ?? machine.output('verify.conclusion');
}

async function landings(): Promise<number> {
  return (await site.remote.run('log', '--format=%B', 'main')).match(/^Task: A-001$/gm)?.length ?? 0;
}

test.each(['push', 'merge', 'review'] as const)(
  '%s: a task that a person merged while its next run was at work is completed by that, and nothing lands twice',
  async (landing) => {
    await secondRun({ landing });
    await machine.step('verify');
    const commit = await merged();

    await machine.steps('land', 'report');

    expect(conclusion()).toMatchObject({ outcome: 'completed', commit, checks: [{ name: 'test', status: 'passed' }] });
    expect(await landings()).toBe(1);
    expect(site.issue(issue)).toMatchObject({ state: 'closed', results: [{ outcome: 'completed', commit }] });
    expect(await site.ref(claimRef(issue))).toBeUndefined();
    const { data } = await site.octokit.rest.pulls.list({ owner: 'acme', repo: 'small', state: 'all' });
    expect(data).toEqual([]);
  },
);

test.each([
  ['before it is verified', []],
  ['after that', ['verify']],
] as const)('work that is in conflict with the same work, merged %s, is no conflict', async (_, before) => {
  await secondRun();
  for (const step of before) await machine.step(step);
  const commit = await merged({ path: 'src/a.txt' });

  await machine.steps(...(before.length === 0 ? (['verify'] as const) : []), 'land', 'report');

  expect(conclusion()).toMatchObject({ outcome: 'completed', commit });
  expect(await site.ref(claimRef(issue))).toBeUndefined();
});

const past = { attempt: 1, slice: 1, agent: 'A1', sent: '2026-11-23T09:00:00Z', ended: '2026-11-23T09:10:00Z' };

test.each([
  ['was asked for again since', { obsolete: 1 }],
  ['did not pass where it landed', { history: [{ ...past, dispatch: 1, run: 71, outcome: 'verification' }] }],
] as const)('what %s does not keep the work of this run from landing', async (_, record) => {
  await secondRun(record as Partial<TaskRecord>);
  await machine.step('verify');
  await merged();

  await machine.step('land');

  expect(conclusion()?.outcome).toBe('completed');
  expect(await site.ref('refs/heads/main')).toBe(conclusion()?.commit);
});

test('what landed and was reverted meanwhile does not, either', async () => {
  await secondRun();
  await machine.step('verify');
  const commit = await merged();
  await site.push(`Revert "A-001: Walls"\n\nThis reverts commit ${commit}.`, { 'src/b.txt': null });

  await machine.step('land');

  expect(await site.ref('refs/heads/main')).toBe(conclusion()?.commit);
});

test('what another run of the same dispatch has landed is that run’s to report', async () => {
  await secondRun();
  await machine.step('verify');
  await merged({ dispatch: 2, run: 71 });

  await machine.steps('land', 'report');

  expect(conclusion()?.outcome).toBe('superseded');
  expect(await landings()).toBe(1);
  expect(site.issue(issue)).toMatchObject({ state: 'open', results: [] });
});

test('what another task has landed meanwhile costs no request more than ever', async () => {
  await secondRun();
  await machine.step('verify');
  await site.push('Another task', { 'src/other.txt': 'other\n' });
  const before = site.requests.length;

  await machine.step('land');

  expect(conclusion()?.outcome).toBe('completed');
  const asked = site.requests.slice(before).filter(({ route }) => !route.startsWith('git '));
  expect(asked.map(({ route }) => route)).toEqual([expect.stringMatching(/^graphql StillWanted/)]);
});
