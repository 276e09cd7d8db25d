import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkpointRef, claimRef } from '../../../src/state/names.ts';
import { eventually } from '../../support/waiting.ts';
import { holderOf } from '../support/claims.ts';
import { CONFIG, inputsFor, liveRecord, type Site } from '../support/site.ts';
import { dispatch, ended, logsOf, send, startWithTemplate } from '../support/template.ts';
import { hasJoined } from '../support/train.ts';

let site: Site;
afterEach(() => site.close());

async function begin(files: Readonly<Record<string, string>> = {}): Promise<number> {
  site = await startWithTemplate('agent-task-hardened.yml', files);
  return site.createIssue(liveRecord());
}

async function jobsOf(run: number): Promise<Readonly<Record<string, string | null>>> {
  const { data } = await site.octokit.rest.actions.listJobsForWorkflowRun({
    owner: 'acme',
    repo: 'small',
    run_id: run,
  });
  return Object.fromEntries(
    data.jobs.map(({ name, conclusion }) => [name.replace('A-001 · ', '').replace(' ', '-'), conclusion]),
  );
}

async function onMain(path: string): Promise<string | undefined> {
  return site.remote.run('show', `main:${path}`).catch(() => undefined);
}

test('a task goes from job to job to landed work and a closed issue', async () => {
  const issue = await begin();

  const run = await dispatch(site, inputsFor(issue));

  expect(run.conclusion).toBe('success');
  expect(site.issue(issue)).toMatchObject({
    state: 'closed',
    reason: 'completed',
    results: [{ outcome: 'completed', run: run.id, summary: 'Wrote src/a.txt.' }],
  });
  expect(await onMain('src/a.txt')).toBe('by A-001');
  expect(await site.ref(claimRef(issue))).toBeUndefined();
  expect(await jobsOf(run.id)).toEqual({
    ...{ claim: 'success', agent: 'success', verify: 'success', land: 'success', report: 'success' },
    ...{ scan: 'skipped', 'verify-again': 'skipped', 'land-again': 'skipped', next: 'skipped' },
  });
});

/** The tests of the repository stop at a gate: the work is being verified for the nth time. */
async function beginWithGates(): Promise<{
  issue: number;
  at: (round: number) => Promise<void>;
  open: (round: number) => Promise<void>;
}> {
  const issue = await begin();
  const rounds = join(site.folder, 'rounds');
  const gate = (round: number) => join(site.folder, `gate-${round}`);
  const script = `echo x >> ${rounds}\nn=$(wc -l < ${rounds})\nuntil [ -e ${site.folder}/gate-$n ]; do sleep 0.05; done\n`;
  await site.push('Slow tests', { 'test.sh': script });
  return {
    issue,
    at: async (round) => {
      const reached = () => existsSync(rounds) && readFileSync(rounds, 'utf8').length / 2 >= round;
      await eventually(`the work is verified for the ${round}. time`, reached);
    },
    open: (round) => writeFile(gate(round), ''),
  };
}

test('work that was verified on a base that moved is verified once more, in its place in the train, and then lands', async () => {
  const { issue, at, open } = await beginWithGates();
  const inputs = inputsFor(issue);
  const running = dispatch(site, inputs);
  await at(1);
  await site.push('Another task', { 'src/b.txt': 'roof\n' });
  await open(1);
  await at(2);

  const entry = await hasJoined(site, { issue });
  await open(2);

  const run = await running;

  expect(entry).toMatchObject({ dispatch: 1, run: run.id });
  expect(await jobsOf(run.id)).toMatchObject({ 'verify-again': 'success', 'land-again': 'success', report: 'success' });
  expect(site.issue(issue)).toMatchObject({ state: 'closed', results: [{ outcome: 'completed' }] });
  expect([await onMain('src/a.txt'), await onMain('src/b.txt')]).toEqual(['by A-001', 'roof']);
});

test('work that a command has looked through lands on a base that moved', async () => {
  const { issue, at, open } = await beginWithGates();
  await site.push('Scan', {
    '.github/agent-waves.yml': `${CONFIG}scan: { run: 'grep -q A-001 "$AGENT_WAVES_PATCH"' }\n`,
  });
  const running = dispatch(site, inputsFor(issue));
  await at(1);
  await site.push('Another task', { 'src/b.txt': 'roof\n' });
  await open(1);
  await at(2);
  await open(2);

  const run = await running;

  expect(await jobsOf(run.id)).toMatchObject({ scan: 'success', 'land-again': 'success', report: 'success' });
  expect(site.issue(issue).results[0]?.checks).toContainEqual(
    expect.objectContaining({ name: 'scan', status: 'passed' }),
  );
});

test('a command that does not end is ended, and nothing lands', { timeout: 180_000 }, async () => {
  const issue = await begin({
    '.github/agent-waves.yml': `${CONFIG}check_minutes: 1\nscan: { run: 'sleep 3000' }\n`,
  });

  await dispatch(site, inputsFor(issue));

  expect(site.issue(issue).results).toMatchObject([
    { outcome: 'verification', failure: { what: expect.stringContaining('scan was killed after 1 minutes') } },
  ]);
  expect(await onMain('src/a.txt')).toBeUndefined();
});

/** The first verification, and those on the head that a job which verifies again makes before it gives up. */
const ROUNDS = 1 + 6;

