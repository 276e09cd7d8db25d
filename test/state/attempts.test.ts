import { expect, it } from 'vitest';
import { attemptLeft } from '../../src/state/attempts.ts';
import type { PastDispatch } from '../../src/state/record.ts';
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
  expect(left([slice(), slice({ outcome: 'infrastructure' })]).minutes).toBe(180);
});

it('leaves a run that was dispatched all the same a minute, not none', () => {
  expect(left([slice({ seconds: 5 * HOUR })]).minutes).toBe(1);
});

it('counts slices in a row that changed nothing', () => {
  expect(left([slice({ stalled: true })]).stalledSlices).toBe(1);
  expect(left([slice({ stalled: true }), slice()]).stalledSlices).toBe(2);
  expect(left([slice({ stalled: true })], { settings: 'stalled_slices: 3\n' }).stalledSlices).toBe(2);
});
