import { lineOf, type MarkdownBlock } from './markdown-tree.ts';

/** What the heading of a wave says. */
export interface WaveHeading {
  /** The number as written: `3`, `3.1`, `0`. */
  readonly label: string;
  readonly title: string;
  /** Minutes from the start of the plan. */
  readonly window?: { readonly start: number; readonly end: number };
}

/** `Wave 3: Security & Auth (Hour 5-9)`; undefined for any other heading. */
export function readWaveHeading(text: string): WaveHeading | undefined {
  if (text.length > 1000) return undefined;
  const found = /^\s*(?:wave|phase|stage|sprint|milestone|iteration)\s+(\d{1,4}(?:\.\d{1,3})*)(?![\p{L}\p{N}])/iu.exec(
    text,
  );
  if (found === null) return undefined;
  const rest = text.slice(found[0].length).replace(/^\s*(?:[:.–—-]\s?|(?=\())/, '');
  const hours =
    /\s*\((?:hours?|hrs?|h)\s*(\d{1,5}(?:\.\d{1,4})?)\s*(?:-|–|—|to)\s*(\d{1,5}(?:\.\d{1,4})?)\s*\)\s*$/i.exec(rest);
  const label = found[1] ?? '';
  if (hours === null) return { label, title: rest };
  const window = { start: Number(hours[1]) * 60, end: Number(hours[2]) * 60 };
  return { label, title: rest.slice(0, hours.index), window };
}

/**
 * Wave numbers for the labels of a document: the labels themselves where all are whole numbers from 1 on, otherwise
 * their places in order of appearance.
 */
export function waveNumbers(labels: readonly string[]): ReadonlyMap<string, number> {
  const distinct = [...new Set(labels)];
  const plain = distinct.every((label) => /^[1-9]\d{0,2}$/.test(label) || label === '1000');
  return new Map(distinct.map((label, index) => [label, plain ? Number(label) : index + 1]));
}

/** The label of the nearest heading above that names a wave. */
export function waveLabelOf({ headings }: MarkdownBlock): string | undefined {
  for (const heading of headings.toReversed()) {
    const wave = readWaveHeading(lineOf(heading));
    if (wave !== undefined) return wave.label;
  }
  return undefined;
}
