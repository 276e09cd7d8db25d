import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TIMINGS } from '../../src/state/timings.ts';
import { type GitHubScene, githubScene } from '../support/github-scene.ts';

/** When a process that goes on lists runs: where one is missing, and every two minutes. */

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};
const RUNS = '/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs';

let scene: GitHubScene;
afterEach(() => scene.close());

const listings = () => scene.requests.filter(({ route }) => route === RUNS).length;

async function started(runsEvery: number): Promise<void> {
  scene = await githubScene({ plan: PLAN, timings: { runsEvery } });
  await scene.start();
  await scene.pass();
}

describe('runs', () => {
  beforeEach(() => started(TIMINGS.runsEvery));

  it('are listed once in two minutes while nothing is missing', async () => {
    const before = listings();

    for (const seconds of [30, 30, 30, 30, 30, 30]) {
      scene.later(seconds * 1_000);
      await scene.pass();
    }

    expect(listings() - before).toBe(1);
  });
});

describe('the run of a dispatch', () => {
  beforeEach(() => started(60 * 60_000));

  it('is looked for before the dispatch is sent again', async () => {
    await scene.run('A').complete();
    await scene.settle();
    scene.later(TIMINGS.dispatchGrace);

    await scene.pass();

    expect(scene.state('B')).toBe('running');
    expect(scene.dispatches('B')).toBe(1);
  });
});
