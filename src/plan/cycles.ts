/** A node of the graph before ids are known to be sound: its name and what it depends on, by index. */
export interface DependencyNode {
  readonly dependencies: readonly number[];
}

/** Indices along the cycle, each waiting for the next; the last waits for the first. */
export type Cycle = readonly number[];

/**
 * Cycles, each by the one dependency that closes it when the graph is walked in file order. There can be
 * exponentially many cycles; these are enough that fixing each of them leaves none. At most `max` are returned.
 */
export function findCycles(nodes: readonly DependencyNode[], max: number): readonly Cycle[] {
  const cycles: Cycle[] = [];
  const finished = new Set<number>();
  const placeOnPath = new Map<number, number>();
  const path: { node: number; next: number }[] = [];

  function enter(node: number): void {
    placeOnPath.set(node, path.length);
    path.push({ node, next: 0 });
  }

  for (let start = 0; start < nodes.length; start++) {
    if (!finished.has(start)) enter(start);
    // Its own stack instead of recursion: a chain of 20,000 tasks is legal.
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = nodes[top.node]?.dependencies[top.next++];
      if (dependency === undefined) {
        finished.add(top.node);
        placeOnPath.delete(top.node);
        path.pop();
        continue;
      }
      const place = placeOnPath.get(dependency);
      if (place !== undefined) {
        cycles.push(path.slice(place).map(({ node }) => node));
        if (cycles.length === max) return cycles;
      } else if (!finished.has(dependency)) enter(dependency);
    }
  }
  return cycles;
}
