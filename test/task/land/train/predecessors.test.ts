import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TRAIN_REF } from '../../../../src/task/land/train/train.ts';
import { type Site, startSite, TOOLS } from '../../support/site.ts';
import {
  cancel,
  hasJoined,
  isOut,
  looks,
  newestDiff,
  startRun,
  swiftClock,
  type TrainRun,
  trainFiles,
} from '../../support/train.ts';

/** Works that are verified upon works which have not landed. */

let site: Site;
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => site.close());

/** A run whose verification does not end, first in the train. */
async function startFirst(
  files: Readonly<Record<string, string>>,
): Promise<{ run: TrainRun; verified: Promise<unknown> }> {
  const run = await startRun(site, { files });
  await run.hold();
  const verified = run.step('verify');
  await hasJoined(site, run);
  return { run, verified };
}

test('of a predecessor that is cancelled nothing lands with the work that was verified upon it', async () => {
  site = await startSite({ files: trainFiles() });
  const first = await startFirst({ 'src/first.txt': 'first\n' });
  const second = await startRun(site, { files: { 'src/second.txt': 'second\n' } });
  await second.step('verify');
  const verified = second.output('verify.verification')?.tree;
  await cancel(site, first.run);

  await second.step('land');

  expect(second.conclusion()?.outcome).toBe('completed');
  expect(await newestDiff(site)).toEqual(['src/second.txt']);
  expect(await site.remote.run('rev-parse', 'main^{tree}')).not.toBe(verified);
  expect(second.tests()).toBe(2);
  await first.run.release();
  await first.verified;
  expect(first.run.conclusion()?.outcome).toBe('superseded');
});

const NOT_TOGETHER = '! (test -f src/first.txt && test -f src/second.txt)';

/** A run that has failed upon the first one, and waits for what becomes of that. */
async function startWaiting(clock = swiftClock()) {
  site = await startSite({ files: trainFiles(NOT_TOGETHER) });
  const first = await startFirst({ 'src/first.txt': 'first\n' });
  const run = await startRun(site, { files: { 'src/second.txt': 'second\n' }, clock });
  const verified = run.step('verify');
  await run.verifiesFor(3);
  await looks(site, 1);
  return { first, waiting: { run, verified } };
}

test('a failure upon works that all land is the verdict', async () => {
  const { first, waiting } = await startWaiting();
  await first.run.release();
  await first.verified;
  await first.run.step('land');

  await waiting.verified;

  expect(first.run.conclusion()?.outcome).toBe('completed');
  expect(waiting.run.conclusion()).toMatchObject({
    outcome: 'verification',
    failure: { what: expect.stringContaining('newest base') },
  });
  expect(waiting.run.tests()).toBe(3);
});

test('a failure upon a work that leaves is none: it is verified again, and lands', async () => {
  const { first, waiting } = await startWaiting();
  await cancel(site, first.run);

  await waiting.verified;
  await waiting.run.step('land');

  expect(waiting.run.conclusion()?.outcome).toBe('completed');
  expect(await newestDiff(site)).toEqual(['src/second.txt']);
  await first.run.release();
  await first.verified;
});

test('a failure upon a work that is taken out is none, and the one that was taken out comes late', async () => {
  const { first, waiting } = await startWaiting(swiftClock(20));
  await isOut(site, first.run);
  await waiting.verified;
  await waiting.run.step('land');
  await first.run.release();

  await first.verified;

  expect(waiting.run.conclusion()?.outcome).toBe('completed');
  expect(first.run.conclusion()?.outcome).toBe('verification');
});

test('a conflict with a work that leaves is none: it is verified again, and lands', async () => {
  site = await startSite({ files: trainFiles('true', { 'src/floor.txt': 'earth\n' }) });
  const first = await startFirst({ 'src/floor.txt': 'stone\n' });
  const second = await startRun(site, { files: { 'src/floor.txt': 'wood\n' } });
  const verified = second.step('verify');
  await hasJoined(site, second);
  await looks(site, 3);
  const before = second.tests();
  await cancel(site, first.run);

  await verified;
  await second.step('land');

  expect(before).toBe(0);
  expect(second.conclusion()?.outcome).toBe('completed');
  expect(await site.remote.run('show', 'main:src/floor.txt')).toBe('wood');
  await first.run.release();
  await first.verified;
});

