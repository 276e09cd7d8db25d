import { describe, expect, it } from 'vitest';
import { isLeftToLand } from '../../src/state/finished-work.ts';
import { newTaskRecord, type PastDispatch, type TaskRecord } from '../../src/state/record.ts';

/** What its agent was done with in dispatch 2, sent at 10:02, and given back at 10:03. */

const at = (minute: number) => `2026-03-02T10:0${minute}:00Z`;

function end(dispatch: number, changes: Partial<PastDispatch> = {}): PastDispatch {
  return {
    ...{ dispatch, attempt: 1, slice: 1, agent: 'A1', sent: at(dispatch), ended: at(dispatch + 1) },
    ...{ outcome: 'continued', cause: { kind: 'base-busy' } },
    ...changes,
  };
}

const GIVEN_BACK = [end(1, { outcome: 'verification', cause: undefined }), end(2)];

function isLeft(changes: Partial<TaskRecord> = {}, dispatch = 2): boolean {
  return isLeftToLand({ ...newTaskRecord('p', 'A' as never), history: GIVEN_BACK, ...changes }, dispatch);
}

describe('work that a run gave back', () => {
  it.each<readonly [string, Partial<TaskRecord>]>([
    ['has said nothing', {}],
    ['has asked for another try', { retried: at(4) }],
    ['had given guidance before its agent began', { retried: at(1), guidance: 'Paint them.', model: 'opus' }],
  ])('is landed as it is where a person %s', (_, changes) => {
    expect(isLeft(changes)).toBe(true);
  });

  it.each<readonly [string, Partial<TaskRecord>]>([
    ['has told it something', { told: [{ by: 'lead', at: at(4), text: 'Paint them.' }] }],
    ['has given guidance since', { retried: at(4), guidance: 'Paint them.' }],
    ['gave guidance while it was at work, which its brief did not have', { retried: at(2), guidance: 'Paint them.' }],
    ['has asked for another model', { retried: at(4), model: 'opus' }],
  ])('goes to its agent where a person %s', (_, changes) => {
    expect(isLeft(changes)).toBe(false);
  });

  it.each<readonly [string, Partial<PastDispatch>, boolean]>([
    ['was given back again', {}, true],
    ['broke', { outcome: 'infrastructure', cause: { kind: 'no-result', run: 3 } }, true],
    [
      'met the time limit of its job',
      { outcome: 'infrastructure', cause: { kind: 'time-limit', run: 3, minutes: 350 } },
      true,
    ],
    ['was refused by a rule', { outcome: 'infrastructure', cause: { kind: 'rule-refused', refusal: 'no' } }, true],
    ['met a limit of the reviewer', { outcome: 'quota', cause: undefined }, true],
    ['failed verification', { outcome: 'verification', cause: undefined }, false],
    ['met a conflict', { cause: { kind: 'conflict-returned', reason: 'same lines', paths: [] } }, false],
    ['ended its slice', { cause: undefined }, false],
    ['was cancelled by a person', { outcome: 'cancelled', cause: { kind: 'run-cancelled' } }, false],
    ['landed, and is to be done again', { outcome: 'completed', cause: undefined }, false],
  ])('is landed as it is, or not, where the next run %s', (_, changes, expected) => {
    expect(isLeft({ history: [...GIVEN_BACK, end(3, changes)] })).toBe(expected);
  });

  it('is not known to be so where the record has forgotten the run, or the run failed itself', () => {
    expect(isLeft({}, 5)).toBe(false);
    expect(isLeft({}, 1)).toBe(false);
    expect(isLeft({ history: [] })).toBe(false);
  });
});
