import { describe, expect, it } from 'vitest';
import type { TaskId, TaskStatus } from '../../src/plan/plan.ts';
import { mayBeStatedAgain, withStatement } from '../../src/state/listed.ts';
import { isLost } from '../../src/state/lost.ts';
import { newTaskRecord, type TaskRecord } from '../../src/state/record.ts';

const APP = 'waves[bot]';
const NEW = newTaskRecord('daw', 'A' as TaskId);
const DONE: NonNullable<TaskRecord['done']> = {
  ...{ run: 7, commit: 'c'.repeat(40), at: '2026-03-02T09:00:00Z', checks: {}, summary: '' },
};
const LOST: TaskRecord = { ...NEW, done: DONE, lost: { at: '2026-03-02T10:00:00Z', how: 'reverted' } };
/** It is to be done again, and the file still says what the app wrote there. */
const REVOKED: TaskRecord = { ...NEW, unlisted: true, revoked: { at: '2026-03-02T10:00:00Z', how: 'reopened' } };

const BEFORE = '2026-03-02T09:30:00Z';
const SINCE = '2026-03-02T10:30:00Z';

/** What the file says, who changed it last where somebody asked, and when. */
type Reading = readonly [status: TaskStatus, by?: string, at?: string];

function read(record: TaskRecord, readings: readonly Reading[], closedAs?: 'completed'): TaskRecord {
  return readings.reduce(
    (before, [status, by, at = SINCE]) =>
      withStatement(before, {
        task: { status },
        issue: { closedAs },
        snapshot: { app: APP, files: by === undefined ? {} : { planChange: { by, at } } },
      }),
    record,
  );
}

describe('lost work of which the plan file', () => {
  it.each<[string, readonly Reading[], boolean]>([
    ['still says what the app wrote before is lost', [['completed'], ['completed']], true],
    ['says otherwise since is lost', [['completed'], ['blocked']], true],
    ['says `completed` by a person is left as completed', [['completed'], ['blocked'], ['completed', 'lead']], false],
    ['was left as completed stays so', [['blocked'], ['completed', 'lead'], ['pending']], false],
    ['was put back to what the app wrote before is lost', [['blocked'], ['completed', APP]], true],
    ['was put back to what a person changed before is lost', [['blocked'], ['completed', 'lead', BEFORE]], true],
    [
      'was put back, and then says `completed` by a person, is left as completed',
      [['blocked'], ['completed', APP], ['completed', 'lead']],
      false,
    ],
  ])('%s', (_, readings, lost) => {
    expect(isLost(read(LOST, readings, 'completed'))).toBe(lost);
  });
});

describe('a task to be done again of which the plan file', () => {
  it.each<[string, readonly Reading[], boolean]>([
    ['still says what the app wrote before is not listed', [['completed'], ['completed']], false],
    ['says `completed` by a person is listed', [['pending'], ['completed', 'lead']], true],
    ['was put back to what the app wrote before is not listed', [['pending'], ['completed', APP]], false],
    ['was put back to what a person changed before is not listed', [['pending'], ['completed', 'lead', BEFORE]], false],
    [
      'was put back, and then says `completed` by a person, is listed',
      [['pending'], ['completed', APP], ['completed', 'lead']],
      true,
    ],
  ])('%s', (_, readings, listed) => {
    expect(read(REVOKED, readings).listed === true).toBe(listed);
  });

  it('was withdrawn by the person who had listed it is listed again where the file is put back', () => {
    expect(read(NEW, [['completed'], ['pending'], ['completed', APP]]).listed).toBe(true);
  });

  it('was closed by hand since says what the app wrote because of that', () => {
    const closed = read(read(REVOKED, [['pending']]), [['pending'], ['completed', APP]], 'completed');

    expect([closed.unlisted, closed.listed]).toEqual([true, undefined]);
  });

  it('says the same again has nothing new to say', () => {
    const once = read(REVOKED, [['pending']]);

    expect(read(once, [['pending']])).toBe(once);
    expect(read(once, [['completed', APP]])).toBe(once);
  });
});

it.each<[string, TaskRecord, boolean]>([
  ['a task that was never completed', NEW, false],
  ['one to be done again whose file still says what the app wrote', REVOKED, false],
  ['one to be done again whose file has said otherwise', { ...REVOKED, unlisted: false }, true],
  ['the same once it is done again', { ...REVOKED, unlisted: false, done: DONE }, false],
  ['lost work whose file still says what the app wrote', LOST, false],
  ['lost work whose file has said otherwise', read(LOST, [['blocked']]), true],
  ['the same once a person has left it as completed', read(LOST, [['blocked'], ['completed', 'lead']]), false],
])('who changed the file is asked or not: %s', (_, record, isAsked) => {
  expect(mayBeStatedAgain(record)).toBe(isAsked);
});
