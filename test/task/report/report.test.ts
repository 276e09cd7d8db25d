import { chmod, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkpointRef, claimRef } from '../../../src/state/names.ts';
import { holderOf } from '../support/claims.ts';
import { type Machine, startMachine, virtualClock } from '../support/machine.ts';
import { AGENT, inputsFor, liveRecord, type Site, startSite } from '../support/site.ts';

let site: Site;
let issue: number;
let machine: Machine;

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  await begin();
});
afterEach(() => site.close());

async function begin(files: Readonly<Record<string, string>> = {}): Promise<void> {
  await site?.close();
  site = await startSite({ files });
  issue = await site.createIssue(liveRecord());
  machine = await startMachine(site, { inputs: inputsFor(issue), run: 70 });
}

test('landed work is reported, waited for until the plan says completed, and only then closed', async () => {
  await machine.steps('claim', 'agent', 'verify', 'land');
  const states: string[] = [];
  const clock = virtualClock(async (times) => {
    states.push(site.issue(issue).state);
    if (times === 3) await site.commitProgress('A-001');
  });

  const end = await machine.step('report', { clock });

  expect(end.failed).toBeUndefined();
  expect(states).toEqual(['open', 'open', 'open']);
  expect(site.issue(issue)).toMatchObject({
    state: 'closed',
    reason: 'completed',
    results: [{ outcome: 'completed' }],
  });
});

test('progress that does not come in a minute is late, and the issue is closed without it', async () => {
  await machine.steps('claim', 'agent', 'verify', 'land');
  const clock = virtualClock();

  await machine.step('report', { clock });

  expect(clock.slept.reduce((sum, slept) => sum + slept)).toBeCloseTo(60_000, 0);
  expect(site.issue(issue)).toMatchObject({
    state: 'closed',
    results: [{ checks: expect.arrayContaining([{ name: 'progress', status: 'waiting' }]) }],
  });
});

test('progress that the last job of the run writes itself is not waited for', async () => {
  machine = await startMachine(site, { inputs: inputsFor(issue), run: 70, actor: 'github-actions[bot]' });
  await machine.steps('claim', 'agent', 'verify', 'land');
  const clock = virtualClock();

  await machine.step('report', { clock });

  expect(clock.slept).toEqual([]);
  expect(site.issue(issue)).toMatchObject({ state: 'closed', results: [{ outcome: 'completed' }] });
});

