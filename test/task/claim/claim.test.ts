import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { TaskId } from '../../../src/plan/plan.ts';
import { claimRef } from '../../../src/state/names.ts';
import { newTaskRecord } from '../../../src/state/record.ts';
import { startMachine, virtualClock } from '../support/machine.ts';
import { inputsFor, liveRecord, type Site, startSite } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterAll(() => site.close());

test('of two runs of one dispatch, one gets the task and the other leaves everything as it is', async () => {
  const issue = await site.createIssue(liveRecord());
  const [first, second] = await Promise.all([
    startMachine(site, { inputs: inputsFor(issue), run: 1 }),
    startMachine(site, { inputs: inputsFor(issue), run: 2 }),
  ]);

  const ends = await Promise.all([first.step('claim'), second.step('claim')]);

  expect(ends.map(({ outputs }) => outputs.next).sort()).toEqual(['agent', undefined]);
  const winner = first.outputs.claim?.next ? first : second;
  expect(await site.ref(claimRef(issue))).toBe(winner.output('claim.assignment')?.claim);
});

test('a higher dispatch takes the claim of a lower one, and the lower one cannot take it back', async () => {
  const issue = await site.createIssue(liveRecord());
  const older = await startMachine(site, { inputs: inputsFor(issue), run: 3 });
  await older.step('claim');
  await site.writeRecord(issue, liveRecord({ attempt: 2, dispatch: 2 }));
  const newer = await startMachine(site, { inputs: inputsFor(issue, { attempt: 2, dispatch: 2 }), run: 4 });

  const taken = await newer.step('claim');
  const late = await (await startMachine(site, { inputs: inputsFor(issue), run: 5 })).step('claim');

  expect(taken.outputs.next).toBe('agent');
  expect(late.outputs).toEqual({});
  expect(await site.ref(claimRef(issue))).toBe(newer.output('claim.assignment')?.claim);
});

test('a re-run from the user interface touches nothing, whatever the issue says', async () => {
  const issue = await site.createIssue(liveRecord());
  const machine = await startMachine(site, { inputs: inputsFor(issue), runAttempt: 2 });
  const before = site.requests.length;

  const end = await machine.step('claim');

  expect(end).toEqual({ outputs: {} });
  expect(site.requests.length).toBe(before);
});

test('an issue that is older than the inputs is read again until it has caught up', async () => {
  const issue = await site.createIssue({ ...newTaskRecord('Small', 'A-001' as TaskId) });
  const clock = virtualClock(async (times) => {
    if (times === 3) await site.writeRecord(issue, liveRecord());
  });
  const machine = await startMachine(site, { inputs: inputsFor(issue), clock });

  const end = await machine.step('claim');

  expect(end.outputs.next).toBe('agent');
  expect(clock.slept).toEqual([500, 1_000, 2_000]);
});

test('an issue that never learns of the dispatch supersedes it after 90 s', async () => {
  const issue = await site.createIssue(newTaskRecord('Small', 'A-001' as TaskId));
  const clock = virtualClock();
  const machine = await startMachine(site, { inputs: inputsFor(issue), clock });

  const end = await machine.step('claim');

  expect(end.outputs).toEqual({});
  expect(clock.slept.reduce((sum, slept) => sum + slept)).toBe(90_000);
  expect(await site.ref(claimRef(issue))).toBeUndefined();
});

test.each([
  ['has moved on to a newer dispatch', { dispatch: 2 }],
  ['asks for another attempt', { attempt: 2 }],
  ['says that the dispatch is over', { live: undefined }],
  [
    'is held by a person',
    { hold: { by: 'lead', at: '2026-11-23T10:00:00Z', cause: { kind: 'cancelled' as const, by: 'lead' } } },
  ],
  ['names another run', { live: { run: 999, agent: 'A1', sent: '2026-11-23T10:00:00Z', sends: 1 } }],
  ['belongs to another task', { task: 'G-001' as TaskId }],
])('a run gives its claim back when the issue %s', async (_, changes) => {
  const issue = await site.createIssue(liveRecord(changes));
  const machine = await startMachine(site, { inputs: inputsFor(issue) });

  const end = await machine.step('claim');

  expect(end.outputs).toEqual({});
  expect(await site.ref(claimRef(issue))).toBeUndefined();
});

test('a closed issue is not worked on', async () => {
  const issue = await site.createIssue(liveRecord());
  await site.octokit.rest.issues.update({ owner: 'acme', repo: 'small', issue_number: issue, state: 'closed' });

  const end = await (await startMachine(site, { inputs: inputsFor(issue) })).step('claim');

  expect(end.outputs).toEqual({});
});

test('a dependency that stays open is looked for again, and then concluded as missing', async () => {
  const ground = await site.createIssue(newTaskRecord('Small', 'G-001' as TaskId));
  const issue = await site.createIssue(liveRecord({ needs: { 'G-001': ground } }));
  const clock = virtualClock();
  const machine = await startMachine(site, { inputs: inputsFor(issue), clock });

  const end = await machine.step('claim');

  expect(end.outputs.next).toBe('report');
  expect(machine.output('claim.conclusion')).toMatchObject({
    outcome: 'dependency',
    failure: { what: `G-001 (#${ground}) is not completed` },
  });
});

