import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fetchBase } from '../../../../src/task/git/base.ts';
import { privateRepository, writeBareRepository } from '../../../../src/task/git/private-repository.ts';
import { snapshotWorktree } from '../../../../src/task/git/snapshot-worktree.ts';
import { readTree } from '../../../../src/task/git/workspace.ts';
import { packTree, unpackTree } from '../../../../src/task/handoff/bundle.ts';
import type { JobContext } from '../../../../src/task/protocol/job.ts';
import { type StepOutputs, storeOutputs } from '../../../../src/task/protocol/outputs.ts';
import type { StepEnd } from '../../../../src/task/protocol/step.ts';
import { type Site, startSite } from '../../support/site.ts';
import {
  hasJoined,
  newestDiff,
  startRun,
  swiftClock,
  type TrainRun,
  trainFiles,
  trainOf,
} from '../../support/train.ts';

/** The workflow of several jobs: one that may write lands, and one that may only read verifies again. */

const HOURS_MS = 2 * 60 * 60_000;

let site: Site;
beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  site = await startSite({ files: trainFiles() });
});
afterEach(() => site.close());

interface Jobs {
  readonly run: TrainRun;
  readonly verify: (again: boolean) => Promise<StepEnd<'verify'>>;
  readonly land: (again: boolean) => Promise<StepEnd<'land'>>;
}

/** A run whose jobs take over what `import-handoff` brings them. Each has a clock and a repository of its own. */
async function startJobs(): Promise<Jobs> {
  const run = await startRun(site, { files: { 'src/mine.txt': 'mine\n' } });
  const base = (await site.ref('refs/heads/main')) ?? '';
  const taken = await snapshotWorktree(privateRepository(run.job), run.job);
  if ('failure' in taken) throw new Error(taken.failure.what);
  const { tree } = taken;
  const hand = (outputs: StepOutputs<'import-handoff'>) =>
    Object.assign(run.outputs, { 'import-handoff': storeOutputs(run.job, 'import-handoff', outputs) });
  return {
    run,
    verify: async (again) => {
      await onAnotherMachine(run.job, { base, tree });
      await readTree(privateRepository(run.job), { job: run.job, tree });
      hand({ next: 'verify', candidate: { tree, again } });
      return run.step('verify', { clock: swiftClock() });
    },
    land: async (again) => {
      await onAnotherMachine(run.job, { base, tree });
      hand({ next: 'land', work: { tree }, delegated: { again } });
      return run.step('land', { clock: swiftClock() });
    },
  };
}

/** Our own repository there has the base as it is now, and the work as it travels from job to job. */
async function onAnotherMachine(
  job: JobContext,
  { base, tree }: { readonly base: string; readonly tree: string },
): Promise<void> {
  const repository = privateRepository(job);
  const folder = join(job.folder, '..');
  await packTree(repository, { tree, base, folder });
  await rm(repository.gitDir, { recursive: true });
  await writeBareRepository(repository.gitDir);
  await fetchBase(repository, 'main');
  await unpackTree(repository, { folder, base, tree });
}

/** Verified, and overtaken before it could land: another job is to verify it again. */
async function startOvertaken(): Promise<Jobs> {
  const jobs = await startJobs();
  await jobs.verify(false);
  await site.push('Another task', { 'src/other.txt': 'other\n' });
  expect((await jobs.land(false)).outputs).toMatchObject({ next: 'verify', again: true });
  await hasJoined(site, jobs.run);
  return jobs;
}

test('work whose verdict fits lands at once, and enters no train', async () => {
  const { run, verify, land } = await startJobs();
  await verify(false);

  await land(false);

  expect(run.conclusion()?.outcome).toBe('completed');
  expect((await trainOf(site)).entries).toEqual([]);
});

test('what is made void while a job verifies again is verified anew by the same job, which ends on the head', async () => {
  const { run, verify, land } = await startOvertaken();
  await run.hold();
  const verifying = verify(true);
  await run.verifiesFor(2);
  await site.push('A person', { 'src/person.txt': 'person\n' });
  await run.verifiesFor(3);
  await run.release();

  expect((await verifying).outputs.next).toBe('land');
  await land(true);

  expect(run.conclusion()?.outcome).toBe('completed');
  expect(run.tests()).toBe(3);
  expect(run.output('land.effort')).toMatchObject({ verifications: 3, on_head: 3 });
  expect(await newestDiff(site)).toEqual(['src/mine.txt']);
});

test('a job that writes nothing for two hours keeps its place, and whoever comes then builds upon its work', async () => {
  const { run, verify, land } = await startOvertaken();
  const { seq } = await trainOf(site);
  await run.hold();
  const verifying = verify(true);
  await run.verifiesFor(2);
  const later = swiftClock(1, { start: Date.now() + HOURS_MS });
  const second = await startRun(site, { files: { 'src/second.txt': 'second\n' }, clock: later });
  await second.step('verify');
  const landing = second.step('land');
  await run.release();
  await verifying;
  await land(true);

  await landing;

  expect([run, second].map((each) => each.conclusion()?.outcome)).toEqual(['completed', 'completed']);
  expect(second.tests()).toBe(1);
  expect(await newestDiff(site)).toEqual(['src/second.txt']);
  expect((await trainOf(site)).seq).toBe(seq + 1);
});

test('what has passed upon work that landed since, on a progress commit, lands from a job that never had that tree', async () => {
  const first = await startRun(site, { files: { 'src/first.txt': 'first\n' } });
  await first.step('verify');
  await hasJoined(site, first);
  const { run, verify, land } = await startOvertaken();
  const verifying = verify(true);
  await run.verifiesFor(2);
  await site.push('Progress', { 'PROGRESS.md': '# Progress\n\nMore is done.\n' });
  await first.step('land');

  expect((await verifying).outputs.next).toBe('land');
  await land(true);

  expect([first, run].map((each) => each.conclusion()?.outcome)).toEqual(['completed', 'completed']);
  expect(await newestDiff(site)).toEqual(['src/mine.txt']);
});

test('what has passed on a head that somebody set back since is given back, as where the base moves', async () => {
  const { run, verify, land } = await startOvertaken();
  const before = (await site.ref('refs/heads/main')) ?? '';
  await site.push('A person', { 'src/person.txt': 'person\n' });
  await verify(true);
  await site.moveRef('refs/heads/main', before);

  await land(true);

  expect(run.conclusion()).toMatchObject({ outcome: 'continued', cause: { kind: 'base-busy' } });
  expect(await site.ref('refs/heads/main')).toBe(before);
});

test('a base that moves once more before the last job lands gives the work back without an attempt', async () => {
  const { run, verify, land } = await startOvertaken();
  await verify(true);
  const head = await site.push('A person', { 'src/person.txt': 'person\n' });

  await land(true);

  expect(run.conclusion()).toMatchObject({ outcome: 'continued', cause: { kind: 'base-busy' } });
  expect(await site.ref('refs/heads/main')).toBe(head);
});