test('work on a base that somebody keeps moving is saved for another run of the attempt, and nobody waits for it', async () => {
  const { issue, at, open } = await beginWithGates();
  const inputs = inputsFor(issue);
  const running = dispatch(site, inputs);
  for (let round = 1; round <= ROUNDS; round++) {
    await at(round);
    await site.push('A person', { [`src/${round}.txt`]: 'x\n' });
    if (round === 1) await open(1);
  }

  const run = await running;

  expect(run.conclusion).toBe('success');
  expect(site.issue(issue)).toMatchObject({
    state: 'open',
    results: [{ outcome: 'continued', cause: { kind: 'base-busy' } }],
  });
  expect(await onMain('src/a.txt')).toBeUndefined();
  expect(await holderOf(site, issue)).toMatchObject({ run: 0 });
  expect(await site.remote.run('show', `${checkpointRef(issue)}:src/a.txt`)).toBe('by A-001');
});

test('work that fails its checks does not reach the job that lands', async () => {
  const issue = await begin({ 'test.sh': 'echo "walls fell"; exit 1\n' });

  const run = await dispatch(site, inputsFor(issue));

  expect(run.conclusion).toBe('failure');
  expect(await jobsOf(run.id)).toMatchObject({ verify: 'success', land: 'skipped', report: 'failure' });
  expect(site.issue(issue)).toMatchObject({
    state: 'open',
    results: [{ outcome: 'verification', failure: { output: 'walls fell' } }],
  });
  expect(await holderOf(site, issue)).toMatchObject({ run: 0 });
});

test('an agent that fails leaves what it did for the next attempt, which goes on from there', async () => {
  const issue = await begin({ 'agent.sh': 'echo half > src/half.txt; exit 3\n' });
  await dispatch(site, inputsFor(issue));
  await site.push('A better agent', {
    'agent.sh': 'grep half src/half.txt && mkdir -p src && echo whole > src/a.txt\n',
  });
  const past = {
    dispatch: 1,
    attempt: 1,
    slice: 1,
    agent: 'A1',
    outcome: 'agent' as const,
    sent: '2026-11-23T10:00:00Z',
    ended: '2026-11-23T10:01:00Z',
  };
  await site.writeRecord(issue, liveRecord({ attempt: 2, dispatch: 2, history: [past] }));

  const run = await dispatch(site, inputsFor(issue, { attempt: 2, dispatch: 2 }));

  expect(run.conclusion).toBe('success');
  expect(site.issue(issue).results.map(({ outcome }) => outcome)).toEqual(['agent', 'completed']);
  expect([await onMain('src/a.txt'), await onMain('src/half.txt')]).toEqual(['whole', 'half']);
  expect(await site.ref(checkpointRef(issue))).toBeUndefined();
});

test('a run that changed nothing before its time was over says so, and the second one in a row ends the attempt', async () => {
  const issue = await begin({
    '.github/agent-waves.yml': `${CONFIG}slice: 0.05\n`,
    'agent.sh': 'sleep 300\n',
  });
  await dispatch(site, inputsFor(issue));
  const past = {
    ...{ dispatch: 1, attempt: 1, slice: 1, agent: 'A1', outcome: 'continued' as const, seconds: 3, stalled: true },
    ...{ sent: '2026-11-23T10:00:00Z', ended: '2026-11-23T10:01:00Z' },
  };
  await site.writeRecord(issue, liveRecord({ slice: 2, dispatch: 2, history: [past] }));

  await dispatch(site, inputsFor(issue, { slice: 2, dispatch: 2 }));

  expect(site.issue(issue).results).toMatchObject([
    { outcome: 'continued', agent: { stalled: true } },
    { outcome: 'agent', cause: { kind: 'stalled', slices: 2 } },
  ]);
});

test('a run that finds its task taken ends green, and none of its other jobs runs', async () => {
  const issue = await begin();
  await site.writeRecord(issue, liveRecord({ dispatch: 2 }));

  const run = await dispatch(site, inputsFor(issue));

  expect(run.conclusion).toBe('success');
  expect(await jobsOf(run.id)).toMatchObject({ claim: 'success', agent: 'skipped', report: 'skipped' });
  expect(site.issue(issue).bodies).toEqual([]);
});

test('a run that is cancelled while its agent works keeps its claim and the work', async () => {
  const issue = await begin();
  const sign = join(site.folder, 'working');
  await site.push('A slow agent', { 'agent.sh': `echo half > src/half.txt; touch ${sign}; sleep 300\n` });
  const inputs = inputsFor(issue);
  await send(site, inputs);
  await eventually('the agent works', () => existsSync(sign));
  const { id } = await site.github.waitForRun((run) => run.status === 'in_progress');

  await site.octokit.rest.actions.cancelWorkflowRun({ owner: 'acme', repo: 'small', run_id: id });
  const run = await ended(site, inputs);

  expect(run.conclusion).toBe('cancelled');
  expect(site.issue(issue)).toMatchObject({ state: 'open', bodies: [] });
  expect(await holderOf(site, issue)).toMatchObject({ run: 0 });
  expect(await site.remote.run('show', `${checkpointRef(issue)}:src/half.txt`)).toBe('half');
});

test('the jobs that may write hold no checkout, and start nothing but git', async () => {
  const issue = await begin();

  const run = await dispatch(site, inputsFor(issue));

  for (const job of ['land', 'report']) {
    const work = join(site.folder, `runs/${run.id}/${job}/work/small`);
    expect(existsSync(join(work, '.git'))).toBe(false);
    expect(existsSync(join(work, 'agent.sh'))).toBe(false);
  }
  const logs = await logsOf(site, run.id);
  const started = [...logs].filter(([path]) => /^(land|report|claim)\/temp\/agent-waves\/logs\//.test(path));
  expect(started).toEqual([]);
});
