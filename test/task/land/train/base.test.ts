import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Site, startSite } from '../../support/site.ts';
import { hasJoined, holdBack, looks, newestDiff, startRun, swiftClock, trainFiles } from '../../support/train.ts';

/** A base that others move, take back, or seem to. */

const MAIN = 'refs/heads/main';
const MINE = { 'src/mine.txt': 'mine\n' };

let site: Site;
beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  site = await startSite({ files: trainFiles() });
});
afterEach(() => site.close());

async function onMain(path: string): Promise<string | undefined> {
  return site.remote.run('show', `main:${path}`).catch(() => undefined);
}

test('a commit that somebody force-pushes away stays away, though the work started from it', async () => {
  const before = await site.ref(MAIN);
  await site.push('A mistake', { 'src/mistake.txt': 'wrong\n' });
  const run = await startRun(site, { files: MINE });
  await run.step('verify');
  await site.moveRef(MAIN, before ?? '');
  await site.push('Instead', { 'src/instead.txt': 'right\n' });

  await run.step('land');

  expect(run.conclusion()?.outcome).toBe('completed');
  expect(await newestDiff(site)).toEqual(['src/mine.txt']);
  expect([await onMain('src/mistake.txt'), await onMain('src/instead.txt')]).toEqual([undefined, 'right']);
});

test('a base that was reset is believed when it has stayed so for a minute', async () => {
  const before = await site.ref(MAIN);
  await site.push('A mistake', { 'src/mistake.txt': 'wrong\n' });
  const clock = swiftClock(4);
  const run = await startRun(site, { files: MINE, clock });
  await run.step('verify');
  const began = clock.elapsed();
  // It has seen the newer one by then: what it reads now may be what was a minute ago.
  const asked = holdBack(site, { route: 'graphql StillWanted' });
  const landing = run.step('land');
  await asked.come;
  await site.moveRef(MAIN, before ?? '');
  asked.letGo();

  await landing;

  expect(run.conclusion()?.outcome).toBe('completed');
  expect(clock.elapsed() - began).toBeGreaterThan(60_000);
  expect(run.tests()).toBe(2);
  expect(await site.remote.run('rev-parse', 'main^')).toBe(before);
  expect(await newestDiff(site)).toEqual(['src/mine.txt']);
});

test('a stale read of the base voids nothing', async () => {
  const older = await site.ref(MAIN);
  const newer = await site.push('Another task', { 'src/other.txt': 'other\n' });
  const run = await startRun(site, { files: MINE });
  await run.hold();
  const verified = run.step('verify');
  await run.verifiesFor(1);
  await site.moveRef(MAIN, older ?? '');
  await looks(site, 3);
  await site.moveRef(MAIN, newer);
  await looks(site, 3);
  await run.release();

  await verified;
  await run.step('land');

  expect(run.conclusion()?.outcome).toBe('completed');
  expect(run.tests()).toBe(1);
});

test('the same tree on another base is verified again', async () => {
  const run = await startRun(site, { files: MINE });
  await run.step('verify');
  const verified = run.output('verify.verification')?.tree;
  await site.push('The same by hand', MINE);

  await run.step('land');

  expect(run.conclusion()?.outcome).toBe('completed');
  expect(await site.remote.run('rev-parse', 'main^{tree}')).toBe(verified);
  expect(run.tests()).toBe(2);
});

test('what a person pushes between verdict and push is verified with the work before it lands', async () => {
  const run = await startRun(site, { files: MINE });
  await run.step('verify');
  const asked = holdBack(site, { route: 'graphql StillWanted' });
  const landing = run.step('land');
  await asked.come;
  await site.push('A person', { 'src/person.txt': 'person\n' });
  asked.letGo();

  await landing;

  expect(run.conclusion()?.outcome).toBe('completed');
  expect(run.tests()).toBe(2);
  expect([await onMain('src/person.txt'), await onMain('src/mine.txt')]).toEqual(['person', 'mine']);
});

test('a commit of plan and progress voids neither a verification that goes on nor a verdict', async () => {
  const run = await startRun(site, { files: MINE });
  await run.hold();
  const verified = run.step('verify');
  await hasJoined(site, run);
  await run.verifiesFor(1);
  await site.commitProgress('G-001');
  await looks(site, 2);
  await run.release();
  await verified;
  await site.commitProgress('A-001');

  await run.step('land');

  expect(run.conclusion()?.outcome).toBe('completed');
  expect(run.tests()).toBe(1);
  expect(await onMain('PROGRESS.md')).toContain('A-001 is done');
});
