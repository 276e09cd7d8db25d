import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { claimRef } from '../../../../src/state/names.ts';
import { TRAIN_REF } from '../../../../src/task/land/train/train.ts';
import { eventually } from '../../../support/waiting.ts';
import { CONFIG, type Site, startSite } from '../../support/site.ts';
import {
  holdBack,
  newestDiff,
  OTHER_TASK,
  startRun,
  swiftClock,
  type TrainRun,
  trainFiles,
} from '../../support/train.ts';

/** `landing: merge`: GitHub takes no expected base, so that one run at a time lets it merge. */

const MERGE = { route: '/repos/{owner}/{repo}/pulls/{pull_number}/merge', method: 'PUT' } as const;
const READ = { route: '/repos/{owner}/{repo}/pulls/{pull_number}', method: 'GET' } as const;
const HOUR_MS = 60 * 60_000;
const DEAD_MS = 10 * 60_000;

let site: Site;
beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  site = await startSite({
    files: trainFiles('true', { '.github/agent-waves.yml': CONFIG.replace('landing: push', 'landing: merge') }),
  });
});
afterEach(() => site.close());

/** A run that has the lease, and whose pull request GitHub is being asked to merge. */
async function startMerging() {
  const run = await startRun(site, { files: { 'src/first.txt': 'first\n' } });
  await run.step('verify');
  const merge = holdBack(site, MERGE);
  const landing = run.step('land');
  await merge.come;
  return { run, landing, letGo: merge.letGo };
}

function second(clock = swiftClock()): Promise<TrainRun> {
  return startRun(site, { files: { 'src/second.txt': 'second\n' }, clock, task: OTHER_TASK });
}

const asked = ({ route, method }: { readonly route: string; readonly method: string }) =>
  site.requests.filter((entry) => entry.route === route && entry.method === method).length;

async function holder(): Promise<number | undefined> {
  if (!(await site.ref('refs/agent-waves/landing'))) return undefined;
  return JSON.parse(await site.remote.run('log', '-1', '--format=%B', 'refs/agent-waves/landing')).issue;
}

test('of two that both find themselves first one merges, and the other one verifies anew what there is then', async () => {
  const first = await startMerging();
  await site.moveRef(TRAIN_REF, null);
  const other = await second();
  await other.step('verify');
  const landing = other.step('land');
  await eventually('the other one finds the lease', () => asked(READ) > 0);
  const holding = await holder();
  first.letGo();

  await Promise.all([first.landing, landing]);

  expect(holding).toBe(first.run.issue);
  expect([first.run, other].map((run) => run.conclusion()?.outcome)).toEqual(['completed', 'completed']);
  expect(asked(MERGE)).toBe(2);
  expect([first.run.tests(), other.tests()]).toEqual([1, 2]);
  expect(await newestDiff(site)).toEqual(['src/second.txt']);
  expect(await site.ref('refs/agent-waves/landing')).toBeUndefined();
});

test('a lease whose holder has died is taken over after ten minutes of one’s own clock, however wrong that is', async () => {
  const dead = await startMerging();
  await site.moveRef(TRAIN_REF, null);
  const clock = swiftClock(40, { start: Date.now() + HOUR_MS });
  const other = await second(clock);
  await other.step('verify');
  const began = clock.elapsed();

  await other.step('land');

  expect(other.conclusion()?.outcome).toBe('completed');
  expect(clock.elapsed() - began).toBeGreaterThan(DEAD_MS);
  expect(asked(READ)).toBeGreaterThan(0);
  expect(await newestDiff(site)).toEqual(['src/second.txt']);
  // It was not dead after all: what GitHub makes of its work is compared and verified.
  dead.letGo();
  await dead.landing;
  expect(dead.run.conclusion()?.outcome).toBe('completed');
  expect(dead.run.tests()).toBe(2);
});

test('a run that dies once GitHub has merged keeps nobody waiting, though claim and lease stay', async () => {
  const dead = await startMerging();
  const removal = holdBack(site, { route: 'git receive-pack', method: 'POST' });
  dead.letGo();
  await removal.come;
  const clock = swiftClock();
  const other = await second(clock);

  await other.steps('verify', 'land');

  expect(other.conclusion()?.outcome).toBe('completed');
  expect(await site.ref(claimRef(dead.run.issue))).toBeDefined();
  expect(clock.elapsed()).toBeLessThan(60_000);
  expect(other.tests()).toBe(1);
  expect(await newestDiff(site)).toEqual(['src/second.txt']);
  removal.letGo();
  await dead.landing;
});

test('a merge whose answer is lost is recognised, compared and not made again', async () => {
  const run = await startRun(site, { files: { 'src/first.txt': 'first\n' } });
  await run.step('verify');
  const lost = { on: 'request', answer: { status: 502 }, moment: 'after' } as const;
  // What it reads of the pull request is from before the merge.
  site.github.faults.push(
    { ...lost, ...MERGE },
    { on: 'stale-read', within: 60_000, route: /pulls\/\{pull_number\}$/ },
  );

  await run.step('land');

  expect(run.conclusion()).toMatchObject({ outcome: 'completed', commit: await site.ref('refs/heads/main') });
  expect(asked(MERGE)).toBe(1);
  expect(run.tests()).toBe(1);
});
