import { expect, it } from 'vitest';
import { chain, count, durationRangeText, durationText, list } from '../../../src/planning/check/words.ts';

it('writes times with a unit that fits', () => {
  expect([30, 60, 90, 80, 2010, 9660].map(durationText)).toEqual([
    '30 min',
    '1 h',
    '1.5 h',
    '1 h 20 min',
    '33.5 h',
    '161 h',
  ]);
  expect([durationRangeText(480, 720), durationRangeText(60, 60), durationRangeText(30, 90)]).toEqual([
    '8 to 12 h',
    '1 h',
    '30 min to 1.5 h',
  ]);
});

it('counts in words', () => {
  expect([count(1, 'task'), count(0, 'task'), count(12_345, 'dependency', 'dependencies')]).toEqual([
    '1 task',
    '0 tasks',
    '12,345 dependencies',
  ]);
});

it('names a few and counts the rest', () => {
  expect([list([]), list(['A']), list(['A', 'B', 'C']), list(['A', 'B', 'C', 'D'], 2)]).toEqual([
    '',
    'A',
    'A, B and C',
    'A, B and 2 more',
  ]);
});

it('keeps both ends of a long chain', () => {
  const names = Array.from({ length: 20 }, (_, index) => `T${index}`);

  expect(chain(names, 6)).toBe('T0 → T1 → T2 → (14 more) → T17 → T18 → T19');
  expect(chain(names.slice(0, 7), 6)).toBe('T0 → T1 → T2 → T3 → T4 → T5 → T6');
});
