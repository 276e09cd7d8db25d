import { describe, expect, it } from 'vitest';
import type { TaskId, TaskStatus } from '../../src/plan/plan.ts';
import { withStatement } from '../../src/state/listed.ts';
import { isLost } from '../../src/state/lost.ts';
import { newTaskRecord, type TaskRecord } from '../../src/state/record.ts';

const LOST: TaskRecord = {
  ...newTaskRecord('daw', 'A' as TaskId),
  done: { run: 7, commit: 'c'.repeat(40), at: '2026-03-02T09:00:00Z', checks: {}, summary: '' },
  lost: { at: '2026-03-02T10:00:00Z', how: 'reverted' },
};

const reading = (...statuses: readonly TaskStatus[]): TaskRecord =>
  statuses.reduce(
    (record, status) => withStatement(record, { task: { status }, issue: { closedAs: 'completed' } }),
    LOST,
  );

describe('lost work of which the plan file', () => {
  it.each<[string, readonly TaskStatus[], boolean]>([
    ['still says what the app wrote before is lost', ['completed', 'completed'], true],
    ['says otherwise since is lost', ['completed', 'blocked'], true],
    ['says `completed` over another status is left as completed', ['completed', 'blocked', 'completed'], false],
    ['was left as completed stays so', ['blocked', 'completed', 'pending'], false],
  ])('%s', (_, statuses, lost) => {
    expect(isLost(reading(...statuses))).toBe(lost);
  });
});
