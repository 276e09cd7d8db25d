/** More comparisons than this are not worth a number: the file counts as written anew. */
const MAX_COMPARED = 4_000_000;

interface LineCounts {
  readonly additions: number;
  readonly deletions: number;
}

/** Lines that one text has and the other has not, in their order, as `git diff --numstat` counts them. */
export function countLines(before: string, after: string): LineCounts {
  const [old, young] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < young.length && old[start] === young[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, young.length) - start && old.at(-1 - end) === young.at(-1 - end)) end++;
  const [left, right] = [old.slice(start, old.length - end), young.slice(start, young.length - end)];
  const common = left.length * right.length > MAX_COMPARED ? 0 : longestCommon(left, right);
  return { additions: right.length - common, deletions: left.length - common };
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

/** How many lines stay, at most. */
function longestCommon(left: readonly string[], right: readonly string[]): number {
  let row = new Array<number>(right.length + 1).fill(0);
  for (const line of left) {
    const next = [0];
    for (let at = 0; at < right.length; at++)
      next.push(line === right[at] ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0));
    row = next;
  }
  return row.at(-1) ?? 0;
}
