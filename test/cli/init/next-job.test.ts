import { describe, expect, it } from 'vitest';
import { withoutNextJob } from '../../../src/cli/init/next-job.ts';

describe('the job that makes the next pass', () => {
  const WITH_NEXT =
    'name: A\n#   next    passes\njobs:\n  task:\n    steps: []\n\n  # Without a server.\n  # Twice.\n  next:\n    needs: task\n    steps:\n      - run: x\n';

  it('goes with its comments, last or in the middle', () => {
    const without = 'name: A\njobs:\n  task:\n    steps: []\n';

    expect(withoutNextJob(WITH_NEXT)).toBe(without);
    expect(withoutNextJob(`${WITH_NEXT}\n  # Of the last.\n  last:\n    steps: []\n`)).toBe(
      `${without}\n  # Of the last.\n  last:\n    steps: []\n`,
    );
  });

  it('is not missed where there is none', () => {
    expect(withoutNextJob('jobs:\n  task:\n    steps: []\n')).toBe('jobs:\n  task:\n    steps: []\n');
  });
});
