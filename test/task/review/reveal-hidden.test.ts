import { expect, test } from 'vitest';
import { revealHidden } from '../../../src/task/review/reveal-hidden.ts';

test('signs that nobody sees are spelled out, and ordinary text is as it was', () => {
  expect(revealHidden('a\u202eb\u200b\u0007\u001b[0m\r\nü 👩\n\t')).toBe(
    'a<U+202E>b<U+200B><U+0007><U+001B>[0m\nü 👩\n\t',
  );
});
