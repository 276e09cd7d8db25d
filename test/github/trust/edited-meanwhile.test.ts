import { afterEach, describe, expect, it } from 'vitest';
import { readTaskRecord } from '../../../src/state/record.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import { PLAN_PATH, planText } from '../../support/scene/files.ts';

/** A person edits an issue while a pass, which has read it, is on its way to write it. */

const PLAN = {
  id: 'daw',
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second' },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

async function begun(): Promise<void> {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
  await scene.run('A').claim();
}

/** What happens, and how long it takes, once a pass has read everything and before it writes a body. */
async function passDuring(happens: () => Promise<unknown>, seconds: number): Promise<void> {
  const reached = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  scene.faults.push({
    on: 'request',
    // A run is ended before that is written down.
    route: /\/cancel$/,
    when: () => {
      reached.resolve();
      return true;
    },
    delay: over.promise,
  });
  await scene.comment('A', '/cancel');
  const pass = scene.pass();
  await reached.promise;
  await happens();
  scene.later(seconds * 1_000);
  over.resolve();
  await pass;
}

const body = () => scene.issue('A').body ?? '';
const rereads = () => scene.requests.filter((each) => JSON.stringify(each).includes('ObserveNamed')).length;

describe('what a person writes into a body that was read long ago', () => {
  it('above our part stays, and our part is written', async () => {
    await begun();

    await passDuring(() => scene.edit('A', { body: `See the old API first.\n\n${body()}` }), 11);

    expect(body()).toMatch(/^See the old API first\.\n\n<!-- agent-waves:begin -->/);
    expect(readTaskRecord(body())?.hold?.by).toBe('lead');
  });

  it('in the place of our part stays, and the next pass adds our part again', async () => {
    await begun();

    await passDuring(() => scene.edit('A', { body: 'I tidied up here.' }), 11);
    expect(body()).toBe('I tidied up here.');
    await scene.settle();

    expect(body()).toMatch(/^I tidied up here\.\n\n<!-- agent-waves:begin -->/);
    expect([scene.state('A'), scene.dispatches('A')]).toEqual(['held', 1]);
  });

  it('as its title stays, though the plan gives it another one at the same time', async () => {
    await begun();
    await scene.push({
      [PLAN_PATH]: planText({ ...PLAN, tasks: [{ id: 'A', title: 'First of all' }, PLAN.tasks[1]] }),
    });

    await passDuring(() => scene.edit('A', { title: 'Do this one well' }), 11);
    await scene.settle();

    expect([scene.issue('A').title, readTaskRecord(body())?.title]).toEqual(['Do this one well', 'First of all']);
  });
});

describe('a body that was read a moment ago', () => {
  it('is not read again', async () => {
    await begun();

    await passDuring(async () => undefined, 5);

    expect([readTaskRecord(body())?.hold?.by, rereads()]).toEqual(['lead', 0]);
  });

  it('is read again in one request with all that are written together, once the pass has taken long', async () => {
    await begun();

    await passDuring(async () => undefined, 11);

    expect([readTaskRecord(body())?.hold?.by, rereads()]).toEqual(['lead', 1]);
  });

  it('is not written where it cannot be read again, and the next pass does it', async () => {
    await begun();
    scene.faults.push({
      on: 'request',
      when: ({ body: { query } }) => /query ObserveNamed/.test(String(query)),
      answer: { status: 502 },
      moment: 'before',
      count: 5,
    });

    await passDuring(async () => undefined, 11);
    expect(readTaskRecord(body())?.hold).toBeUndefined();
    scene.faults.clear();
    await scene.settle();

    expect(readTaskRecord(body())?.hold?.by).toBe('lead');
  });
});
