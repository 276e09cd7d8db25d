import { afterEach, describe, expect, it } from 'vitest';
import { readGroupRecord } from '../../../src/state/record.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** More tasks at once than one request writes bodies. */
const IDS = Array.from({ length: 30 }, (_, index) => `T${String(index + 1).padStart(2, '0')}`);
const PLAN = { name: 'DAW', tasks: IDS.map((id) => ({ id, title: `Task ${id}` })) };

let scene: GitHubScene;
afterEach(() => scene.close());

async function started(): Promise<void> {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nmax_parallel: 30\n' });
  await scene.start();
  expect(scene.running()).toHaveLength(30);
}

/** A pass whose process ends between its first and its second request that writes bodies; another one goes on. */
async function passThatDies(): Promise<void> {
  const reached = Promise.withResolvers<void>();
  let writes = 0;
  scene.faults.push({
    on: 'request',
    when: ({ method, body }) => {
      if (/^\s*mutation Apply/.test(String(body.query)) && ++writes === 2) reached.resolve();
      return writes >= 2 && method !== 'GET';
    },
    count: Number.POSITIVE_INFINITY,
    delay: new Promise(() => undefined),
  });
  void scene.pass();
  await reached.promise;
  scene.faults.clear();
  scene.restart();
}

const states = () => IDS.map((id) => scene.state(id));
const count = (state: string) => states().filter((each) => each === state).length;
const bodies = (text: string) => IDS.filter((id) => (scene.issue(id).body ?? '').includes(text)).length;

describe('an order to a plan', () => {
  it('reaches every task though the process ends between its body and theirs, and none twice', async () => {
    await started();
    await scene.comment('plan', '/cancel');

    await passThatDies();
    const written = bodies('"hold"');
    expect(readGroupRecord(scene.issue('plan').body ?? '')?.orders).toMatchObject([{ name: 'cancel' }]);
    await scene.settle();

    expect([written > 0, written < 30, count('held')]).toEqual([true, true, 30]);
    expect(scene.comments('plan').filter(({ author }) => author === 'waves[bot]')).toEqual([]);
  });

  it('that was taken back since does not come again, whatever process goes on', async () => {
    await started();
    await scene.comment('plan', '/cancel');
    await passThatDies();

    await scene.comment('plan', '/start');
    await scene.settle();
    scene.restart();
    scene.later(60_000);
    await scene.settle();

    expect(count('running')).toBe(30);
    expect(IDS.map((id) => scene.dispatches(id))).toEqual(IDS.map(() => 2));
  });

  it('to try again raises each ceiling once, before and after the process ends', async () => {
    scene = await githubScene({
      plan: { name: 'DAW', tasks: PLAN.tasks },
      config: 'landing: push\nmax_parallel: 30\nattempts: 1\n',
    });
    await scene.start();
    for (const id of IDS) {
      await scene.run(id).claim();
      await scene.run(id).report('verification', { failure: { what: 'test failed', output: '' } });
      await scene.run(id).end('failure');
    }
    scene.later(120_000);
    await scene.settle();
    expect(count('needs-human')).toBe(30);

    await scene.comment('wave 1', '/retry mind the tests');
    await passThatDies();
    await scene.settle();

    expect([count('running'), bodies('"ceiling": 2,'), bodies('mind the tests')]).toEqual([30, 30, 30]);
  });

  it('does not act again where a person breaks the record of the plan', async () => {
    await started();
    await scene.comment('plan', '/cancel');
    await scene.comment('wave 1', '/why');
    await scene.settle();
    await scene.comment('T01', '/start');
    await scene.settle();
    expect([scene.state('T01'), count('held')]).toEqual(['running', 29]);

    await scene.edit('plan', { body: 'I wonder what this was.' });
    await scene.edit('wave 1', { body: 'And this.' });
    await scene.settle();

    expect([scene.state('T01'), count('held'), scene.dispatches('T01')]).toEqual(['running', 29, 2]);
    expect(scene.comments('wave 1').filter(({ author }) => author === 'waves[bot]')).toHaveLength(1);
  });
});
