import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { claimRef } from '../../../../src/state/names.ts';
import { TRAIN_REF } from '../../../../src/task/land/train/train.ts';
import { liveRecord, type Site, startSite } from '../../support/site.ts';
import { cancel, hasJoined, holdBack, startRun, swiftClock, trainFiles, trainOf } from '../../support/train.ts';

/** Pushes whose answer is lost, or that come too late. */

const MAIN = 'refs/heads/main';
const PUSH = { route: 'git receive-pack', method: 'POST' } as const;
const MINE = { 'src/mine.txt': 'mine\n' };

let site: Site;
beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  site = await startSite({ files: trainFiles() });
});
afterEach(() => site.close());

test('a claim that is deleted while the landing push is in flight stops it', async () => {
  const run = await startRun(site, { files: MINE, clock: swiftClock(4) });
  await run.step('verify');
  const before = await site.ref(MAIN);
  const push = holdBack(site, PUSH);
  const landing = run.step('land');
  await push.come;
  await cancel(site, run);
  push.letGo();

  await landing;

  expect(run.conclusion()?.outcome).toBe('superseded');
  expect(await site.ref(MAIN)).toBe(before);
});

test.each([
  ['joining', 'before', 0],
  ['joining', 'after', 0],
  ['landing', 'before', 1],
  ['landing', 'after', 1],
] as const)('a push for %s whose answer is lost %s it was done is made once', async (_, moment, skip) => {
  const run = await startRun(site, { files: MINE });
  site.github.faults.push({ on: 'request', ...PUSH, skip, answer: { status: 502 }, moment });

  await run.steps('verify', 'land');

  expect(run.conclusion()).toMatchObject({ outcome: 'completed', commit: await site.ref(MAIN) });
  expect(site.requests.filter(({ status }) => status === 502)).toHaveLength(1);
  expect(await site.remote.run('rev-list', '--count', 'main')).toBe('2');
  expect((await trainOf(site)).seq).toBe(1);
  expect(run.tests()).toBe(1);
});

test('the run of another dispatch takes the place of the one before, and that one lands nothing', async () => {
  const zombie = await startRun(site, { files: { 'src/old.txt': 'old\n' }, clock: swiftClock(4) });
  await zombie.step('verify');
  // Its turn has come, and its push is on the way.
  const push = holdBack(site, PUSH);
  const landing = zombie.step('land');
  await push.come;
  const { issue } = zombie;
  await site.writeRecord(issue, liveRecord({ dispatch: 2 }));
  const run = await startRun(site, { files: { 'src/new.txt': 'new\n' }, issue, dispatch: 2 });
  await run.step('verify');
  const { entries } = await trainOf(site);
  push.letGo();

  await landing;
  await run.step('land');

  expect(entries.map(({ issue: of, dispatch }) => [of, dispatch])).toEqual([[issue, 2]]);
  expect(zombie.conclusion()?.outcome).toBe('superseded');
  expect(run.conclusion()).toMatchObject({ outcome: 'completed', commit: await site.ref(MAIN) });
  expect(await site.remote.run('ls-tree', '-r', '--name-only', 'main', 'src')).not.toContain('old.txt');
});

test('a zombie that verifies does not get back into the train, whose entry is the newer one', async () => {
  const zombie = await startRun(site, { files: { 'src/old.txt': 'old\n' }, clock: swiftClock(4) });
  await zombie.hold();
  const verified = zombie.step('verify');
  await hasJoined(site, zombie);
  const { issue } = zombie;
  await site.writeRecord(issue, liveRecord({ dispatch: 2 }));
  const run = await startRun(site, { files: { 'src/new.txt': 'new\n' }, issue, dispatch: 2 });
  await run.step('verify');
  await zombie.release();

  await verified;

  expect(zombie.conclusion()?.outcome).toBe('superseded');
  expect((await trainOf(site)).entries).toMatchObject([{ issue, dispatch: 2 }]);
});

test('work with a secret in it is refused before anybody can read it in the train', async () => {
  const token = `ghp_${'Kq7Zt2Lw9Xc4Vb6Nm1Rd8Fg3Hj5Ps0Ya2Ue'}`;
  const run = await startRun(site, { files: { 'src/mine.txt': `token = "${token}"\n` } });

  await run.steps('verify', 'land');

  expect(run.conclusion()).toMatchObject({ outcome: 'verification', checks: [{ name: 'scan', status: 'failed' }] });
  expect(await site.ref(TRAIN_REF)).toBeUndefined();
  expect(run.tests()).toBe(0);
  expect(await site.ref(claimRef(run.issue))).toBeDefined();
});
