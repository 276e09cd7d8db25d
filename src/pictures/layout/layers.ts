/** What a layout is made of. Boxes are known by their places in the list. */
export interface GraphShape {
  /** For each box the place of its group; groups lie below each other in this order. */
  readonly groupOf: readonly number[];
  readonly groups: number;
  /** The second box waits for the first. Within a group they make no circle. */
  readonly edges: readonly { readonly from: number; readonly to: number; readonly critical: boolean }[];
  /** Boxes beside each other, at most; absent: as many as make a picture of pleasant shape. */
  readonly mostBeside?: number;
}

export interface Layers {
  /** For each box the place of its layer, counted through all groups. */
  readonly layerOf: readonly number[];
  /** For each layer the place of its group. */
  readonly groupOfLayer: readonly number[];
}

/**
 * Puts boxes on layers from top to bottom: groups keep their order, and within a group a box comes below everything in
 * the group that it waits for. A layer of more boxes than may lie beside each other becomes several.
 */
export function layersOf({ groupOf, groups, edges, mostBeside }: GraphShape): Layers {
  const depth = depthsInGroup(groupOf, edges);
  const most = mostBeside ?? Math.max(6, Math.round(Math.sqrt(groupOf.length / 2)));
  const members = Array.from({ length: groups }, (): number[][] => []);
  for (const [box, group] of groupOf.entries()) {
    const rows = members[group];
    if (!rows) continue;
    const row = rows[depth[box] ?? 0];
    if (row) row.push(box);
    else rows[depth[box] ?? 0] = [box];
  }
  const layerOf = groupOf.map(() => 0);
  const groupOfLayer: number[] = [];
  for (const [group, rows] of members.entries()) {
    for (const row of rows) {
      for (const boxes of evenly(row ?? [], most)) {
        for (const box of boxes) layerOf[box] = groupOfLayer.length;
        groupOfLayer.push(group);
      }
    }
  }
  return { layerOf, groupOfLayer };
}

/** For each box how many steps it lies below the top of its group. */
function depthsInGroup(groupOf: readonly number[], edges: GraphShape['edges']): readonly number[] {
  const inside = edges.filter(({ from, to }) => groupOf[from] === groupOf[to]);
  const missing = groupOf.map(() => 0);
  const below = new Map<number, number[]>();
  for (const { from, to } of inside) {
    missing[to] = (missing[to] ?? 0) + 1;
    const list = below.get(from);
    if (list) list.push(to);
    else below.set(from, [to]);
  }
  const depth = groupOf.map(() => 0);
  const open = groupOf.flatMap((_, box) => (missing[box] === 0 ? [box] : []));
  for (let box = open.pop(); box !== undefined; box = open.pop()) {
    for (const next of below.get(box) ?? []) {
      depth[next] = Math.max(depth[next] ?? 0, (depth[box] ?? 0) + 1);
      missing[next] = (missing[next] ?? 0) - 1;
      if (missing[next] === 0) open.push(next);
    }
  }
  return depth;
}

function evenly(row: readonly number[], most: number): readonly (readonly number[])[] {
  const parts = Math.ceil(row.length / most);
  const size = Math.ceil(row.length / Math.max(1, parts));
  return Array.from({ length: parts }, (_, part) => row.slice(part * size, (part + 1) * size));
}
