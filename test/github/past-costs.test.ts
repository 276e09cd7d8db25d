import { beforeAll, describe, expect, it } from 'vitest';
import { type PastCosts, pastCosts } from '../support/past/past-costs.ts';
import { sceneWithPast } from '../support/past/past-plans.ts';

/** A repository with fifty plans in its past costs no more than one with one. */

const TASKS = 10;

async function costsWith(past: number): Promise<PastCosts> {
  const scene = await sceneWithPast({ past, tasks: TASKS });
  try {
    return await pastCosts(scene);
  } finally {
    await scene.close();
  }
}

describe('fifty plans in the past', () => {
  let one: PastCosts;
  let fifty: PastCosts;
  beforeAll(async () => {
    [one, fifty] = [await costsWith(1), await costsWith(50)];
  });

  it.each(['start', 'first', 'whole', 'idle', 'withoutProcess'] as const)('cost as one does: %s', (what) => {
    expect(fifty[what].requests).toBeLessThanOrEqual(one[what].requests);
    expect(fifty[what].points).toBeLessThanOrEqual(one[what].points);
  });

  it.each(['whole', 'idle', 'withoutProcess'] as const)('bring no issue of theirs into an answer: %s', (what) => {
    expect(fifty[what].issues).toBe(one[what].issues);
  });

  it('are not in view, and not in the text that passes leave to each other', () => {
    expect(one.reading.snapshot?.issues).toHaveLength(1 + 4 + TASKS);
    expect(fifty.reading.snapshot?.issues).toHaveLength(1 + 4 + TASKS);
    // The number of the plan issue has more digits, and so has how many plans there were.
    expect(fifty.text).toBeLessThanOrEqual(one.text + 50);
  });
});
