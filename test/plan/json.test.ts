import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJson } from '../../src/plan/json.ts';

const word = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom('a:b', '"a":', '\\', '\n', '__proto__'),
);

it('finds each key that stands twice in one object, whatever keys and texts are made of', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.tuple(word, word), { maxLength: 6 }), { maxLength: 4 }), (objects) => {
      const written = objects.map(
        (entries) => `{${entries.map((entry) => entry.map((one) => JSON.stringify(one)).join(' : ')).join()}}`,
      );

      const json = parseJson(`[${written.join()}]`);

      const doubled = objects.flatMap((entries) =>
        entries.flatMap(([key], nth) => (entries.slice(0, nth).some(([before]) => before === key) ? [key] : [])),
      );
      const found = json.ok ? json.duplicateKeys.map(({ message }) => message) : undefined;
      expect(found?.toSorted()).toEqual(
        doubled.map((key) => `\`${key}\` appears twice in this object; keep one`).toSorted(),
      );
    }),
  );
});

it('finds every value of a file that is JSON, wherever white space stands', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom('', ' ', '\n  '), (text, space) => {
      const value: unknown = JSON.parse(text);
      const shown = JSON.stringify(value, null, space);
      const json = parseJson(shown);
      if (!json.ok) throw new Error(json.findings[0]?.message);

      for (const { path, at } of everyValue(value)) {
        const there = shown.slice(json.locate(path));
        const written = JSON.stringify(at, null, space).split('\n')[0] ?? '';
        expect(there.startsWith(written), `${path.join('.')}: ${there.slice(0, 40)}`).toBe(true);
      }
    }),
  );
});

function* everyValue(
  at: unknown,
  path: readonly PropertyKey[] = [],
): Iterable<{ path: readonly PropertyKey[]; at: unknown }> {
  yield { path, at };
  if (typeof at !== 'object' || at === null) return;
  for (const key of Object.keys(at)) yield* everyValue((at as Record<string, unknown>)[key], [...path, key]);
}
