import { describe, expect, it } from 'vitest';
import { backoffAfter } from '../../src/state/backoff.ts';
import { TIMINGS } from '../../src/state/timings.ts';

const MINUTE = 60_000;
const pauseAfter = (failures: number, task = 'A') =>
  backoffAfter({ task: task as never, failures }, { ...TIMINGS, backoff: MINUTE });

describe('the pause after a failure', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [7, 64],
    [8, 64],
    [30, 64],
  ])('is after %i failures between %i minutes and a quarter more', (failures, minutes) => {
    for (const task of ['A', 'B', 'CORE-002', 'CORE-003']) {
      expect(pauseAfter(failures, task)).toBeGreaterThanOrEqual(minutes * MINUTE);
      expect(pauseAfter(failures, task)).toBeLessThanOrEqual(minutes * MINUTE * 1.25);
    }
  });

  it('is in whole seconds, and the same for the same failure', () => {
    expect(pauseAfter(3) % 1_000).toBe(0);
    expect(pauseAfter(3)).toBe(pauseAfter(3));
  });

  it('is another one for nearly every task, so that those that failed together do not come back together', () => {
    const pauses = Array.from({ length: 40 }, (_, index) => pauseAfter(6, `T-${index}`));

    expect(new Set(pauses).size).toBeGreaterThan(30);
    expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(5 * MINUTE);
  });
});
