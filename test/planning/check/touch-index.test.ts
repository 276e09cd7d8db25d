import fc from 'fast-check';
import { expect, it } from 'vitest';
import { overlaps } from '../../../src/plan/touches.ts';
import { TouchIndex } from '../../../src/planning/check/touch-index.ts';

const segment = fc.constantFrom('a', 'ab', 'b', 'a*', '*', '**', 'b?');
const glob = fc
  .tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '/'))
  .map(([segments, end]) => `${segments.join('/')}${end}`);

it('finds exactly the tasks that overlap when compared one by one', () => {
  fc.assert(
    fc.property(fc.array(fc.array(glob, { maxLength: 3 }), { minLength: 2, maxLength: 8 }), (touched) => {
      const index = new TouchIndex(1_000_000);
      for (const [number, touches] of touched.slice(1).entries()) index.add(number, { touches });
      const [asked = []] = touched;

      const found = index.rivals({ touches: asked }, { most: 100, counts: () => true });

      const one = touched.slice(1).flatMap((touches, number) => (overlaps(asked, touches) ? [number] : []));
      expect(found.toSorted((a, b) => a - b)).toEqual(one);
    }),
    { numRuns: 1000 },
  );
});

it('stops at as many as are asked for, and leaves out those that do not count', () => {
  const index = new TouchIndex(1_000_000);
  for (let number = 0; number < 10; number++) index.add(number, { touches: ['src/**', `src/${number}.ts`] });

  const found = index.rivals({ touches: ['src/*.ts'] }, { most: 3, counts: (other) => other % 2 === 1 });

  expect(found).toEqual([1, 3, 5]);
});

it('finds nobody when it has looked often enough, and says that it is exhausted', () => {
  const index = new TouchIndex(3);
  for (let number = 0; number < 10; number++) index.add(number, { touches: ['src/**'] });

  const found = index.rivals({ touches: ['src/**'] }, { most: 10, counts: () => false });

  expect(found).toEqual([]);
  expect(index.exhausted).toBe(true);
});
