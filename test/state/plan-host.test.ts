import { describe, expect, it } from 'vitest';
import { hostChangeAt, isBeforeHost, offeredUntil, settlingUntil } from '../../src/state/plan-host.ts';
import { type GroupRecord, newGroupRecord } from '../../src/state/record.ts';
import { millis } from '../../src/state/snapshot.ts';

const at = (minute: number) => `2026-03-02T10:0${minute}:00Z`;
const MINUTE = 60_000;
const timings = { hostOffer: 5 * MINUTE, hostSettles: 2 * MINUTE };
const on = (minute: number) => ({ now: millis(at(minute)), timings });
const record = (host?: object): GroupRecord => ({ ...newGroupRecord('daw'), ...(host && { host }) }) as GroupRecord;
const hosted = record({ id: 'h', since: at(1) });
const offered = record({ id: 'h', since: at(1), offered: at(3) });

describe('the host of a plan', () => {
  it('was not there yet when something was said up to the moment that it got the plan', () => {
    expect([0, 1, 2].map((minute) => isBeforeHost(hosted, at(minute)))).toEqual([true, true, false]);
    expect(isBeforeHost(record(), at(0))).toBe(false);
  });

  it('starts nothing for a while after it got the plan', () => {
    expect(settlingUntil(hosted, on(2))).toBe(millis(at(3)));
    expect(settlingUntil(hosted, on(3))).toBeUndefined();
    expect(settlingUntil(record(), on(2))).toBeUndefined();
  });

  it('stands back for a while where it was told to', () => {
    expect(offeredUntil(offered, on(7))).toBe(millis(at(8)));
    expect(offeredUntil(offered, on(8))).toBeUndefined();
    expect(offeredUntil(hosted, on(3))).toBeUndefined();
    expect(offeredUntil(record(), on(3))).toBeUndefined();
  });

  it('makes another difference when the first of these waits ends', () => {
    expect(hostChangeAt(offered, on(2))).toBe(millis(at(3)));
    expect(hostChangeAt(offered, on(4))).toBe(millis(at(8)));
    expect(hostChangeAt(offered, on(9))).toBeUndefined();
    expect(hostChangeAt(undefined, on(2))).toBeUndefined();
  });
});