test('a dependency whose commit is not on the base yet is waited for, and the work starts behind it', async () => {
  const landed = await site.remote.run('commit-tree', 'main^{tree}', '-p', 'main', '-m', 'Ground, landed');
  const done = { commit: landed, at: '2026-11-23T10:00:00Z', checks: {}, summary: '', run: 7 };
  const ground = await site.createIssue({ ...newTaskRecord('Small', 'G-001' as TaskId), done });
  await site.octokit.rest.issues.update({
    owner: 'acme',
    repo: 'small',
    issue_number: ground,
    state: 'closed',
    state_reason: 'completed',
  });
  const issue = await site.createIssue(liveRecord({ needs: { 'G-001': ground } }));
  const clock = virtualClock(async (times) => {
    if (times === 2) await site.moveRef('refs/heads/main', landed);
  });
  const machine = await startMachine(site, { inputs: inputsFor(issue), clock });

  const end = await machine.step('claim');

  expect(end.outputs.next).toBe('agent');
  expect(machine.output('claim.assignment')?.base.head).toBe(landed);
  expect(await machine.workspace.run('rev-parse', 'HEAD')).toBe(landed);
});

test('a task that `/skip` left out satisfies its dependents, one closed as not planned does not', async () => {
  const ground = await site.createIssue({ ...newTaskRecord('Small', 'G-001' as TaskId), skipped: true });
  await site.octokit.rest.issues.update({
    owner: 'acme',
    repo: 'small',
    issue_number: ground,
    state: 'closed',
    state_reason: 'not_planned',
  });
  const issue = await site.createIssue(liveRecord({ needs: { 'G-001': ground } }));
  const first = await (await startMachine(site, { inputs: inputsFor(issue) })).step('claim');
  await site.writeRecord(ground, newTaskRecord('Small', 'G-001' as TaskId));
  await site.writeRecord(issue, liveRecord({ needs: { 'G-001': ground }, dispatch: 2 }));

  const second = await (await startMachine(site, { inputs: inputsFor(issue, { dispatch: 2 }) })).step('claim');

  expect(first.outputs.next).toBe('agent');
  expect(second.outputs.conclusion).toMatchObject({ outcome: 'dependency' });
});

test('work that an earlier dispatch has landed goes straight to the report, with the checks of its commit', async () => {
  const base = await site.remote.run('rev-parse', 'main');
  const issue = await site.createIssue(liveRecord({ base, dispatch: 2 }));
  const trailers = `Task: A-001\nIssue: #${issue}\nAttempt: 1\nDispatch: 1\nRun: 7\nChecks: compile=passed test=flaky`;
  const landed = await site.push(`A-001: Walls\n\n${trailers}`, { 'src/early.txt': 'early\n' });
  const machine = await startMachine(site, { inputs: inputsFor(issue, { dispatch: 2 }) });

  const end = await machine.step('claim');

  expect(end.outputs.conclusion).toEqual({
    outcome: 'completed',
    commit: landed,
    checks: [
      { name: 'compile', status: 'passed' },
      { name: 'test', status: 'flaky' },
    ],
  });
});

test.each([
  ['by the run that found it broken there is fixed', 7, { next: 'agent' }],
  ['by its other run goes straight to the report', 8, { conclusion: { outcome: 'completed' } }],
])('work that a failed dispatch has landed %s', async (_, run, outputs) => {
  const base = await site.remote.run('rev-parse', 'main');
  const past = { dispatch: 1, attempt: 1, slice: 1, run: 7, agent: 'A1', outcome: 'verification' } as const;
  const history = [{ ...past, sent: '2026-11-23T10:00:00Z', ended: '2026-11-23T10:10:00Z' }];
  const issue = await site.createIssue(liveRecord({ base, dispatch: 2, history }));
  const trailers = `Task: A-001\nIssue: #${issue}\nAttempt: 1\nDispatch: 1\nRun: ${run}`;
  await site.push(`A-001: Walls\n\n${trailers}`, { [`src/of-run-${run}.txt`]: 'landed\n' });

  const end = await (await startMachine(site, { inputs: inputsFor(issue, { dispatch: 2 }) })).step('claim');

  expect(end.outputs).toMatchObject(outputs);
});

test('work that an earlier dispatch has landed and somebody has reverted is done again', async () => {
  const base = await site.remote.run('rev-parse', 'main');
  const issue = await site.createIssue(liveRecord({ base, dispatch: 2 }));
  const trailers = `Task: A-001\nIssue: #${issue}\nAttempt: 1\nDispatch: 1\nRun: 7`;
  const landed = await site.push(`A-001: Walls\n\n${trailers}`, { 'src/taken-back.txt': 'early\n' });
  await site.push(`Revert "A-001: Walls"\n\nThis reverts commit ${landed}.`, { 'src/taken-back.txt': '' });

  const end = await (await startMachine(site, { inputs: inputsFor(issue, { dispatch: 2 }) })).step('claim');

  expect(end.outputs.next).toBe('agent');
});

