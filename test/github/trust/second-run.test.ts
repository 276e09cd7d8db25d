import { afterEach, describe, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import type { ScriptedRun } from '../../support/scene/scripted-run.ts';

/** GitHub starts two runs for one dispatch: one fails, and the other one lands. What landed is done. */

const PLAN = {
  id: 'daw',
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};

const BROKEN = { failure: { what: 'test failed', output: '' } };

let scene: GitHubScene;
afterEach(() => scene.close());

/** The first has failed, and the second holds the claim that the first has given up. */
async function oneFailed(): Promise<ScriptedRun> {
  scene = await githubScene({ plan: PLAN });
  scene.faults.push({ on: 'dispatch', runs: 2 });
  await scene.start();
  const [first, second] = scene.liveRuns();
  if (!first || !second) throw new Error('there are no two runs');
  await first.claim();
  await first.report('verification', BROKEN);
  await first.end('failure');
  expect((await second.claim()).kind).toBe('done');
  return second;
}

async function finish(run: ScriptedRun): Promise<void> {
  await run.report('completed');
  await run.closeIssue();
  await run.end('success');
}

/** What happens while a pass has decided and not yet written: the claim of the second run goes first. */
async function whileAPassWrites(happens: () => Promise<unknown>): Promise<void> {
  const reached = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  scene.faults.push({
    on: 'request',
    when: ({ route, body }) => {
      const writes = /git\/ref/.test(route) || /^\s*mutation Apply/.test(String(body.query));
      if (writes) reached.resolve();
      return writes;
    },
    delay: over.promise,
  });
  const pass = scene.pass();
  await reached.promise;
  await happens();
  over.resolve();
  await pass;
}

const history = () => scene.view('A').record.history.map(({ dispatch, outcome }) => [dispatch, outcome]);

describe('a second run of one dispatch', () => {
  it('completes the task where it has landed and said so before a pass saw that the first had failed', async () => {
    const second = await oneFailed();

    await second.land();
    await finish(second);
    await scene.settle();

    expect([scene.state('A'), history(), scene.running()]).toEqual(['completed', [[1, 'completed']], ['B']]);
    expect(scene.view('A').record.done).toMatchObject({ run: second.id, commit: second.commit });
  });

  it('is waited for where it has landed and not said so yet', async () => {
    const second = await oneFailed();
    await second.land();

    await scene.settle();
    expect([scene.state('A'), scene.dispatches('A')]).toEqual(['running', 2]);
    await finish(second);
    await scene.settle();

    expect([scene.state('A'), history(), scene.dispatches('A')]).toEqual(['completed', [[1, 'completed']], 2]);
  });

  it('completes the task where it landed while a pass wrote down the failure of the first', async () => {
    const second = await (await oneFailed()).outlast();

    await whileAPassWrites(() => second.land());
    expect(scene.state('A')).toBe('retrying');
    await finish(second);
    await scene.settle();

    expect([scene.state('A'), history(), scene.running()]).toEqual(['completed', [[1, 'completed']], ['B']]);
    expect(scene.comments('A').filter(({ author }) => author === 'waves[bot]')).toEqual([]);
  });

  it('completes the task by what the next dispatch finds on the base where nothing came of it but that', async () => {
    const second = await (await oneFailed()).outlast();
    await whileAPassWrites(() => second.land());
    await second.end('failure');

    scene.later(3_600_000);
    await scene.settle();
    const next = scene.run('A');
    await next.claim();
    await next.report('completed', { commit: second.commit ?? '' });
    await next.closeIssue();
    await next.end('success');
    await scene.settle();

    expect([scene.state('A'), history()]).toEqual([
      'completed',
      [
        [1, 'verification'],
        [2, 'completed'],
      ],
    ]);
    expect(scene.view('A').record.done).toMatchObject({ dispatch: 1, commit: second.commit });
    expect(scene.running()).toEqual(['B']);
  });
});

it('goes on where what a run itself landed failed there, whatever the next one says of it', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
  const run = scene.run('A');
  await run.claim();
  await run.land();
  await run.report('verification', BROKEN);
  await run.end('failure');
  scene.later(3_600_000);
  await scene.settle();
  scene.later(3_600_000);
  await scene.settle();

  const next = scene.run('A');
  await next.claim();
  await next.report('completed', { commit: run.commit ?? '' });
  await next.end('success');
  await scene.settle();
  scene.later(3_600_000);
  await scene.settle();

  expect(scene.state('A')).not.toBe('completed');
});
