import type { GraphShape, Layers } from './layers.ts';

/**
 * Boxes and lanes, layer by layer. A lane is the place where an edge passes a layer on its way: edges from one box
 * share their lanes until they part, so that a task that many wait for has one trunk and no brush.
 */
export interface LayeredGraph {
  /** Items of each layer; an item below the number of boxes is that box, the others are lanes. */
  readonly layers: readonly (readonly number[])[];
  readonly boxes: number;
  readonly layerOfItem: readonly number[];
  /** For each item those of the next layer above and below that it is joined to, with the strength of the join. */
  readonly above: readonly (readonly Join[])[];
  readonly below: readonly (readonly Join[])[];
  /** For each edge the items from its first box to its second, both included. */
  readonly routes: readonly (readonly number[])[];
}

export interface Join {
  readonly item: number;
  /** How much the two want to be in one line: lanes straight, the critical path before all. */
  readonly pull: number;
}

/** Beyond this a picture is a carpet, and takes minutes. */
const MAX_LANES = 40_000;

/** @returns Undefined where edges would need too many lanes. */
export function layerGraph(shape: GraphShape, { layerOf, groupOfLayer }: Layers): LayeredGraph | undefined {
  if (lanesNeeded(shape, layerOf) > MAX_LANES) return undefined;
  const boxes = shape.groupOf.length;
  const layerOfItem = [...layerOf];
  const joins = new Map<string, { upper: number; lower: number; pull: number }>();
  const trunks = new Map<string, number>();
  const lane = (
    edge: GraphShape['edges'][number],
    { layer, down }: { readonly layer: number; readonly down: boolean },
  ): number => {
    const key = `${edge.from} ${layer} ${down}`;
    const known = trunks.get(key);
    if (known !== undefined) return known;
    trunks.set(key, layerOfItem.length);
    layerOfItem.push(layer);
    return layerOfItem.length - 1;
  };
  const routes = shape.edges.map((edge) => {
    const [start, end] = [layerOf[edge.from] ?? 0, layerOf[edge.to] ?? 0];
    const step = start < end ? 1 : -1;
    const route = [edge.from];
    for (let layer = start + step; layer !== end; layer += step) route.push(lane(edge, { layer, down: step > 0 }));
    route.push(edge.to);
    for (const [nth, item] of route.slice(1).entries()) {
      const [upper, lower] = step > 0 ? [route[nth] ?? 0, item] : [item, route[nth] ?? 0];
      const lanes = Number(upper >= boxes) + Number(lower >= boxes);
      const pull = (lanes === 2 ? 8 : lanes === 1 ? 2 : 1) * (edge.critical ? 6 : 1);
      const key = `${upper} ${lower}`;
      joins.set(key, { upper, lower, pull: Math.max(pull, joins.get(key)?.pull ?? 0) });
    }
    return route;
  });
  const layers = groupOfLayer.map((): number[] => []);
  for (const [item, layer] of layerOfItem.entries()) layers[layer]?.push(item);
  const above = layerOfItem.map((): Join[] => []);
  const below = layerOfItem.map((): Join[] => []);
  for (const { upper, lower, pull } of joins.values()) {
    above[lower]?.push({ item: upper, pull });
    below[upper]?.push({ item: lower, pull });
  }
  return { layers, boxes, layerOfItem, above, below, routes };
}

function lanesNeeded({ edges }: GraphShape, layerOf: readonly number[]): number {
  const down = new Map<number, number>();
  const up = new Map<number, number>();
  for (const { from, to } of edges) {
    const span = (layerOf[to] ?? 0) - (layerOf[from] ?? 0);
    const longest = span > 0 ? down : up;
    longest.set(from, Math.max(longest.get(from) ?? 0, Math.abs(span) - 1));
  }
  return [...down.values(), ...up.values()].reduce((sum, lanes) => sum + lanes, 0);
}
