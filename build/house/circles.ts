/** Which files each file imports, by path; what is not a key is no file of this graph. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** A shortest way from a file back to itself; its first file stands at the end once more. */
export type Circle = readonly string[];

/**
 * One circle for each set of files that all reach each other by imports, and one for a file that imports itself. It goes
 * through the set's first file in the order of the alphabet; a set may hold more circles than the one that is shown.
 */
export function importCircles(graph: ImportGraph): readonly Circle[] {
  const sets = mutuallyReachable(graph).map((files) => [...files].sort());
  return sets
    .flatMap((files) => {
      const [first = ''] = files;
      const circle = shortestCircle({ graph, first, within: new Set(files) });
      return circle ? [circle] : [];
    })
    .sort(([one = ''], [other = '']) => (one < other ? -1 : 1));
}

function shortestCircle(search: {
  readonly graph: ImportGraph;
  readonly first: string;
  readonly within: ReadonlySet<string>;
}): Circle | undefined {
  const { graph, first, within } = search;
  const seen = new Set<string>();
  const paths: (readonly string[])[] = [[first]];
  for (const path of paths) {
    for (const next of graph.get(path.at(-1) ?? '') ?? []) {
      if (next === first) return [...path, first];
      if (!within.has(next) || seen.has(next)) continue;
      seen.add(next);
      paths.push([...path, next]);
    }
  }
  return undefined;
}

/** Tarjan's algorithm, "Depth-first search and linear graph algorithms" (1972): strongly connected components. */
function mutuallyReachable(graph: ImportGraph): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const sets: string[][] = [];
  const visit = (file: string): number => {
    const own = order.size;
    order.set(file, own);
    open.push(file);
    let low = own;
    for (const next of graph.get(file) ?? []) {
      if (!graph.has(next)) continue;
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, lowest.get(next) ?? order.get(next) ?? own);
      lowest.set(file, low);
    }
    lowest.set(file, low);
    if (low === own) sets.push(open.splice(open.indexOf(file)));
    return low;
  };
  for (const file of [...graph.keys()].sort()) if (!order.has(file)) visit(file);
  return sets;
}
