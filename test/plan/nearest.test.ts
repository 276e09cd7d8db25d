import { expect, it } from 'vitest';
import { nearest } from '../../src/plan/nearest.ts';

it.each([
  ['max_paralel', ['max_parallel', 'attempts'], 'max_parallel'],
  ['CROE-001', ['CORE-001', 'CORE-002'], 'CORE-001'],
  ['core-001', ['CORE-002', 'CORE-001'], 'CORE-001'],
  ['CORE-01', ['CORE-001', 'CORE-011'], 'CORE-001'],
  ['complete', ['pending', 'completed'], 'completed'],
  ['A', ['B', 'C'], undefined],
  ['AB', ['AC'], undefined],
  ['nothing-like-it', ['CORE-001'], undefined],
  ['', ['a'], undefined],
  ['word', [], undefined],
])('the nearest to %j among %j is %j', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});
