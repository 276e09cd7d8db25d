import { describe, expect, it } from 'vitest';
import type { TaskId, TaskStatus } from '../../src/plan/plan.ts';
import { withStatement } from '../../src/state/listed.ts';
import { isLost } from '../../src/state/lost.ts';
import { newTaskRecord, type TaskRecord } from '../../src/state/record.ts';

const NEW = newTaskRecord('daw', 'A' as TaskId);
const LOST: TaskRecord = {
  ...NEW,
  done: { run: 7, commit: 'c'.repeat(40), at: '2026-03-02T09:00:00Z', checks: {}, summary: '' },
  lost: { at: '2026-03-02T10:00:00Z', how: 'reverted' },
};
/** It is to be done again, and the file still says what the app wrote there. */
const REVOKED: TaskRecord = { ...NEW, unlisted: true };

/** What the file says at one commit after the other, and commits that the last one does not stand on. */
type Reading = readonly [status: TaskStatus, commit: string, ...dropped: readonly string[]];

function read(record: TaskRecord, readings: readonly Reading[], closedAs?: 'completed'): TaskRecord {
  return readings.reduce(
    (before, [status, commit, ...dropped]) =>
      withStatement(before, { task: { status }, issue: { closedAs }, files: { commit, dropped: new Set(dropped) } }),
    record,
  );
}

describe('lost work of which the plan file', () => {
  it.each<[string, readonly Reading[], boolean]>([
    [
      'still says what the app wrote before is lost',
      [
        ['completed', 'c1'],
        ['completed', 'c2'],
      ],
      true,
    ],
    [
      'says otherwise since is lost',
      [
        ['completed', 'c1'],
        ['blocked', 'c2'],
      ],
      true,
    ],
    [
      'says `completed` over another status is left as completed',
      [
        ['completed', 'c1'],
        ['blocked', 'c2'],
        ['completed', 'c3'],
      ],
      false,
    ],
    [
      'was left as completed stays so',
      [
        ['blocked', 'c2'],
        ['completed', 'c3'],
        ['pending', 'c4'],
      ],
      false,
    ],
    [
      'was put back to what the app wrote before is lost',
      [
        ['blocked', 'c2'],
        ['completed', 'c1', 'c2'],
      ],
      true,
    ],
    [
      'was put back, and says otherwise and then `completed` again, is left as completed',
      [
        ['blocked', 'c2'],
        ['completed', 'c1', 'c2'],
        ['blocked', 'c3'],
        ['completed', 'c4', 'c2'],
      ],
      false,
    ],
  ])('%s', (_, readings, lost) => {
    expect(isLost(read(LOST, readings, 'completed'))).toBe(lost);
  });
});

describe('a task to be done again of which the plan file', () => {
  it.each<[string, readonly Reading[], boolean]>([
    [
      'still says what the app wrote before is not listed',
      [
        ['completed', 'c1'],
        ['completed', 'c2'],
      ],
      false,
    ],
    [
      'says `completed` over another status is listed',
      [
        ['pending', 'c2'],
        ['completed', 'c3'],
      ],
      true,
    ],
    [
      'was put back to what the app wrote before is not listed',
      [
        ['pending', 'c2'],
        ['completed', 'c1', 'c2'],
      ],
      false,
    ],
    [
      'stays so where it was put back is not listed',
      [
        ['pending', 'c2'],
        ['completed', 'c1', 'c2'],
        ['completed', 'c5'],
      ],
      false,
    ],
    [
      'was put back, and says otherwise and then `completed` again, is listed',
      [
        ['pending', 'c2'],
        ['completed', 'c1', 'c2'],
        ['pending', 'c3'],
        ['completed', 'c4', 'c2'],
      ],
      true,
    ],
  ])('%s', (_, readings, listed) => {
    expect(read(REVOKED, readings).listed === true).toBe(listed);
  });

  it('was withdrawn by the person who had listed it is listed again where the file is put back', () => {
    const readings: readonly Reading[] = [
      ['completed', 'c1'],
      ['pending', 'c2'],
      ['completed', 'c1', 'c2'],
    ];

    expect(read(NEW, readings).listed).toBe(true);
  });

  it('was closed by hand since says what the app wrote because of that', () => {
    const reopened = read(read(REVOKED, [['pending', 'c2']]), [['completed', 'c3']], 'completed');

    expect([reopened.unlisted, reopened.listed, reopened.otherwise]).toEqual([true, undefined, undefined]);
  });

  it('says the same again has nothing new to say', () => {
    const once = read(REVOKED, [['pending', 'c2']]);

    expect([once.otherwise, read(once, [['pending', 'c3']])]).toEqual(['c2', once]);
    expect(read(once, [['pending', 'c3']])).toBe(once);
  });
});