test('a conflict with a work that lands goes to the agent, and one in a lock file to the package manager', async () => {
  const lock = (text: string) => ({ Gemfile: '', 'Gemfile.lock': `${text}\n` });
  site = await startSite({ files: trainFiles('true', { ...lock('base'), 'src/floor.txt': 'earth\n' }) });
  await mkdir(join(site.folder, 'tools'));
  await writeFile(join(site.folder, 'tools/bundle'), '#!/bin/sh\necho settled > Gemfile.lock\n', { mode: 0o755 });
  const first = await startFirst({ ...lock('first'), 'src/floor.txt': 'stone\n' });
  const environment = () => ({ PATH: [join(site.folder, 'tools'), ...TOOLS].join(':') });
  const agents = await startRun(site, { files: { 'src/floor.txt': 'wood\n' } });
  const managers = await startRun(site, { files: { ...lock('second'), 'src/second.txt': 'second\n' }, environment });
  const verified = [agents, managers].map((run) => run.step('verify'));
  for (const run of [agents, managers]) await hasJoined(site, run);
  await looks(site, 3);
  await first.run.release();
  await first.verified;
  await first.run.step('land');

  await Promise.all(verified);
  await managers.step('land');

  expect(agents.conclusion()).toMatchObject({ outcome: 'continued', cause: { kind: 'conflict-returned' } });
  expect(managers.conclusion()?.outcome).toBe('completed');
  expect(await site.remote.run('show', 'main:Gemfile.lock')).toBe('settled');
  expect(await newestDiff(site)).toEqual(['Gemfile.lock', 'src/second.txt']);
  expect(managers.tests()).toBe(1);
});

test('of two that make the same change both land, each verified on what there is then', async () => {
  site = await startSite({ files: trainFiles() });
  const first = await startFirst({ 'src/same.txt': 'same\n' });
  const second = await startRun(site, { files: { 'src/same.txt': 'same\n' } });
  await second.step('verify');
  const landing = second.step('land');
  await first.run.release();
  await first.verified;
  await first.run.step('land');

  await landing;

  expect([first.run, second].map((run) => run.conclusion()?.outcome)).toEqual(['completed', 'completed']);
  expect(await site.remote.run('rev-list', '--count', 'main')).toBe('3');
  expect(await newestDiff(site)).toEqual([]);
  expect([first.run.tests(), second.tests()]).toEqual([1, 1]);
});

test('a flake in the middle costs nobody another verification, and is told of', async () => {
  // The first try of the run in the middle fails.
  const flaky = '! test -f src/second.txt || test -f src/third.txt || test $(wc -l < $d/tests) -gt 1';
  site = await startSite({ files: trainFiles(flaky) });
  const first = await startFirst({ 'src/first.txt': 'first\n' });
  const second = await startRun(site, { files: { 'src/second.txt': 'second\n' } });
  await second.step('verify');
  const third = await startRun(site, { files: { 'src/third.txt': 'third\n' } });
  await third.step('verify');
  const landings = [second, third].map((run) => run.step('land'));
  await first.run.release();
  await first.verified;
  await first.run.step('land');

  await Promise.all(landings);

  expect([first.run, second, third].map((run) => run.conclusion()?.outcome)).toEqual(Array(3).fill('completed'));
  expect([first.run.tests(), second.tests(), third.tests()]).toEqual([1, 2, 1]);
  expect(second.conclusion()?.checks).toContainEqual(expect.objectContaining({ name: 'test', status: 'flaky' }));
});

test('a run whose last attempt failed keeps nobody waiting before it has passed', async () => {
  site = await startSite({ files: trainFiles() });
  const again = await startRun(site, { files: { 'src/first.txt': 'first\n' }, failedBefore: true });

  await again.step('verify');

  expect(await site.ref(TRAIN_REF)).toBeUndefined();
  await again.step('land');
  expect(again.conclusion()?.outcome).toBe('completed');
});
