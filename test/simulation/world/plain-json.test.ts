import fc from 'fast-check';
import { JSONParse as parseExactly, JSONStringify as writeExactly } from 'json-with-bigint';
import { expect, it } from 'vitest';
import { JSONParse, JSONStringify } from './plain-json.ts';

it('reads every text as the one whose place it takes', () => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      fc.jsonValue(),
      fc.bigInt().map((big) => ({ big })),
      fc.constantFrom(2 ** 53, -(2 ** 53), 1e21, 1.5e-7, -0, '12345678901234567890', '__proto__'),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  })).value;
  const textOf = (each: unknown): string =>
    JSON.stringify(each, (_, part) => (typeof part === 'bigint' ? `big ${part} int` : part)).replace(
      /"big (-?\d+) int"/g,
      '$1',
    );

  fc.assert(
    fc.property(value, (each) => {
      const text = textOf(each);
      // The library turns objects into text, and breaks on one that has a field of that name.
      fc.pre(!/"(toString|valueOf)"/.test(text));
      expect(JSONParse(text)).toStrictEqual(parseExactly(text));
      expect(JSONStringify(each)).toBe(writeExactly(each as Parameters<typeof writeExactly>[0]));
    }),
  );
  expect(() => JSONParse('{')).toThrow(SyntaxError);
});
