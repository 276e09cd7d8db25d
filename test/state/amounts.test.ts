import { describe, expect, it } from 'vitest';
import { dollars, toldAmount } from '../../src/state/amounts.ts';
import { countEach } from '../../src/state/count-each.ts';
import { isScarce } from '../../src/state/request-budget.ts';

describe('an amount that somebody reports', () => {
  it.each([
    [undefined, undefined],
    [0, 0],
    [0.25, 0.25],
    [1e9, 1e9],
    [1e9 + 1, undefined],
    [-0.01, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])('of %s is taken as %s', (value, told) => {
    expect(toldAmount(value)).toBe(told);
  });

  it.each([
    [12.4, '$12.40'],
    [0, '$0.00'],
    [0.01, '$0.01'],
    [0.009_9, '$0.0099'],
    [0.000_123_4, '$0.00012'],
    [-3, '$-3.00'],
  ])('of %s dollars is written %s', (amount, text) => {
    expect(dollars(amount)).toBe(text);
  });
});

describe('what is counted', () => {
  it('is counted for each value, in the order in which they first come', () => {
    expect([...countEach(['b', 'a', 'b', 'b'])]).toEqual([
      ['b', 3],
      ['a', 1],
    ]);
  });

  it('is scarce where fewer than 200 requests are left', () => {
    expect([199, 200, 201].map((left) => isScarce({ left, resetAt: 0 }))).toEqual([true, false, false]);
  });
});
