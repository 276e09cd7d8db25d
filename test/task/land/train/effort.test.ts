import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Result, readResult } from '../../../../src/state/result.ts';
import { EffortCounter } from '../../../../src/task/land/landing-effort.ts';
import { Verifications } from '../../../../src/task/land/train/verifications.ts';
import { type Site, startSite } from '../../support/site.ts';
import { cancel, hasJoined, startRun, swiftClock, type TrainRun, trainFiles } from '../../support/train.ts';

/** What a result tells of the way onto the base. */

let site: Site;
beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  site = await startSite({ files: trainFiles('test ! -f src/broken.txt') });
});
afterEach(() => site.close());

async function resultOf(run: TrainRun): Promise<Result | undefined> {
  await run.step('report');
  const issue = site.github.issuesReport('acme/small').find(({ number }) => number === run.issue);
  return readResult(issue?.comments_list.at(-1)?.body ?? '');
}

test('work that lands as it was verified tells of one verification', async () => {
  const run = await startRun(site, { files: { 'src/mine.txt': 'mine\n' } });
  await run.step('verify');
  await run.step('land');

  const { landing } = (await resultOf(run)) ?? {};

  expect(landing).toMatchObject({ verifications: 1, on_head: 1, conflicts: 0 });
});

test('work that was verified upon another one, which left, tells of both verifications, one of them on the head', async () => {
  const first = await startRun(site, { files: { 'src/first.txt': 'first\n' } });
  await first.hold();
  const verified = first.step('verify');
  await hasJoined(site, first);
  const second = await startRun(site, { files: { 'src/second.txt': 'second\n' } });
  await second.step('verify');
  await cancel(site, first);
  await second.step('land');

  const result = await resultOf(second);

  expect(second.tests()).toBe(2);
  expect(result).toMatchObject({ outcome: 'completed', landing: { verifications: 2, on_head: 1, conflicts: 0 } });
  await first.release();
  await verified;
});

test('work that fails tells of what it took until then', async () => {
  const run = await startRun(site, { files: { 'src/broken.txt': 'broken\n' } });
  await run.step('verify');

  const result = await resultOf(run);

  expect(result).toMatchObject({ outcome: 'verification', landing: { verifications: 1, on_head: 1 } });
});

test('a conflict with the base is told', async () => {
  const run = await startRun(site, { files: { 'src/a.txt': 'mine\n' } });
  await run.step('verify');
  await site.push('The same lines', { 'src/a.txt': 'theirs\n' });
  await run.step('land');

  const result = await resultOf(run);

  expect(result).toMatchObject({ landing: { verifications: 1, conflicts: 1 } });
});

test('a verification that is stopped counts with its time, and what is not verified in is waiting', async () => {
  const clock = swiftClock();
  const counter = new EffortCounter(clock);
  const verifications = new Verifications(counter);
  const verification = { checks: [], findings: [], tree: 'tree' };
  const of = { onto: 'onto', tree: 'tree' };
  const begin = (onHead: boolean) =>
    verifications.begin({ of, end: new Promise(() => undefined), stop: async () => clock.pass(500) }, { onHead });

  await counter.travels(async () => {
    begin(false);
    clock.pass(5_000);
    await verifications.stop();
    clock.pass(2_000);
    begin(true);
    clock.pass(3_000);
    verifications.conclude({ verification, conclusion: undefined, took: 3_000 });
  });

  const first = { verifications: 2, on_head: 1, verified_s: 8.5, waited_s: 2, conflicts: 0 };
  expect(counter.effort).toEqual(first);
  const next = new EffortCounter(clock, first);
  next.meetsConflict();
  await next.travels(async () => clock.pass(300));
  expect(next.effort).toEqual({ ...first, waited_s: 2.3, conflicts: 1 });
  expect(new EffortCounter(clock, { ...first, waited_s: 0.1 + 0.2 }).effort.waited_s).toBe(0.3);
});
