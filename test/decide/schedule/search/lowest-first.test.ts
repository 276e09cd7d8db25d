import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LowestFirst } from '../../../../src/decide/schedule/search/lowest-first.ts';

it('gives the lowest back, in whatever order numbers come and go', () => {
  const limit = 100;
  const steps = fc.array(fc.tuple(fc.nat(limit - 1), fc.boolean()), { size: 'max', maxLength: 60 });
  fc.assert(
    fc.property(steps, (drawn) => {
      const set = new LowestFirst(limit);
      const inside = new Set<number>();
      const takeOne = () => {
        const lowest = Math.min(...inside);
        inside.delete(lowest);
        expect(set.take()).toBe(lowest);
      };
      for (const [number, takes] of drawn) {
        if (!inside.has(number)) set.add(number);
        inside.add(number);
        if (takes) takeOne();
        expect(set.size).toBe(inside.size);
      }
      while (inside.size > 0) takeOne();
    }),
  );
});
