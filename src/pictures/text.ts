import { visible } from '../state/markdown.ts';

/**
 * Text of a plan inside pictures. Nobody knows which font a reader has, so widths are those of the widest that the
 * font lists of palette.ts may end in.
 */

const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/\p{M}|\u200c|\u200d/u, 0],
  [/[ijlI.,:;'|! ]/, 0.34],
  [/[frt()[\]{}\-/\\]/, 0.42],
  [/[cszJ]/, 0.56],
  [/[mwMW@%]/, 1],
  [/[DGHNOQU&+<=>#~^]/, 0.84],
  [/[A-Z]/, 0.7],
  [/[\x21-\x7e·]/, 0.64],
  [/[\u2e80-\u{3ffff}]/u, 1.2],
];

const REST = 0.8;

/** Width of one character of a fixed-width font, by its size. */
const FIXED = 0.61;

/** @returns One line that shows itself and does nothing: no control signs, none that turn the direction, few marks. */
export function oneLine(text: string): string {
  return visible(text)
    .replace(/[\ufffe\uffff]/g, '')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

/** @returns Text for an element or a quoted attribute of XML and HTML, on one line. */
export function xml(text: string): string {
  return escapeXml(oneLine(text));
}

/** The same for several lines, as in a tooltip. */
export function xmlLines(lines: readonly string[]): string {
  return lines.map(xml).join('\n');
}

/** Pixels that a line takes at most, at that size of font. */
export function widthOf(text: string, size: number): number {
  let width = 0;
  for (const sign of text) width += widthOfSign(sign);
  return width * size;
}

function widthOfSign(sign: string): number {
  return PLAIN_WIDTHS[sign.codePointAt(0) ?? 0] ?? measured(sign);
}

function measured(sign: string): number {
  return WIDTHS.find(([signs]) => signs.test(sign))?.[1] ?? REST;
}

/** Of the signs that make up nearly all texts, by their codes. */
const PLAIN_WIDTHS: readonly number[] = Array.from({ length: 128 }, (_, code) => measured(String.fromCharCode(code)));

export function fixedWidthOf(text: string, size: number): number {
  return [...text].length * FIXED * size;
}

/** The beginning of a line, with `…` where there is no room for all of it. */
export function fitted(text: string, { room, size }: { readonly room: number; readonly size: number }): string {
  const line = oneLine(text);
  if (widthOf(line, size) <= room) return line;
  let kept = '';
  let width = widthOf('…', size);
  for (const { segment } of new Intl.Segmenter('en').segment(line)) {
    width += widthOf(segment, size);
    if (width > room) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** An id with `…` in its middle where it is too long: both ends tell ids apart. Empty where there is no room at all. */
export function fittedId(id: string, { room, size }: { readonly room: number; readonly size: number }): string {
  const most = Math.floor(room / (FIXED * size));
  if (id.length <= most) return id;
  if (most < 3) return '';
  const end = Math.floor((most - 1) / 2);
  return `${id.slice(0, most - 1 - end)}…${id.slice(id.length - end)}`;
}

/** Lines of words that fit, at most so many; the last is shortened. */
export function wrapped(
  text: string,
  { room, size, most }: { room: number; size: number; most: number },
): readonly string[] {
  const lines: string[] = [];
  let rest = oneLine(text)
    .split(' ')
    .filter((word) => word !== '');
  while (rest.length > 0 && lines.length < most - 1) {
    let taken = 1;
    while (taken < rest.length && widthOf(rest.slice(0, taken + 1).join(' '), size) <= room) taken++;
    lines.push(fitted(rest.slice(0, taken).join(' '), { room, size }));
    rest = rest.slice(taken);
  }
  return rest.length > 0 ? [...lines, fitted(rest.join(' '), { room, size })] : lines;
}

/** A length or place in a picture: one decimal is finer than a screen. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10 || 0);
}

function escapeXml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}
