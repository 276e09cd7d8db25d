import { expect, test } from 'vitest';
import { evaluateExpression, holds } from '../../../src/runner/language/expressions.ts';

test.each([
  ["format('{0} it''s ''quoted''', 'so')", "so it's 'quoted'"],
  ['contains(fromJSON(\'["a","b"]\'), \'b\')', 'true'],
  ['github.event.issue.number', '12'],
  ['github.event.absent.deeper', ''],
  ["steps['a-b'].outputs.x || 'none'", 'none'],
  ["join(matrix.list.*.name, ',')", 'one,two'],
  ["INPUTS.Title == 'TITLE'", 'true'],
])('%s is %s', (source, text) => {
  const contexts = {
    github: Object.freeze({ event: { issue: { number: 12 } } }),
    matrix: { list: [{ name: 'one' }, { name: 'two' }] },
    inputs: { title: 'title' },
  };

  const value = evaluateExpression(source, { contexts });

  expect(value.coerceString()).toBe(text);
});

test('a status function says what its scope says', () => {
  const status = { success: () => false, failure: () => true, always: () => true, cancelled: () => false };

  const held = ['success()', 'failure()', 'always()', 'cancelled()', '!cancelled()'].filter((condition) =>
    holds(condition, { contexts: {}, status }),
  );

  expect(held).toEqual(['failure()', 'always()', '!cancelled()']);
});
