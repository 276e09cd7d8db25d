import type { Join, LayeredGraph } from './lanes.ts';

/**
 * Orders the items of every layer so that few joins cross: sweeps down and up, each layer by the mean place of what it
 * is joined to, and the best order that was met. The same weave gives the same order.
 */
export function orderLayers(weave: LayeredGraph): readonly (readonly number[])[] {
  const places = new Float64Array(weave.layerOfItem.length);
  let layers = weave.layers.map((layer) => [...layer]);
  for (const layer of layers) numberItems(layer, places);
  let best = layers;
  let fewest = Number.POSITIVE_INFINITY;
  const sweeps = weave.layerOfItem.length > 5_000 ? 6 : 24;
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    const down = sweep % 2 === 0;
    layers = layers.map((layer) => [...layer]);
    for (const layer of down ? layers : layers.toReversed()) {
      sortByMean(layer, { joins: down ? weave.above : weave.below, places });
      numberItems(layer, places);
    }
    const crossed = crossings(layers, { weave, places });
    if (crossed >= fewest) continue;
    fewest = crossed;
    best = layers;
  }
  return swapNeighbours(best, { weave, places });
}

/** Neighbours change places where that alone takes crossings away. */
function swapNeighbours(
  layers: readonly (readonly number[])[],
  { weave, places }: { readonly weave: LayeredGraph; readonly places: Float64Array },
): readonly number[][] {
  const result = layers.map((layer) => [...layer]);
  for (const layer of result) numberItems(layer, places);
  if (weave.layerOfItem.length > 5_000) return result;
  for (let round = 0, better = true; better && round < 12; round++) {
    better = false;
    for (const layer of result) {
      for (let nth = 0; nth + 1 < layer.length; nth++) {
        const [left, right] = [layer[nth] ?? 0, layer[nth + 1] ?? 0];
        if (crossingsOfPair(left, right, weave, places) <= crossingsOfPair(right, left, weave, places)) continue;
        layer[nth] = right;
        layer[nth + 1] = left;
        numberItems(layer, places);
        better = true;
      }
    }
  }
  return result;
}

/** Crossings between the joins of two items, the first left of the second. */
function crossingsOfPair(left: number, right: number, { above, below }: LayeredGraph, places: Float64Array): number {
  let count = 0;
  for (const joins of [above, below]) {
    for (const a of joins[left] ?? []) {
      for (const b of joins[right] ?? []) if (at(places, a.item) > at(places, b.item)) count++;
    }
  }
  return count;
}

function sortByMean(
  layer: number[],
  { joins, places }: { readonly joins: readonly (readonly Join[])[]; readonly places: Float64Array },
): void {
  const means = new Map(layer.map((item) => [item, meanPlace(joins[item] ?? [], places) ?? at(places, item)]));
  layer.sort((a, b) => (means.get(a) ?? 0) - (means.get(b) ?? 0) || at(places, a) - at(places, b) || a - b);
}

/** Places run from 0 to 1, so that layers of any length can be compared. */
function numberItems(layer: readonly number[], places: Float64Array): void {
  for (const [nth, item] of layer.entries()) places[item] = (nth + 0.5) / layer.length;
}

function meanPlace(joins: readonly Join[], places: Float64Array): number | undefined {
  if (joins.length === 0) return undefined;
  return joins.reduce((sum, { item }) => sum + at(places, item), 0) / joins.length;
}

function crossings(
  layers: readonly (readonly number[])[],
  { weave: { below }, places }: { readonly weave: LayeredGraph; readonly places: Float64Array },
): number {
  let count = 0;
  for (const [nth, layer] of layers.entries()) {
    const next = layers[nth + 1];
    if (!next) break;
    const nthOf = new Map(next.map((item, place) => [item, place]));
    const ends = layer.flatMap((item) =>
      (below[item] ?? [])
        .toSorted((a, b) => at(places, a.item) - at(places, b.item))
        .map((join) => nthOf.get(join.item) ?? 0),
    );
    count += inversions(ends, next.length);
  }
  return count;
}

/** Pairs that stand the wrong way round, by a tree of sums. */
function inversions(values: readonly number[], size: number): number {
  const tree = new Int32Array(size + 2);
  let count = 0;
  for (const [seen, value] of values.entries()) {
    let notAbove = 0;
    for (let node = value + 1; node > 0; node -= node & -node) notAbove += tree[node] ?? 0;
    count += seen - notAbove;
    for (let node = value + 1; node <= size; node += node & -node) tree[node] = (tree[node] ?? 0) + 1;
  }
  return count;
}

function at(places: Float64Array, item: number): number {
  return places[item] ?? 0;
}
