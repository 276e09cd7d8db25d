import { SIZE, svgStyle } from './svg-style.ts';
import { fitted, px, widthOf, xml } from './text.ts';

/** One line of the legend: a sign, drawn with its upper left corner at 0 0 in 22 by 14 pixels, and what it means. */
export interface LegendEntry {
  readonly drawn: string;
  readonly text: string;
}

export const MARGIN = 20;

/** A picture narrower than this has no room for its own heading. */
const MIN_WIDTH = 720;

const LINE = 20;

export interface Picture {
  readonly name: string;
  readonly summary: string;
  readonly legend: readonly LegendEntry[];
  /** Said to those who cannot see it. */
  readonly description: string;
  readonly waves: number;
  /** Room that the body needs. */
  readonly width: number;
  readonly height: number;
  /** Draws the body below the heading: bands may run over the whole width given. */
  readonly body: (place: { readonly top: number; readonly width: number }) => readonly string[];
}

/** A whole SVG file around a body: heading, legend, style; nothing in it is fetched from anywhere. */
export function svgFrame(picture: Picture): string {
  const width = Math.ceil(Math.max(MIN_WIDTH, picture.width));
  const rows = legendRows(picture.legend, width - 2 * MARGIN);
  const top = 66 + rows.length * LINE + 8;
  const height = Math.ceil(top + picture.height + MARGIN);
  const room = width - 2 * MARGIN;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" aria-labelledby="picture-title picture-description" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title id="picture-title">${xml(picture.name)}</title>`,
    `<desc id="picture-description">${xml(picture.description)}</desc>`,
    `<style>\n${svgStyle(picture.waves)}\n</style>`,
    '<defs>',
    arrow({ id: 'tip', style: 'tip', size: 7 }),
    arrow({ id: 'tip-critical', style: 'tip critical', size: 5 }),
    '</defs>',
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<text class="name" x="${MARGIN}" y="32">${xml(fitted(picture.name, { room, size: SIZE.name }))}</text>`,
    `<text class="summary" x="${MARGIN}" y="53">${xml(fitted(picture.summary, { room, size: SIZE.summary }))}</text>`,
    ...rows.flatMap((row, nth) =>
      row.map(
        ({ x, sign }) =>
          `<g transform="translate(${px(x + MARGIN)} ${66 + nth * LINE})">${sign.drawn}<text class="legend" x="${sign.drawn === '' ? 0 : 28}" y="11">${xml(sign.text)}</text></g>`,
      ),
    ),
    ...picture.body({ top, width }),
    '</svg>',
  ].join('\n')}\n`;
}

function arrow({ id, style, size }: { readonly id: string; readonly style: string; readonly size: number }): string {
  return `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="${size}" markerHeight="${size}" orient="auto"><path class="${style}" d="M0 0.8L8 4L0 7.2z"/></marker>`;
}

function legendRows(
  signs: readonly LegendEntry[],
  room: number,
): readonly (readonly { x: number; sign: LegendEntry }[])[] {
  const rows: { x: number; sign: LegendEntry }[][] = [];
  let x = room;
  for (const given of signs) {
    const before = given.drawn === '' ? 0 : 28;
    const sign = { ...given, text: fitted(given.text, { room: room - before, size: SIZE.legend }) };
    const width = before + widthOf(sign.text, SIZE.legend);
    if (x + width > room) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ x, sign });
    x += width + 18;
  }
  return rows;
}
