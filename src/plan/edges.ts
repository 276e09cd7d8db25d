/** Who is beside whom, by number: the neighbours of node `n` are `to[from[n]]` up to, not including, `to[from[n + 1]]`. */
export interface Edges {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** @returns Those of one node. */
export function neighbours({ from, to }: Edges, node: number): readonly number[] {
  return [...to.subarray(from[node], from[node + 1])];
}

/** @param pairs From, to, from, to, …: neighbours of a node come in the order given. */
export function edgesOf(pairs: ArrayLike<number>, nodes: number): Edges {
  const from = new Int32Array(nodes + 1);
  for (let at = 0; at < pairs.length; at += 2) {
    const next = (pairs[at] as number) + 1;
    from[next] = (from[next] as number) + 1;
  }
  for (let node = 0; node < nodes; node++) from[node + 1] = (from[node + 1] as number) + (from[node] as number);
  const fill = from.slice();
  const to = new Int32Array(pairs.length >> 1);
  for (let at = 0; at < pairs.length; at += 2) {
    const node = pairs[at] as number;
    const place = fill[node] as number;
    fill[node] = place + 1;
    to[place] = pairs[at + 1] as number;
  }
  return { from, to };
}

/** The same edges, each the other way round. */
export function reversed({ from, to }: Edges): Edges {
  const pairs = new Int32Array(2 * to.length);
  for (let node = 0, at = 0; node < from.length - 1; node++) {
    for (; at < (from[node + 1] as number); at++) {
      pairs[2 * at] = to[at] as number;
      pairs[2 * at + 1] = node;
    }
  }
  return edgesOf(pairs, from.length - 1);
}
