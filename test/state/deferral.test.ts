import { describe, expect, it } from 'vitest';
import { closesNow } from '../../src/state/closes-now.ts';
import { onceOtherHasEnded, waitsForOther } from '../../src/state/deferral.ts';
import { acceptanceOf, describeLoss, isLost } from '../../src/state/lost.ts';
import type { TaskRecord } from '../../src/state/record.ts';
import { isOver, isSatisfied } from '../../src/state/satisfied.ts';

const at = (hour: number) => `2026-03-02T1${hour}:00:00Z`;
const DONE: NonNullable<TaskRecord['done']> = { run: 7, commit: 'c0ffee1234', at: at(0), checks: {}, summary: '' };

describe('a task that lets another one go first', () => {
  const to = (deferredTo?: string, looking?: string) => ({ deferredTo, looking }) as never;

  it('says for which it waits, and why', () => {
    expect(waitsForOther(to())).toBeUndefined();
    expect(waitsForOther(to('A-1'))).toBe('waits for A-1, which changes the same files');
    expect(waitsForOther(to('A-1', 'A-1'))).toBe('waits for A-1, whose run looks first whether work could land here');
    expect(waitsForOther(to('A-1', 'B-1'))).toBe('waits for A-1, which changes the same files');
  });

  it('says the same behind what is to come then', () => {
    expect(onceOtherHasEnded(to())).toBe('');
    expect(onceOtherHasEnded(to(undefined, 'A-1'))).toBe('');
    expect(onceOtherHasEnded(to('A-1'))).toBe(' once A-1 has ended, which changes the same files');
    expect(onceOtherHasEnded(to('A-1', 'A-1'))).toMatch(/^; waits for A-1, whose run looks first/);
  });
});

describe('a task that has landed', () => {
  const closes = (record: object, more: object = {}, closesLanded: boolean | undefined = true) =>
    closesNow({ closesLanded, trackedIssue: { record, ...more } });

  it('is closed by this pass, except where its pull request does that or nothing can be written', () => {
    expect(closes({ done: DONE })).toBe(true);
    expect(closes({})).toBe(false);
    expect(closes({ done: { ...DONE, pull: 9 } })).toBe(false);
    expect(closes({ done: DONE }, { isFull: true })).toBe(false);
    expect(closes({ done: DONE }, { newer: 3 })).toBe(false);
    expect(closes({ done: DONE }, {}, false)).toBe(false);
    expect(closesNow({ closesLanded: true, trackedIssue: undefined })).toBe(false);
  });

  it('is lost once it is gone, until a person takes that as it is', () => {
    const lost = { at: at(2), how: 'gone' } as const;
    const accepted = (hour: number) => ({ by: 'lead', at: at(hour) });

    expect(isLost({ done: DONE })).toBe(false);
    expect(isLost({ done: DONE, lost })).toBe(true);
    expect(isLost({ done: DONE, lost: { ...lost, stated: 'completed' } })).toBe(false);
    expect([1, 2, 3].map((hour) => isLost({ done: DONE, lost, accepted: accepted(hour) }))).toEqual([
      true,
      false,
      false,
    ]);
    expect(acceptanceOf({ accepted: accepted(3) })).toBeUndefined();
    expect(acceptanceOf({ lost, accepted: accepted(3) })).toEqual(accepted(3));
  });

  it('is told of by the commit that landed it, and the one that took it away', () => {
    const lost = { at: at(2), how: 'reverted', by: 'deadbeef99' } as const;

    expect(describeLoss({ done: DONE, lost })).toBe('landed as c0ffee1, and was reverted by deadbee');
    expect(describeLoss({ done: DONE, lost: { at: at(2), how: 'gone' } })).toBe(
      'landed as c0ffee1, and is no longer on the base',
    );
    expect(describeLoss({})).toBe('landed, and is no longer on the base');
    expect(describeLoss({ done: { ...DONE, commit: undefined } as never })).toMatch(/^landed, and/);
  });
});

describe('what depends on a task', () => {
  it.each([
    ['completed', false, true],
    ['skipped', true, true],
    ['skipped', false, false],
    ['ready', true, false],
    ['lost', false, false],
    [undefined, false, false],
  ] as const)('takes one that is %s (skipped by a person: %s) for over: %s', (state, skipped, over) => {
    expect(isOver({ state, record: { ...(skipped && { skipped: true }) } })).toBe(over);
  });

  it('may start once the issue of a completed one is closed', () => {
    const given = { state: 'completed', record: {} } as const;

    expect(isSatisfied({ ...given, issue: { open: true } })).toBe(false);
    expect(isSatisfied({ ...given, issue: { open: false } })).toBe(true);
    expect(isSatisfied({ ...given, issue: undefined })).toBe(true);
    expect(isSatisfied({ state: 'skipped', record: { skipped: true }, issue: { open: true } })).toBe(true);
  });
});
