import type { LayeredGraph } from './lanes.ts';

/** Where on a box an edge ends: side by side in the order of where it comes from, so that arrows can be told apart. */
export interface Ports {
  /** Upper end of the item, for the join with that item above. */
  top(item: number, above: number): number;
  /** Lower end of the item, for the join with that item below. Edges that leave downwards share one. */
  bottom(item: number, below: number, down: boolean): number;
}

const APART = 14;

export function portsOf(
  { above, boxes }: LayeredGraph,
  { x, width }: { readonly x: Float64Array; readonly width: number },
): Ports {
  const tops = new Map<string, number>();
  for (let box = 0; box < boxes; box++) {
    const joins = (above[box] ?? []).toSorted((a, b) => (x[a.item] ?? 0) - (x[b.item] ?? 0));
    const apart = Math.min(APART, (width - 40) / Math.max(1, joins.length - 1));
    for (const [nth, { item }] of joins.entries()) {
      tops.set(`${box} ${item}`, (x[box] ?? 0) + (nth - (joins.length - 1) / 2) * apart);
    }
  }
  return {
    top: (item, from) => tops.get(`${item} ${from}`) ?? x[item] ?? 0,
    bottom: (item, below, down) => {
      if (down || item >= boxes) return x[item] ?? 0;
      const side = (x[below] ?? 0) < (x[item] ?? 0) ? -1 : 1;
      return (x[item] ?? 0) + side * APART * 2;
    },
  };
}
