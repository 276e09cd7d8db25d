import type { DocumentClaim } from '../../plan/document-claims.ts';
import { fitLine } from './fit-fields.ts';

export type Total = Extract<DocumentClaim, { kind: 'total' }>;

/** A duration in running text, with what stands around it. */
interface Figure {
  readonly least: number;
  readonly most: number;
  /** From the figure before, or the beginning of the line. */
  readonly before: string;
  /** In parentheses right behind it. */
  readonly behind: string;
}

const FIGURE =
  /(\d{1,6}(?:\.\d{1,4})?)(?:\s{0,3}(?:-|–|—|to)\s{0,3}(\d{1,6}(?:\.\d{1,4})?))?\s{0,3}(hours?|hrs?|h|minutes?|mins?|min)(?![\p{L}\p{N}])(?:\s{0,3}\(([^()]{0,80})\))?/giu;

/** The figures for the whole plan that one line of a document gives, each with what it is a figure of. */
export function totalsOfLine({ text, line }: { readonly text: string; readonly line: number }): readonly Total[] {
  const words = fitLine(text.trim(), 500);
  if (words === undefined) return [];
  return figuresOf(text).flatMap((figure): readonly Total[] => {
    const of = subjectOf(figure);
    return of === undefined ? [] : [{ kind: 'total', of, least: figure.least, most: figure.most, line, text: words }];
  });
}

/** Durations of a text in minutes, in order. */
export function figuresOf(text: string): readonly Figure[] {
  let from = 0;
  return [...text.matchAll(FIGURE)].map((found): Figure => {
    const factor = /^h/i.test(found[3] ?? '') ? 60 : 1;
    const least = Number(found[1]) * factor;
    const most = found[2] === undefined ? least : Number(found[2]) * factor;
    const before = text.slice(from, found.index);
    from = found.index + found[0].length;
    return { least: Math.min(least, most), most: Math.max(least, most), before, behind: found[4] ?? '' };
  });
}

/** One of each figure, where it is said first. */
export function distinctTotals(totals: readonly Total[]): readonly Total[] {
  const seen = new Set<string>();
  return totals.filter(({ of, least, most }) => {
    const key = `${of} ${least} ${most}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function subjectOf({ before, behind }: Figure): Total['of'] | undefined {
  if (/\bsav(?:e[sd]?|ings?)\b/i.test(before)) return undefined;
  return subjectIn(before) ?? subjectIn(behind);
}

/** @param words Such as the label of a figure: `Critical Path Time`. */
export function subjectIn(words: string): Total['of'] | undefined {
  if (/critical[\s-]+path|longest\s+(?:path|chain)/i.test(words)) return 'critical-path';
  if (/sequential|single[\s-]+(?:thread|agent)|one\s+(?:agent|after)|\btotal\s+(?:work|effort)\b/i.test(words)) {
    return 'sequential';
  }
  if (/elapsed|wall[\s-]*clock|parallel|end[\s-]+to[\s-]+end|makespan/i.test(words)) return 'elapsed';
  return undefined;
}
