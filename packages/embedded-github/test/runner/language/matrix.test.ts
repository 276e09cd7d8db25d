import { expect, test } from 'vitest';
import { expandMatrix } from '../../../src/runner/language/matrix.ts';

test('the example of the documentation of include expands as documented', () => {
  const combinations = expandMatrix({
    fruit: ['apple', 'pear'],
    animal: ['cat', 'dog'],
    include: [
      { color: 'green' },
      { color: 'pink', animal: 'cat' },
      { fruit: 'apple', shape: 'circle' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ],
  });

  expect(combinations).toEqual([
    { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
    { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
    { fruit: 'pear', animal: 'cat', color: 'pink' },
    { fruit: 'pear', animal: 'dog', color: 'green' },
    { fruit: 'banana' },
    { fruit: 'banana', animal: 'cat' },
  ]);
});

test('exclude takes away every combination that has all of its values', () => {
  const combinations = expandMatrix({ os: ['a', 'b'], node: [20, 24], exclude: [{ os: 'a', node: 20 }, { os: 'b' }] });

  expect(combinations).toEqual([{ os: 'a', node: 24 }]);
});

test('include alone makes one combination for each entry', () => {
  expect(expandMatrix({ include: [{ site: 'one' }, { site: 'two' }] })).toEqual([{ site: 'one' }, { site: 'two' }]);
});

test('an axis that is no list, or an empty one, is named', () => {
  expect(() => expandMatrix({ os: 'a' })).toThrow('strategy.matrix.os is not a list');
  expect(() => expandMatrix({ os: [] })).toThrow('strategy.matrix.os has no values');
});
