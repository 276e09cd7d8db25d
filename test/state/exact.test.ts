import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { quickSchema } from '../../src/state/exact.ts';

const schema = z.object({
  name: z.string(),
  count: z.number(),
  whole: z.number().int().max(5).optional(),
  short: z.string().max(3).optional(),
  upper: z
    .string()
    .transform((text) => text.toUpperCase())
    .optional(),
  either: z.union([z.string(), z.number()]).optional(),
  is: z.boolean().optional(),
  one: z.enum(['a', 'b']).optional(),
  list: z.array(z.object({ at: z.string(), n: z.number().optional() })).default([]),
  by: z.record(z.string(), z.number()).default({}),
});

describe('a value that a schema gives back as it is', () => {
  it('is one that the schema gives back so, to the byte, whatever it holds in whatever order', () => {
    const quick = quickSchema(schema);
    let exact = 0;

    fc.assert(
      fc.property(written, (json) => {
        const value: unknown = JSON.parse(json);
        const read = quick.read(value);
        expect(read).toEqual(schema.safeParse(value).data);
        if (read !== value) return;
        exact++;
        expect(JSON.stringify(schema.safeParse(value).data)).toBe(json);
      }),
      { numRuns: 3_000 },
    );
    expect(exact).toBeGreaterThan(200);
  });
});

const anything = fc.constantFrom<unknown>(
  ...[null, true, 0, 1.5, 7, 'a', 'long text', [], [1], {}, { at: 'x' }, [{ at: 'x', n: 1 }], [{ n: 1, at: 'x' }]],
  ...[[{ at: 'x', more: 1 }], { a: 1 }, { a: 'x' }, [['a']], JSON.parse('{ "__proto__": 1 }')],
);

const sound = fc.record(
  {
    name: fc.string(),
    count: fc.integer(),
    is: fc.boolean(),
    one: fc.constantFrom('a', 'b'),
    list: fc.constantFrom([], [{ at: 'x' }], [{ at: 'x', n: 1 }]),
    by: fc.constantFrom({}, { a: 1, b: 2 }),
  },
  { requiredKeys: ['name', 'count', 'list', 'by'] },
);

const FIELDS = [...Object.keys(schema.shape), 'own', '__proto__'];

/** Mostly sound ones, in the order of the schema: of some a field or two hold anything, are missing or stand elsewhere. */
const written = fc
  .record({
    fields: sound,
    slips: fc.array(fc.tuple(fc.constantFrom(...FIELDS), anything), { maxLength: 2 }),
    moved: fc.option(fc.constantFrom(...FIELDS), { freq: 3 }),
    missing: fc.option(fc.constantFrom(...FIELDS), { freq: 3 }),
  })
  .map(({ fields, slips, moved, missing }) => {
    const all = new Map<string, unknown>([...Object.entries(fields), ...slips]);
    if (missing !== null) all.delete(missing);
    const order = FIELDS.filter((field) => all.has(field) && field !== moved);
    if (moved !== null && all.has(moved)) order.unshift(moved);
    return `{${order.map((field) => `${JSON.stringify(field)}:${JSON.stringify(all.get(field))}`).join(',')}}`;
  });
