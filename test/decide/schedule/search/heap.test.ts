import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Heap } from '../../../../src/decide/schedule/search/heap.ts';

it('gives jobs back by key, of equal ones the first, however they come and go', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 40, size: 'max' }), fc.infiniteStream(fc.nat(7)), (keys, draws) => {
      const heap = new Heap(Float64Array.from(keys));
      const inside: number[] = [];
      const takeOne = () => {
        inside.sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
        expect(heap.top).toBe(inside[0]);
        expect(heap.pop()).toBe(inside.shift());
      };
      for (const [job] of [...keys.entries()].toReversed()) {
        heap.push(job);
        inside.push(job);
        if (draws.next().value === 0) takeOne();
        expect(heap.size).toBe(inside.length);
      }
      while (inside.length > 0) takeOne();
    }),
  );
});
