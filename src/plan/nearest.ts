/** The candidate that a person most likely meant: few typing slips away, regardless of case; the first of equals. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  // Any two-letter word is one or two slips away from any other: no guess is better than a wild one.
  return nearestWithin({ word, candidates, slips: word.length < 3 ? 0 : Math.max(1, Math.floor(word.length / 3)) });
}

interface Search {
  readonly word: string;
  readonly candidates: Iterable<string>;
  /** How many slips away it may be, at most. */
  readonly slips: number;
}

/** The same with a limit of the caller's own. */
export function nearestWithin({ word, candidates, slips }: Search): string | undefined {
  const wanted = word.toLowerCase();
  let limit = slips;
  let found: string | undefined;
  for (const candidate of candidates) {
    const distance = editDistance({ from: wanted, to: candidate.toLowerCase(), max: limit });
    if (distance > limit) continue;
    found = candidate;
    limit = distance - 1;
    if (limit < 0) break;
  }
  return found;
}

/** Edits, and swaps of neighbours, from one word to the other; anything above `limit` when there are more. */
function editDistance({
  from,
  to,
  max: limit,
}: {
  readonly from: string;
  readonly to: string;
  readonly max: number;
}): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
      );
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    if (Math.min(...current) > limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? limit + 1;
}
