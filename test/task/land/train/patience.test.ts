import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkpointRef, claimRef } from '../../../../src/state/names.ts';
import { gitFolder } from '../../../../src/task/protocol/job-files.ts';
import { eventually } from '../../../support/waiting.ts';
import { type Site, startSite } from '../../support/site.ts';
import {
  hasJoined,
  holdBack,
  isOut,
  looks,
  newestDiff,
  startRun,
  swiftClock,
  trainFiles,
  trainOf,
} from '../../support/train.ts';

/** Runs that hang, die, are slow or cut off, and what the others make of it. Nobody else looks after them: no pass runs. */

const FIRST = { 'src/first.txt': 'first\n' };
const SECOND = { 'src/second.txt': 'second\n' };
const HOUR_MS = 60 * 60_000;

let site: Site;
beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  site = await startSite({ files: trainFiles() });
});
afterEach(() => site.close());

async function landedIssues(): Promise<readonly number[]> {
  const told = await site.remote.run('log', '--reverse', '--format=%(trailers:key=Issue,valueonly,separator=)', 'main');
  return told.split('\n').flatMap((line) => (line ? [Number(line.replace('#', ''))] : []));
}

test('a first run that hangs is taken out, those behind land, and it comes late', async () => {
  const hung = await startRun(site, { files: FIRST });
  await hung.hold();
  const verified = hung.step('verify');
  await hasJoined(site, hung);
  const clock = swiftClock(20);
  const second = await startRun(site, { files: SECOND, clock });
  await second.step('verify');

  await second.step('land');
  const diff = await newestDiff(site);
  await hung.release();
  await verified;
  await hung.step('land');

  expect(clock.elapsed()).toBeGreaterThan(10 * 60_000);
  expect(diff).toEqual(['src/second.txt']);
  expect([hung, second].map((run) => run.conclusion()?.outcome)).toEqual(['completed', 'completed']);
  expect(await landedIssues()).toEqual([second.issue, hung.issue]);
  // Two have joined, and one was taken out: there is nobody any more whom it would have to wait for.
  expect((await trainOf(site)).seq).toBe(3);
});

test('a first run that is slow and within its limit lands first, and nothing is verified twice', async () => {
  const slow = await startRun(site, { files: FIRST });
  await slow.hold();
  const verified = slow.step('verify');
  await hasJoined(site, slow);
  const clock = swiftClock(20, { until: 9 * 60_000 });
  const second = await startRun(site, { files: SECOND, clock });
  await second.step('verify');
  const landing = second.step('land');
  await eventually('the second one has waited for eight minutes', () => clock.elapsed() > 8 * 60_000);
  await slow.release();
  await verified;
  await slow.step('land');

  await landing;

  expect(await landedIssues()).toEqual([slow.issue, second.issue]);
  expect([slow.tests(), second.tests()]).toEqual([1, 1]);
  expect((await trainOf(site)).seq).toBe(2);
});

test('a run that was cut off right before its push, and taken out meanwhile, verifies again and lands late', async () => {
  const cutOff = await startRun(site, { files: FIRST });
  await cutOff.step('verify');
  const push = holdBack(site, { route: 'git receive-pack', method: 'POST' });
  const landing = cutOff.step('land');
  await push.come;
  const second = await startRun(site, { files: SECOND, clock: swiftClock(20) });
  await second.steps('verify', 'land');
  push.letGo();

  await landing;

  expect([cutOff, second].map((run) => run.conclusion()?.outcome)).toEqual(['completed', 'completed']);
  expect(await landedIssues()).toEqual([second.issue, cutOff.issue]);
  expect(await newestDiff(site)).toEqual(['src/first.txt']);
  expect(cutOff.tests()).toBe(2);
});

test('a run that cannot reach GitHub for minutes while it waits goes on where it was', async () => {
  const run = await startRun(site, { files: FIRST });
  await run.hold();
  const verified = run.step('verify');
  await run.verifiesFor(1);
  const count = 5;
  site.github.faults.push({ on: 'request', route: 'git upload-pack', count, answer: { status: 503 } });
  await looks(site, count + 2);
  await run.release();

  await verified;
  await run.step('land');

  expect(run.conclusion()?.outcome).toBe('completed');
  expect(run.tests()).toBe(1);
});

test('clocks that are off by an hour take nobody out', async () => {
  const behind = await startRun(site, { files: FIRST, clock: swiftClock(1, { start: Date.now() - HOUR_MS }) });
  await behind.hold();
  const verified = behind.step('verify');
  await hasJoined(site, behind);
  const ahead = await startRun(site, { files: SECOND, clock: swiftClock(1, { start: Date.now() + HOUR_MS }) });
  await ahead.step('verify');
  const landing = ahead.step('land');
  await looks(site, 3);
  await behind.release();
  await verified;
  await behind.step('land');

  await landing;

  expect(await landedIssues()).toEqual([behind.issue, ahead.issue]);
  expect([behind.tests(), ahead.tests()]).toEqual([1, 1]);
});

test('a run whose machine is lost is taken out though no pass deletes its claim, and never comes back', async () => {
  const lost = await startRun(site, { files: FIRST });
  await lost.step('verify');
  const second = await startRun(site, { files: SECOND, clock: swiftClock(20) });

  await second.steps('verify', 'land');
  const third = await startRun(site, { files: { 'src/third.txt': 'third\n' } });
  await third.steps('verify', 'land');

  expect(await landedIssues()).toEqual([second.issue, third.issue]);
  expect(await site.ref(claimRef(lost.issue))).toBeDefined();
  expect(third.tests()).toBe(1);
});

test('runs that land while the app is dead for an hour tell of it themselves, and a pass that comes late finds all', async () => {
  const clock = swiftClock();
  const runs = [];
  for (const [name] of Object.entries({ first: 0, second: 0 })) {
    const run = await startRun(site, { files: { [`src/${name}.txt`]: 'x\n' }, clock });
    await run.steps('verify', 'land', 'report');
    runs.push(run);
    clock.pass(HOUR_MS / 2);
  }
  await site.commitProgress('A-001');

  expect(await landedIssues()).toEqual(runs.map(({ issue }) => issue));
  for (const { issue } of runs) {
    expect(site.issue(issue)).toMatchObject({ state: 'closed', results: [{ outcome: 'completed' }] });
    expect(await site.ref(claimRef(issue))).toBeUndefined();
  }
});

test('work whose job time runs out while it waits is saved alone, and uses no attempt', async () => {
  const first = await startRun(site, { files: FIRST });
  await first.hold();
  const verified = first.step('verify');
  await hasJoined(site, first);
  const run = await startRun(site, { files: SECOND });
  await run.step('verify');
  const began = Date.now() / 1_000 - 349 * 60;
  await utimes(join(gitFolder(run.job), 'config'), began, began);

  await run.steps('land', 'report');

  expect(run.conclusion()).toMatchObject({ outcome: 'continued', cause: { kind: 'base-busy' } });
  const saved = await site.ref(checkpointRef(run.issue));
  expect(await site.remote.run('diff', '--name-only', `${saved}^`, `${saved}`)).toBe('src/second.txt');
  await isOut(site, run);
  await first.release();
  await verified;
});
