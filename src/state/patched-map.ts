/** A part of the entries that may stand beside a map before it is worth making another one of both. */
const MAX_PATCHED_SHARE = 1 / 8;

/** @returns A map with other values under some of its keys, in the order of the map; the same map where there are none. */
export function patchedMap<K, V>(map: ReadonlyMap<K, V>, patch: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  if (patch.size === 0) return map;
  const [base, known] = map instanceof PatchedMap ? [map.base as ReadonlyMap<K, V>, map.patch] : [map, undefined];
  const all = known ? new Map<K, V>([...known, ...patch]) : patch;
  if (all.size <= base.size * MAX_PATCHED_SHARE) return new PatchedMap(base, all);
  const copy = new Map(base);
  for (const [key, value] of all) copy.set(key, value);
  return copy;
}

/** To copy a map of thousands of entries for a few of them, several times in every pass, takes longer than the rest of it. */
class PatchedMap<K, V> implements ReadonlyMap<K, V> {
  readonly base: ReadonlyMap<K, V>;
  /** Its keys are among those of `base`. */
  readonly patch: ReadonlyMap<K, V>;

  constructor(base: ReadonlyMap<K, V>, patch: ReadonlyMap<K, V>) {
    this.base = base;
    this.patch = patch;
  }

  get size(): number {
    return this.base.size;
  }

  get(key: K): V | undefined {
    return this.patch.get(key) ?? this.base.get(key);
  }

  has(key: K): boolean {
    return this.base.has(key);
  }

  forEach(each: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    this.base.forEach((value, key) => {
      each(this.patch.get(key) ?? value, key, this);
    });
  }

  *entries(): MapIterator<[K, V]> {
    for (const [key, value] of this.base) yield [key, this.patch.get(key) ?? value];
  }

  keys(): MapIterator<K> {
    return this.base.keys();
  }

  *values(): MapIterator<V> {
    for (const [, value] of this) yield value;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }
}
