import { afterEach, expect, it } from 'vitest';
import { newMemory } from '../../../src/github/memory.ts';
import { createClient } from '../../../src/github/octokit.ts';
import type { Turn } from '../../../src/github/write/turn.ts';
import { reconcile } from '../../../src/reconcile.ts';
import { ACTIONS_LOGIN, LABEL } from '../../../src/state/names.ts';
import { TIMINGS } from '../../../src/state/timings.ts';
import { jobScene } from './support/job-scene.ts';

const PLAN = { name: 'DAW', tasks: [{ id: 'A', title: 'First' }] };

let scene: Awaited<ReturnType<typeof jobScene>>;
afterEach(() => scene.close());

/** The plan is there, a person has started it, and the next pass would dispatch. */
async function begun(): Promise<void> {
  scene = await jobScene({ plan: PLAN });
  await scene.work();
  const plan = scene.github.issuesReport('acme/daw').find(({ labels }) => JSON.stringify(labels).includes(LABEL.plan));
  await scene.label(plan?.number ?? 0, LABEL.start);
}

async function passWith(turn: Turn) {
  const { token } = await scene.passJob();
  scene.later(1_000);
  return reconcile({
    client: createClient({ token, baseUrl: scene.github.apiUrl }),
    ...{ locator: { owner: 'acme', repo: 'daw' }, app: ACTIONS_LOGIN, memory: newMemory(), timings: TIMINGS, turn },
  });
}

/** Passes make the task's issue first, and dispatch with the second one. */
async function passes(turn: Turn): Promise<readonly string[]> {
  const asked: string[] = [];
  for (let count = 0; count < 3; count++)
    await passWith({
      isSure: turn.isSure,
      announce: (sends) => {
        asked.push(...sends);
        return turn.announce(sends);
      },
    });
  return asked;
}

it('names the runs that it is about to start, and starts them where it may', async () => {
  await begun();

  const asked = await passes({ isSure: async () => true, announce: async () => true });

  expect(asked).toEqual([expect.stringMatching(/^A #\d+ · attempt 1 · slice 1 · d1$/)]);
  expect(scene.running()).toEqual(['A']);
});

it('starts none where another process took over, and the next one sends it under its number after the grace', async () => {
  await begun();

  await passes({ isSure: async () => true, announce: async () => false });

  expect(scene.running()).toEqual([]);
  scene.later(TIMINGS.dispatchGrace + 60_000);
  await scene.work();
  expect(scene.liveRuns().map(({ dispatch }) => dispatch.dispatch)).toEqual([1]);
});

it('writes nothing at all where it is not sure of its turn', async () => {
  await begun();
  const seen = async () => [JSON.stringify(scene.github.issuesReport('acme/daw')), await scene.head()];
  const before = await seen();

  await passes({ isSure: async () => false, announce: async () => false });

  expect(await seen()).toEqual(before);
});
