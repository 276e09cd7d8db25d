import { spellOutInvisible } from './invisible.ts';
import type { FileProblem } from './plan.ts';

/** Keys and indices from the root of a file to a value in it. */
export type Path = readonly PropertyKey[];

/**
 * Where a value (or the key it stands under) begins, as an offset into the text. A path that leads to nothing
 * answers with the nearest value around it, so that "missing" points at the object that lacks the key.
 */
export type Locate = (path: Path, part?: 'key' | 'value') => number;

/** Turns offsets into lines and columns, both from 1. A byte order mark must be gone from the text. */
export function lineIndex(text: string): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

export interface TextFinding {
  readonly offset: number;
  readonly message: string;
}

const MAX_PROBLEMS = 500;

/**
 * Findings as located problems, in file order; those at one place keep the order in which they were found. What they
 * quote is spelled out, so that a file cannot drive the terminal that shows them.
 */
export function locateFindings(
  source: { file: string; text: string },
  findings: readonly TextFinding[],
): readonly FileProblem[] {
  const position = lineIndex(source.text);
  const sorted = findings.toSorted((a, b) => a.offset - b.offset);
  const problems = sorted
    .slice(0, MAX_PROBLEMS)
    .map(({ offset, message }) => ({ file: source.file, ...position(offset), message: spellOutInvisible(message) }));
  const left = sorted.slice(MAX_PROBLEMS);
  const next = left[0];
  if (next === undefined) return problems;
  const message = `${left.length} more problems from here on are not listed; fix those above first`;
  return [...problems, { file: source.file, ...position(next.offset), message }];
}

export function withoutByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
