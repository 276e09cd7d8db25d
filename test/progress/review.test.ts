import { expect, it } from 'vitest';
import { at, DONE, LIVE, past, scene } from '../decide/scene.ts';
import { configOf, planOf, taskOf } from '../support/course.ts';
import { progressPage } from '../support/projection.ts';

it('shows work in review, slices, limits of providers and merges of what nobody verified', async () => {
  const review = { ...DONE, pull: 31, head: 'd'.repeat(40) };
  const merged = { ...DONE, pull: 30, checks: {}, unverified: true };
  const sliced = [past({ outcome: 'continued' })];
  const plan = planOf([
    taskOf({ id: 'A' }),
    taskOf({ id: 'B', dependencies: ['A'] }),
    taskOf({ id: 'C' }),
    taskOf({ id: 'D' }),
    taskOf({ id: 'E' }),
  ]);
  const { look, config } = scene({
    plan,
    config: configOf('max_parallel: 2\n'),
    planRecord: { quota: [{ agent: 'claude', until: at(6_000) }] },
    records: {
      A: { attempt: 1, slice: 1, dispatch: 1, review, history: [past({ outcome: 'in-review' })] },
      C: { attempt: 1, slice: 2, dispatch: 2, live: LIVE, history: sliced },
      D: { attempt: 1, slice: 1, dispatch: 1, done: merged, history: [past({ outcome: 'in-review' })] },
    },
  });

  const page = progressPage({
    plan,
    decision: look(),
    slots: config.max_parallel,
    attempts: config.attempts,
    repositoryUrl: 'https://github.com/acme/daw',
  });

  await expect(page).toMatchFileSnapshot('golden/review.md');
});
