import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Site, startSite } from '../../support/site.ts';
import {
  cancel,
  hasJoined,
  isOut,
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

/** A run that fails upon the first one, and waits for what becomes of it. */
async function startAside() {
  site = await startSite({ files: trainFiles(NOT_TOGETHER) });
  const first = await startFirst({ 'src/first.txt': 'first\n' });
  const run = await startRun(site, { files: { 'src/second.txt': 'second\n' }, clock: swiftClock(20) });
  const verified = run.step('verify');
  await hasJoined(site, run);
  await isOut(site, run);
  return { first, aside: { run, verified } };
}

test('a failure upon works that all land is the verdict', async () => {
  const { first, aside } = await startAside();
  await first.run.release();
  await first.verified;
  await first.run.step('land');

  await aside.verified;

  expect(first.run.conclusion()?.outcome).toBe('completed');
  expect(aside.run.conclusion()).toMatchObject({
    outcome: 'verification',
    failure: { what: expect.stringContaining('newest base') },
  });
  expect(aside.run.tests()).toBe(3);
});

test('a failure upon a work that leaves is none: it is verified again, and lands', async () => {
  const { first, aside } = await startAside();
  await cancel(site, first.run);

  await aside.verified;
  await aside.run.step('land');

  expect(aside.run.conclusion()?.outcome).toBe('completed');
  expect(await newestDiff(site)).toEqual(['src/second.txt']);
  await first.run.release();
  await first.verified;
});

test('a failure upon a work that is taken out is none, and the one that was taken out comes late', async () => {
  const { first, aside } = await startAside();
  await isOut(site, first.run);
  await aside.verified;
  await aside.run.step('land');
  await first.run.release();

  await first.verified;

  expect(aside.run.conclusion()?.outcome).toBe('completed');
  expect(first.run.conclusion()?.outcome).toBe('verification');
});
