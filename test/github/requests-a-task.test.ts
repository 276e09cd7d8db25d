import { afterEach, expect, it } from 'vitest';
import { TIMINGS } from '../../src/state/timings.ts';
import { type GitHubScene, githubScene } from '../support/github-scene.ts';

/**
 * What the app asks of GitHub for one task more. What a task's own run asks is held in test/task/task.test.ts, what a
 * whole rehearsal comes to in test/e2e/reference-plan.long.test.ts.
 */

let scene: GitHubScene | undefined;
afterEach(() => scene?.close());

/** Requests of the app by route, from start to end of a plan whose tasks come one after the other. */
async function requestsFor(tasks: number): Promise<ReadonlyMap<string, number>> {
  await scene?.close();
  const { runsEvery, progressEvery } = TIMINGS;
  scene = await githubScene({ plan: chainOf(tasks), timings: { runsEvery, progressEvery } });
  await scene.start();
  for (let nth = 1; nth <= tasks; nth++) {
    const run = scene.run(`T-${nth}`);
    await run.claim();
    await run.land();
    await run.report('completed');
    await passes(scene);
    // Its issue is closed by then: nobody hears of either.
    await run.closeIssue();
    await run.end();
  }
  expect(scene.decision()?.tasks.map(({ state }) => state)).toEqual(Array(tasks).fill('completed'));
  const counts = new Map<string, number>();
  for (const { actor, method, route } of scene.requests) {
    if (actor !== 'waves[bot]' || route.startsWith('git ')) continue;
    const name = route.startsWith('graphql') ? route.replace(/:.*/, '') : `${method} ${route}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function chainOf(tasks: number): object {
  const id = (nth: number) => `T-${nth}`;
  return {
    name: 'DAW',
    tasks: Array.from({ length: tasks }, (_, before) => ({
      ...{ id: id(before + 1), title: `Task ${before + 1}`, wave: 1 },
      dependencies: before === 0 ? [] : [id(before)],
    })),
  };
}

/** As the host makes them after an event: one, and more while a pass says that there is more to be done at once. */
async function passes({ pass }: GitHubScene): Promise<void> {
  for (let left = 10; left > 0; left--) {
    const made = await pass();
    if (made.kind !== 'done' || (made.wakeIn !== 0 && made.progress !== 'moved')) return;
  }
}

it('asks four requests of GitHub for each task: one look, one batch of writes, one dispatch and one commit', async () => {
  const few = await requestsFor(3);
  const many = await requestsFor(6);

  const more = [...many].map(([route, count]) => [route, (count - (few.get(route) ?? 0)) / 3] as const);
  expect(Object.fromEntries(more.filter(([, count]) => count !== 0))).toEqual({
    'graphql Observe': 1,
    'graphql Apply': 1,
    'graphql CommitProgress': 1,
    'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches': 1,
  });
});
