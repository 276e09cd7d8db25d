import type { Shade } from '../state/shade.ts';
import { SHADES } from '../text/words.ts';
import { type Scheme, SIZE, statusStyle } from './status-style.ts';
import { fitted, px, widthOf, xml } from './text.ts';

/** Width of a picture in pixels: a page of Markdown that is 980 wide shows it without making it smaller. */
export const WIDTH = 880;

export const MARGIN = 14;

/** Room between the margins. */
export const ROOM = WIDTH - 2 * MARGIN;

const LINE = 20;

export interface StatusPicture {
  readonly name: string;
  /** One line about the whole. */
  readonly summary: string;
  /** Said to those who cannot see it. */
  readonly description: string;
  /** What stands in it, in any order. */
  readonly shades: ReadonlySet<Shade>;
  /** Something in it is on the critical path. */
  readonly hasCritical: boolean;
  /** What it leaves out, one sentence each. */
  readonly notes: readonly string[];
  readonly height: number;
  /** Elements, drawn from the upper left corner of the room below the heading. */
  readonly body: readonly string[];
}

/** A whole SVG file: heading, legend, body. Nothing in it is fetched from anywhere. */
export function statusFrame(picture: StatusPicture, scheme: Scheme): string {
  const legend = legendOf(picture);
  const top = 52 + legend.height;
  const height = Math.ceil(top + picture.height + MARGIN);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">`,
    `<title id="title">${xml(picture.name)}</title>`,
    `<desc id="description">${xml(picture.description)}</desc>`,
    `<style>\n${statusStyle(scheme)}\n</style>`,
    `<defs>${arrow('tip', 7)}${arrow('tip-critical', 5)}</defs>`,
    `<rect class="page" width="${WIDTH}" height="${height}"/>`,
    `<text class="name" x="${MARGIN}" y="24">${xml(fitted(picture.name, { room: ROOM, size: SIZE.name }))}</text>`,
    `<text class="quiet" x="${MARGIN}" y="42">${xml(fitted(picture.summary, { room: ROOM, size: SIZE.text }))}</text>`,
    ...legend.lines,
    `<g transform="translate(0 ${top})">`,
    ...picture.body,
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}

/** Something that leads to an issue; a picture that a page shows as an image leads nowhere, one that is opened does. */
export function linked(href: string | undefined, content: string): string {
  return href === undefined ? content : `<a href="${xml(href)}">${content}</a>`;
}

function arrow(id: string, size: number): string {
  return `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="${size}" markerHeight="${size}" orient="auto"><path class="${id.replace('-', ' ')}" d="M0 0.8L8 4L0 7.2z"/></marker>`;
}

function legendOf({ shades, hasCritical, notes }: StatusPicture): {
  readonly lines: readonly string[];
  readonly height: number;
} {
  const signs = [
    ...(Object.keys(SHADES) as Shade[])
      .filter((shade) => shades.has(shade))
      .map((shade) => ({
        drawn: `<g class="${shade}"><rect class="card" x="1" y="1" width="20" height="11" rx="3"/><rect class="mark" x="1" y="1" width="5" height="11" rx="2"/></g>`,
        text: SHADES[shade].word,
      })),
    ...(hasCritical
      ? [
          {
            drawn: '<rect class="sample critical" x="1" y="1" width="20" height="11" rx="3"/>',
            text: 'on the critical path',
          },
        ]
      : []),
    ...notes.map((text) => ({ drawn: '', text })),
  ];
  let [x, row] = [0, 0];
  const lines = signs.map(({ drawn, text }) => {
    const before = drawn === '' ? 0 : 27;
    const said = fitted(text, { room: ROOM - before, size: SIZE.text });
    const width = before + widthOf(said, SIZE.text);
    if (x > 0 && x + width > ROOM) [x, row] = [0, row + 1];
    const line = `<g transform="translate(${px(MARGIN + x)} ${54 + row * LINE})">${drawn}<text class="quiet" x="${before}" y="11">${xml(said)}</text></g>`;
    x += width + 16;
    return line;
  });
  return { lines, height: signs.length === 0 ? 0 : (row + 1) * LINE + 4 };
}
