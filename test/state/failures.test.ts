import { describe, expect, it } from 'vitest';
import {
  baseBusyInARow,
  repeatedFreeEnd,
  retryAt,
  runsWithoutResultInARow,
  saysOfTheWork,
} from '../../src/state/failures.ts';
import { newTaskRecord, type PastDispatch, type TaskRecord } from '../../src/state/record.ts';
import { millis } from '../../src/state/snapshot.ts';
import { TIMINGS } from '../../src/state/timings.ts';

const MINUTE = 60_000;
const at = (minute: number) => `2026-03-02T10:${String(minute).padStart(2, '0')}:00Z`;

/** How a dispatch ended; `outcome/kind of its cause`. */
function end(how: string, minute = 0, change: Partial<PastDispatch> = {}): PastDispatch {
  const [outcome, kind] = how.split('/');
  const cause = kind && { cause: { kind } };
  return {
    dispatch: 1,
    attempt: 1,
    slice: 1,
    agent: 'A1',
    sent: at(minute),
    ended: at(minute),
    outcome,
    ...cause,
    ...change,
  } as never;
}

function record(ends: readonly (string | PastDispatch)[], change: Partial<TaskRecord> = {}): TaskRecord {
  const history = ends.map((each, minute) => (typeof each === 'string' ? end(each, minute) : each));
  return { ...newTaskRecord('daw', 'A' as never), attempt: 1, slice: 1, history, ...change };
}

describe('the end of a dispatch', () => {
  it.each([
    ['agent', true],
    ['verification', true],
    ['completed', true],
    ['continued/base-busy', true],
    ['infrastructure', false],
    ['infrastructure/outage', false],
    ['dependency', false],
    ['superseded', false],
    ['quota', false],
  ])('by %s says something of its work: %s', (how, says) => {
    expect(saysOfTheWork(end(how))).toBe(says);
  });

  it('is counted while the work had no turn to land, whatever machines did in between', () => {
    const busy = 'continued/base-busy';

    expect(baseBusyInARow(record([]))).toBe(0);
    expect(baseBusyInARow(record([busy, busy]))).toBe(2);
    expect(baseBusyInARow(record([busy, 'agent', busy, 'infrastructure', 'quota']))).toBe(1);
    expect(baseBusyInARow(record([busy, busy, 'agent']))).toBe(0);
    expect(baseBusyInARow(record([busy, busy, busy], { retried: at(1) }))).toBe(1);
  });

  it('is counted while runs said nothing of the task; a limit or a rule is no such run, and ends no row', () => {
    expect(runsWithoutResultInARow(record([]))).toBe(0);
    expect(runsWithoutResultInARow(record(['agent', 'infrastructure', 'dependency', 'superseded']))).toBe(3);
    expect(
      runsWithoutResultInARow(record(['infrastructure', 'quota', 'infrastructure/outage', 'infrastructure'])),
    ).toBe(2);
    expect(runsWithoutResultInARow(record(['infrastructure/rule-refused', 'infrastructure/probe']))).toBe(0);
    expect(runsWithoutResultInARow(record(['infrastructure', 'verification']))).toBe(0);
    expect(runsWithoutResultInARow(record(['infrastructure', 'infrastructure'], { retried: at(0) }))).toBe(1);
  });
});

describe('what costs nothing', () => {
  const times = (count: number, how: string, change: Partial<PastDispatch> = {}) =>
    Array.from({ length: count }, (_, minute) => end(how, minute, change));

  it.each([
    ['quota', 'quota', 20],
    ['infrastructure/outage', 'outage', 20],
    ['infrastructure/rule-refused', 'refusal', 10],
    ['infrastructure/probe', 'refusal', 10],
  ])('is believed for so long and not for ever: %s', (how, what, most) => {
    expect(repeatedFreeEnd(record(times(most - 1, how)))).toBeUndefined();
    expect(repeatedFreeEnd(record(times(most, how)))).toEqual({ what, times: most });
    expect(repeatedFreeEnd(record(times(most, how, { attempt: 2 })))).toBeUndefined();
    expect(repeatedFreeEnd(record(times(most, how), { retried: at(0) }))).toBeUndefined();
  });

  it('is not added up over its kinds', () => {
    expect(repeatedFreeEnd(record([...times(19, 'quota'), ...times(9, 'infrastructure/probe')]))).toBeUndefined();
    expect(repeatedFreeEnd(record(times(40, 'infrastructure')))).toBeUndefined();
    expect(repeatedFreeEnd(record(times(40, 'agent/outage')))).toBeUndefined();
  });
});

describe('another try', () => {
  const timings = { ...TIMINGS, backoff: MINUTE };
  /** Minutes after 10:00, the task's own share left out. */
  const waits = (given: TaskRecord) => {
    const due = retryAt(given, timings);
    return due === 0 ? 0 : (due - millis(at(0))) / MINUTE;
  };
  const within = (given: TaskRecord, ended: number, pause: number) => {
    expect(waits(given)).toBeGreaterThanOrEqual(ended + pause);
    expect(waits(given)).toBeLessThanOrEqual(ended + pause * 1.25);
  };

  it('waits twice as long after each failure in a row', () => {
    within(record(['agent']), 0, 1);
    within(record(['agent', 'verification']), 1, 2);
    within(record(['agent', 'verification', 'infrastructure']), 2, 4);
  });

  it('waits for nothing where nothing failed, work goes on, or a person has asked since', () => {
    expect(waits(record([]))).toBe(0);
    expect(waits(record(['agent', 'continued']))).toBe(0);
    expect(waits(record(['cancelled']))).toBe(0);
    expect(waits(record(['completed']))).toBe(0);
    expect(waits(record(['infrastructure/rule-refused']))).toBe(0);
    expect(waits(record(['infrastructure/setup']))).toBe(0);
    expect(waits(record(['agent'], { retried: at(0) }))).toBe(0);
  });

  it('is not put off for its work by what a provider cost, nor the other way round', () => {
    within(record(['quota', 'quota', 'quota', 'agent']), 3, 1);
    within(record(['agent', 'agent', 'infrastructure/outage']), 2, 1);
    within(record(['quota', 'agent', 'quota']), 2, 2);
  });

  it('comes when the limit ends, and not at once where that is over already', () => {
    expect(waits(record([end('quota', 0, { until: at(40) })]))).toBe(40);
    expect(waits(record([end('quota', 5, { until: at(2) })]))).toBe(6);
  });
});