test('a failed attempt is reported, ends red, and keeps the issue open', async () => {
  await begin({ 'agent.sh': 'mkdir -p src; touch src/half; echo "cannot <!-- --> @lead Fixes #1"; exit 1\n' });
  await machine.steps('claim', 'agent', 'verify', 'land');

  const end = await machine.step('report');

  expect(end.failed).toBe(true);
  const { state, results, bodies } = site.issue(issue);
  expect(state).toBe('open');
  const kept = await site.ref(checkpointRef(issue));
  const base = machine.output('claim.assignment')?.base.head;
  expect(kept).toBeDefined();
  expect(bodies[0]).toContain(`· [what it changed](${machine.job.remote}/compare/${base}...${kept})`);
  expect(results[0]?.saved).toEqual({ commit: kept, base });
  expect(results).toMatchObject([
    { outcome: 'agent', failure: { what: 'the agent ended with 1', output: 'cannot <!-- --> @lead Fixes #1' } },
  ]);
  expect(bodies[0]?.split('<!-- agent-waves:result')[0]).not.toMatch(/@lead|#1\b|<!--/);
});

test('a second run of a dispatch whose agent was at work has nothing left to spend; the next dispatch goes on', async () => {
  await begin({ 'agent.sh': 'exit 1\n' });
  await machine.steps('claim', 'agent', 'verify', 'land', 'report');
  const late = await startMachine(site, { inputs: inputsFor(issue), run: 72 });

  // No pass has told the issue yet whose dispatch it was, nor that it is over.
  const second = await late.step('claim');

  expect(second.outputs).toEqual({});
  // Whoever waits behind it in the train sees that it is over.
  expect(await holderOf(site, issue)).toEqual({ ...inputsFor(issue), run: 0 });
  await site.writeRecord(issue, liveRecord({ attempt: 2, dispatch: 2 }));
  const next = await startMachine(site, { inputs: inputsFor(issue, { attempt: 2, dispatch: 2 }), run: 73 });
  expect((await next.step('claim')).outputs.next).toBe('agent');
});

test('a cancelled run says nothing on the issue, and a second run of its dispatch does nothing', async () => {
  await machine.step('claim');

  const end = await machine.step('report', { environment: { JOB_STATUS: 'cancelled' } });

  expect(end.outputs.outcome).toBe('cancelled');
  expect(site.issue(issue)).toMatchObject({ state: 'open', bodies: [] });
  const late = await startMachine(site, { inputs: inputsFor(issue), run: 72 });
  expect((await late.step('claim')).outputs).toEqual({});
});

test('a cancelled run whose claim somebody else holds leaves that claim alone', async () => {
  await machine.step('claim');
  await site.writeRecord(issue, liveRecord({ attempt: 2, dispatch: 2 }));
  await (await startMachine(site, { inputs: inputsFor(issue, { attempt: 2, dispatch: 2 }), run: 71 })).step('claim');
  const held = await site.ref(claimRef(issue));

  const end = await machine.step('report', { environment: { JOB_STATUS: 'cancelled' } });

  expect(end.outputs.outcome).toBe('superseded');
  expect(await site.ref(claimRef(issue))).toBe(held);
});

test('a step of ours that breaks is no verdict: nothing is posted, the run is red', async () => {
  await machine.step('claim');

  const end = await machine.step('report');

  expect(end).toEqual({ outputs: { outcome: 'infrastructure' }, failed: true });
  expect(site.issue(issue).bodies).toEqual([]);
});

test('a comment whose answer was lost is looked for and not posted twice', async () => {
  await machine.steps('claim', 'agent', 'verify', 'land');
  site.github.faults.push({
    on: 'request',
    method: 'POST',
    route: /^graphql Report/,
    answer: { status: 502 },
    moment: 'after',
  });

  await machine.step('report');

  expect(site.issue(issue)).toMatchObject({ state: 'closed', results: [{ outcome: 'completed' }] });
  expect(site.issue(issue).bodies).toHaveLength(1);
});

test('a closing that was answered with an error is asked for again', async () => {
  await machine.steps('claim', 'agent', 'verify', 'land');
  site.github.faults.push({ on: 'request', method: 'PATCH', answer: { status: 502 }, moment: 'before' });

  await machine.step('report');

  expect(site.issue(issue).state).toBe('closed');
});

test('work that had landed before is reported and closed by the next dispatch', async () => {
  await machine.steps('claim', 'agent', 'verify', 'land');
  await site.commitProgress('A-001');
  await site.writeRecord(issue, liveRecord({ attempt: 1, dispatch: 2 }));
  const next = await startMachine(site, { inputs: inputsFor(issue, { dispatch: 2 }), run: 71 });

  await next.steps('claim', 'agent', 'verify', 'land', 'report');

  const { state, results } = site.issue(issue);
  expect(state).toBe('closed');
  expect(results).toMatchObject([
    { outcome: 'completed', run: 71, checks: expect.arrayContaining([{ name: 'test', status: 'passed' }]) },
  ]);
  expect(await site.ref(claimRef(issue))).toBeUndefined();
});

test('a rule that refuses the push is explained with the setting that would allow it', async () => {
  const hook = `${site.folder}/remote.git/hooks/update`;
  await machine.steps('claim', 'agent', 'verify');
  await machine.workspace.run('config', '--file', `${site.folder}/remote.git/config`, 'core.hooksPath', 'hooks');
  await writeFile(
    hook,
    '#!/bin/sh\n[ "$1" = refs/heads/main ] || exit 0\necho "error: GH013: Repository rule violations found for refs/heads/main." >&2\nexit 1\n',
  );
  await chmod(hook, 0o755);

  await machine.steps('land', 'report');

  expect(site.issue(issue).results).toMatchObject([
    {
      outcome: 'infrastructure',
      failure: {
        what: expect.stringMatching(/^refused by a repository rule: .*Settings, Rules/),
        output: expect.stringContaining('GH013'),
      },
    },
  ]);
});

test('the comment reads well and carries the result', async () => {
  await begin({ 'agent.sh': `${AGENT}sleep 0\n` });
  await machine.steps('claim', 'agent', 'verify', 'land', 'report');

  const text = (site.issue(issue).bodies[0] ?? '')
    .replace(/\d+(\.\d+)? s\b/g, '0.1 s')
    .replace(/[0-9a-f]{40}/g, '4a5e1e4baab89f3a32518a88c31bc87f618f7667')
    .replace(/http:\/\/[^/]+/g, 'https://github.com')
    .replace(/"(seconds|verified_s|waited_s)": [\d.]+/g, '"$1": 0.1');

  await expect(text).toMatchFileSnapshot('cases/comment.md');
});
