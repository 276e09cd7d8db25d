import { stripVTControlCharacters } from 'node:util';

/** Signs that take two columns: East Asian wide and full-width ones, and emoji. */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\ufe0f/u;
/** Signs that stand on the one before them. */
const NONE = /^(?:\p{Mn}|\p{Me}|\p{Cf})+$/u;

const signs = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that a text takes in a terminal, without its colours. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of signs.segment(stripVTControlCharacters(text))) width += widthOfSign(segment);
  return width;
}

/** @param text Without colours. @returns It, or so much of its beginning as leaves room for an ellipsis. */
export function fitLine(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of signs.segment(text)) {
    width += widthOfSign(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`;
}

/** With blanks behind it, so that what follows begins in a column. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

function widthOfSign(sign: string): number {
  if (NONE.test(sign)) return 0;
  return WIDE.test(sign) ? 2 : 1;
}
