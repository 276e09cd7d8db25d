import { describe, expect, it } from 'vitest';
import { attemptCost, attemptLeft, nextDispatch, slicesUsed } from '../../src/state/attempts.ts';
import { newTaskRecord, type PastDispatch, type TaskRecord } from '../../src/state/record.ts';
import { configOf, taskOf } from '../support/course.ts';

const HOUR = 3_600;

function slice(changes: Partial<PastDispatch> = {}): PastDispatch {
  return {
    dispatch: 1,
    attempt: 2,
    slice: 1,
    agent: 'A1',
    sent: '2026-03-02T09:00:00Z',
    ended: '2026-03-02T10:00:00Z',
    outcome: 'continued',
    ...changes,
  };
}

function left(history: readonly PastDispatch[], { minutes = 60, settings = '' } = {}) {
  const task = taskOf({ id: 'A', minutes });
  return attemptLeft({ attempt: 2, history: [...history] }, { task, config: configOf(settings) });
}

it('gives an attempt four times the estimate, and two hours where that is less', () => {
  expect(left([]).minutes).toBe(240);
  expect(left([], { minutes: 5 }).minutes).toBe(120);
  expect(left([], { minutes: 5, settings: 'attempt_limit: 1.5x\n' }).minutes).toBe(120);
  expect(left([], { settings: 'attempt_limit: 6h\n' }).minutes).toBe(360);
});

it('takes off what the earlier slices of the attempt worked, and nothing of the attempts before', () => {
  expect(left([slice({ attempt: 1, seconds: 3 * HOUR }), slice({ seconds: HOUR }), slice({ seconds: HOUR })])).toEqual({
    minutes: 120,
    stalledSlices: 2,
  });
});

it('counts the whole time of a slice that went on and did not say how long it worked, and none of a run that broke', () => {
  const broke = slice({ outcome: 'infrastructure', ended: '2026-03-02T09:20:00Z' });

  expect(left([slice(), broke]).minutes).toBe(180);
});

it('leaves a run that was dispatched all the same a minute, not none', () => {
  expect(left([slice({ seconds: 4 * HOUR })]).minutes).toBe(1);
  expect(left([slice({ seconds: 5 * HOUR })]).minutes).toBe(1);
});

it('counts slices in a row that changed nothing', () => {
  expect(left([slice({ stalled: true })]).stalledSlices).toBe(1);
  expect(left([slice({ stalled: true }), slice()]).stalledSlices).toBe(2);
  expect(left([slice({ stalled: true })], { settings: 'stalled_slices: 3\n' }).stalledSlices).toBe(2);
});

describe('the numbers of the next dispatch', () => {
  const next = (outcome: PastDispatch['outcome'] | undefined, change: Partial<TaskRecord> = {}) => {
    const record = { ...newTaskRecord('daw', 'A' as never), attempt: 2, slice: 3 };
    return nextDispatch({ ...record, history: outcome ? [slice({ outcome })] : [], ...change });
  };

  it.each([
    ['continued', { attempt: 2, slice: 4 }],
    ['completed', { attempt: 3, slice: 1 }],
    ['verification', { attempt: 3, slice: 1 }],
    ['agent', { attempt: 3, slice: 1 }],
    ['conflict', { attempt: 3, slice: 1 }],
    ['in-review', { attempt: 3, slice: 1 }],
    ['infrastructure', { attempt: 2, slice: 3 }],
    ['quota', { attempt: 2, slice: 3 }],
    ['cancelled', { attempt: 2, slice: 3 }],
  ] as const)('after one that ended as %s', (outcome, numbers) => {
    expect(next(outcome)).toEqual(numbers);
  });

  it('are the first ones before anything was sent, and fall never', () => {
    expect(next(undefined, { attempt: 0, slice: 0 })).toEqual({ attempt: 1, slice: 1 });
    expect(next(undefined)).toEqual({ attempt: 2, slice: 1 });
    expect(next('infrastructure', { attempt: 1, slice: 0 })).toEqual({ attempt: 1, slice: 1 });
  });

  it('go on with a review while it is open', () => {
    const review = { pull: 9, head: 'h' } as TaskRecord['review'];

    expect(next('in-review', { review })).toEqual({ attempt: 2, slice: 4 });
    expect(next('cancelled', { review })).toEqual({ attempt: 2, slice: 3 });
    expect(next('in-review', { review: { ...review, closed: '2026-03-02T11:00:00Z' } as never })).toEqual({
      attempt: 3,
      slice: 1,
    });
  });
});

it('counts the slices in which its agent was not done, and none that had no turn to land', () => {
  const busy = slice({ cause: { kind: 'base-busy' } });

  expect(
    slicesUsed({
      ...newTaskRecord('daw', 'A' as never),
      attempt: 2,
      history: [slice({ attempt: 1 }), slice(), busy, slice(), slice({ outcome: 'agent' })],
    }),
  ).toBe(2);
});

it('adds up what the slices of the newest attempt cost, as far as they said so', () => {
  const cost = (...history: PastDispatch[]) => attemptCost({ attempt: 2, history });

  expect(cost(slice({ attempt: 1, cost_usd: 8 }), slice({ cost_usd: 1 }), slice(), slice({ cost_usd: 2 }))).toBe(3);
  expect(cost(slice({ attempt: 1, cost_usd: 8 }), slice())).toBeUndefined();
  expect(cost(slice({ cost_usd: 0 }))).toBe(0);
});
