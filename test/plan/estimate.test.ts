import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMinutes, parseEstimate } from '../../src/plan/estimate.ts';

describe('parseEstimate', () => {
  it.each([
    ['30min', 30],
    ['45m', 45],
    ['45 minutes', 45],
    ['1h', 60],
    ['2hr', 120],
    ['2 hrs', 120],
    ['1.5h', 90],
    ['0.25 hours', 15],
    ['1h30m', 90],
    ['1h 20min', 80],
    ['  3H ', 180],
    ['1000h', 60_000],
    [90, 90],
    [0.5, 0.5],
  ])('reads %j as %d minutes', (estimate, minutes) => {
    expect(parseEstimate(estimate)).toBe(minutes);
  });

  it.each([
    '',
    'h',
    '90',
    '1,5h',
    '1d',
    '-1h',
    '+1h',
    '1e3m',
    '0h',
    '1m30m',
    '1001h',
    'Infinityh',
    '1h30',
    0,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    60_001,
  ])('refuses %j', (estimate) => {
    expect(parseEstimate(estimate)).toBeUndefined();
  });

  it('refuses text of any length', () => {
    expect(parseEstimate(`${' '.repeat(100_000)}${'1'.repeat(100_000)}`)).toBeUndefined();
  });
});

describe('formatMinutes', () => {
  it.each([
    [30, '30min'],
    [59.6, '1h'],
    [60, '1h'],
    [90, '1.5h'],
    [120, '2h'],
    [80, '1h 20min'],
    [1410, '23.5h'],
    [0, '0min'],
  ])('writes %d as %s', (minutes, text) => {
    expect(formatMinutes(minutes)).toBe(text);
  });

  it('writes whole minutes so that they are read back the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60_000 }), (minutes) => {
        expect(parseEstimate(formatMinutes(minutes))).toBeCloseTo(minutes, 6);
      }),
    );
  });
});
