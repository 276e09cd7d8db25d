import { describe, expect, it } from 'vitest';
import { patchedMap } from '../../src/state/patched-map.ts';

const large = new Map(Array.from({ length: 64 }, (_, index) => [`k${index}`, index]));

/** Everything that a map answers, of any kind of map. */
function answers(map: ReadonlyMap<string, number>) {
  const each: [string, number, boolean][] = [];
  map.forEach((value, key, of) => {
    each.push([key, value, of === map]);
  });
  return {
    size: map.size,
    got: [...large.keys(), 'none'].map((key) => [map.get(key), map.has(key)]),
    all: [[...map], [...map.entries()], [...map.keys()], [...map.values()]],
    each,
  };
}

describe('a map with other values', () => {
  it.each([0, 1, 8, 9, 64])('answers as a copy with %i of 64 changed, in the same order', (changes) => {
    const patch = new Map(Array.from({ length: changes }, (_, index) => [`k${63 - index}`, -index]));

    const patched = patchedMap(large, patch);

    expect(answers(patched)).toEqual(answers(new Map([...large, ...patch])));
    expect(patched === large).toBe(changes === 0);
    expect(patched instanceof Map).toBe(changes === 0 || changes > 8);
  });

  it('is changed again and again, the last value counting, and what it was made of stays', () => {
    let map: ReadonlyMap<string, number> = large;
    const expected = new Map(large);
    for (let index = 0; index < 20; index++) {
      const before = answers(map);
      const next = patchedMap(map, new Map([[`k${index % 12}`, 100 + index]]));
      expect(answers(map)).toEqual(before);
      expected.set(`k${index % 12}`, 100 + index);
      map = next;
    }

    expect(answers(map)).toEqual(answers(expected));
  });
});