test('a dependency whose commit was reverted on the base is missing, though its issue is closed as completed', async () => {
  const trailers = 'Task: G-001\nIssue: #999\nAttempt: 1\nDispatch: 1\nRun: 7';
  const landed = await site.push(`G-001: Ground\n\n${trailers}`, { 'src/reverted-ground.txt': 'ground\n' });
  const done = { commit: landed, at: new Date().toISOString(), checks: {}, summary: '', run: 7 };
  const ground = await site.createIssue({ ...newTaskRecord('Small', 'G-001' as TaskId), done });
  await site.octokit.rest.issues.update({
    ...{ owner: 'acme', repo: 'small', issue_number: ground },
    ...{ state: 'closed', state_reason: 'completed' },
  });
  const revert = await site.push(`Revert "G-001: Ground"\n\nThis reverts commit ${landed}.`, {
    'src/reverted-ground.txt': '',
  });
  const issue = await site.createIssue(liveRecord({ needs: { 'G-001': ground } }));
  const machine = await startMachine(site, { inputs: inputsFor(issue), clock: virtualClock() });

  const end = await machine.step('claim');

  expect(end.outputs.next).toBe('report');
  expect(machine.output('claim.conclusion')).toMatchObject({
    outcome: 'dependency',
    failure: {
      what: `what G-001 (#${ground}) landed, ${landed.slice(0, 10)}, was reverted by ${revert.slice(0, 10)}`,
    },
  });
});

test('a landing from before the first dispatch is an older story: the task is worked on again', async () => {
  const issue = await site.createIssue(newTaskRecord('Small', 'A-001' as TaskId));
  const base = await site.push(`Old\n\nTask: A-001\nIssue: #${issue}\nAttempt: 1`, { 'src/old.txt': 'old\n' });
  await site.writeRecord(issue, liveRecord({ base }));

  const end = await (await startMachine(site, { inputs: inputsFor(issue) })).step('claim');

  expect(end.outputs.next).toBe('agent');
});

test('a run that finds its own dispatch landed by another run reports nothing', async () => {
  const base = await site.remote.run('rev-parse', 'main');
  const issue = await site.createIssue(liveRecord({ base }));
  await site.push(`A-001: Walls\n\nTask: A-001\nIssue: #${issue}\nAttempt: 1\nDispatch: 1\nRun: 7`, {
    'src/twin.txt': 'twin\n',
  });

  const end = await (await startMachine(site, { inputs: inputsFor(issue) })).step('claim');

  expect(end.outputs).toEqual({});
  expect(await site.ref(claimRef(issue))).toBeUndefined();
});

test('the checkout starts at the newest base, even when the run was started on an older commit and left dirty', async () => {
  const issue = await site.createIssue(liveRecord());
  const machine = await startMachine(site, { inputs: inputsFor(issue) });
  await machine.workspace.write({ 'AGENTS.md': 'changed\n', 'left/over.txt': 'over\n' });
  const newest = await site.push('Newer', { 'src/newer.txt': 'newer\n' });

  await machine.step('claim');

  expect(await machine.workspace.run('rev-parse', 'HEAD')).toBe(newest);
  expect(await machine.workspace.run('status', '--porcelain')).toBe('');
  expect(await readFile(join(machine.workspace.folder, 'src/newer.txt'), 'utf8')).toBe('newer\n');
});

test('an input that is no number is refused by name', async () => {
  const issue = await site.createIssue(liveRecord());
  const machine = await startMachine(site, { inputs: inputsFor(issue) });

  const end = machine.step('claim', { environment: { INPUT_TASK: 'A-001', INPUT_ISSUE: '$(touch x)' } });

  await expect(end).rejects.toThrow('input issue is "$(touch x)", not a number above 0');
});

test('a GitHub that stumbles while the issue is read is asked again', async () => {
  const issue = await site.createIssue(liveRecord());
  site.github.faults.push({
    on: 'request',
    route: 'graphql ClaimTask',
    answer: { status: 502 },
    moment: 'before',
    count: 2,
  });
  const machine = await startMachine(site, { inputs: inputsFor(issue) });

  const end = await machine.step('claim');

  expect(end.outputs.next).toBe('agent');
});

test('a claim that was taken though its answer was lost is this run’s own', async () => {
  const issue = await site.createIssue(liveRecord());
  site.github.faults.push({
    on: 'request',
    route: 'git receive-pack',
    method: 'POST',
    answer: { status: 502 },
    moment: 'after',
  });
  const machine = await startMachine(site, { inputs: inputsFor(issue) });

  const end = await machine.step('claim');

  expect(end.outputs.next).toBe('agent');
  expect(await site.ref(claimRef(issue))).toBe(machine.output('claim.assignment')?.claim);
  expect(site.requests.filter(({ route, status }) => route === 'git receive-pack' && status === 502)).toHaveLength(1);
});
