import { expect, it } from 'vitest';
import { claimRef } from '../../../src/state/names.ts';
import { GitRefs } from '../runs/git-refs.ts';
import type { PlayedRun } from '../runs/run-player.ts';
import { drawPlan } from '../world/files.ts';
import { Random } from '../world/random.ts';
import { startTown } from '../world/town.ts';
import { Truth } from './truth.ts';
import { Watch } from './watch.ts';
import { WatchedRuns } from './watched-runs.ts';

/** Two may work at once. */
async function watched() {
  const files = { 'docs/planning/tasks.json': '{}', '.github/workflows/other.yml': OTHER };
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const given = { clock: Date.now, files, onRun: () => undefined, webhookUrl: undefined, settle };
  const town = await startTown(given);
  const git = new GitRefs(() => town, Date.now);
  const truth = new Truth(drawPlan(new Random(1)));
  const input = { town: () => town, git, truth, now: Date.now, parallel: 2 };
  const watch = new Watch(input);
  const runs = new WatchedRuns({ ...input, watch });
  const claim = async (issue: number, dispatch = 1) => {
    const run: PlayedRun = {
      id: issue * 100 + dispatch,
      dispatch: { task: `T-${issue}` as PlayedRun['dispatch']['task'], issue, attempt: 1, slice: 0, dispatch },
      isOver: () => false,
      isStalled: false,
    };
    const commit = git.say({ issue, dispatch });
    const from = git.read(claimRef(issue)) ?? null;
    await git.push('lead', [{ ref: claimRef(issue), from, to: commit }]);
    runs.onClaim(run, commit, from ?? undefined);
    return run;
  };
  return { runs, watch, claim, close: town.close };
}

const OTHER =
  'name: Other\non: workflow_dispatch\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: "true"\n';

it('counts the runs that work, and none that holds its claim until it is sent away', async () => {
  const { runs, watch, claim, close } = await watched();
  for (const issue of [1, 2]) await runs.onWork(await claim(issue));
  // As seed 7000010 had it: somebody ran by hand what the app had not sent yet.
  const byHand = await claim(3);
  expect(watch.violations).toEqual([]);

  await runs.onWork(byHand);

  expect(watch.violations).toMatchObject([{ law: 1, what: 'T-1, T-2, T-3 run at the same time, where 2 may' }]);
  await close();
});

it('notices a dispatch that a second run works on', async () => {
  const { runs, watch, claim, close } = await watched();
  const run = await claim(1);
  await runs.onWork(run);
  runs.onEnd(run, undefined);

  await runs.onWork({ ...run, id: 7 });

  expect(watch.violations).toMatchObject([{ law: 9, what: 'd1 of T-1 was worked on by run 101, then by 7' }]);
  await close();
});
