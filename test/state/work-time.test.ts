import { describe, expect, it } from 'vitest';
import type { TaskView } from '../../src/state/task-view.ts';
import { medianOf, minutesTaken } from '../../src/state/work-time.ts';

const at = (minute: number) => `2026-03-02T10:${String(minute).padStart(2, '0')}:00Z`;
const past = (attempt: number, sent: number, ended: number) => ({ attempt, sent: at(sent), ended: at(ended) });
const taken = (change: Partial<TaskView>, attempt = 2, history: object[] = []) =>
  minutesTaken({
    ...{ state: 'completed', startedAt: at(10), completedAt: at(50) },
    ...change,
    record: { attempt, history },
  } as unknown as TaskView);

describe('the minutes that a task took', () => {
  it('are those of the slices of the attempt that completed it', () => {
    expect(taken({}, 2, [past(1, 0, 9), past(2, 10, 15), past(2, 40, 47)])).toBe(12);
  });

  it('are from its start to its end where no slice is known, and never below none', () => {
    expect(taken({}, 2, [past(1, 0, 9)])).toBe(40);
    expect(taken({ startedAt: at(50), completedAt: at(10) })).toBe(0);
  });

  it('are not known of one that is not completed, or of which nobody knows when', () => {
    expect(taken({ state: 'lost' })).toBeUndefined();
    expect(taken({ startedAt: undefined })).toBeUndefined();
    expect(taken({ completedAt: undefined })).toBeUndefined();
  });

  it.each([
    [[], undefined],
    [[7], 7],
    [[9, 1], 5],
    [[10, 9, 100], 10],
    [[4, 1, 3, 2], 2.5],
  ])('have of %j the median %s', (values, median) => {
    expect(medianOf(values)).toBe(median);
  });
});
