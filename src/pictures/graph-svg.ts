import type { Drawing } from './drawing.ts';
import { type Layout, layOut } from './layout/layout.ts';
import { hueClass } from './palette.ts';
import { type LegendEntry, MARGIN, svgFrame } from './svg-frame.ts';
import { SIZE } from './svg-style.ts';
import { fitted, fittedId, fixedWidthOf, px, widthOf, wrapped, xml, xmlLines } from './text.ts';

/** Left of the bands: number and title of the wave. */
const GUTTER = 168;

const CARD = { height: 42, left: 12, right: 9, least: 132, most: 214, wave: 250 } as const;

const MIN_BAND_HEIGHT = 78;

/** Room that an id has before the note beside it gives way. */
const MIN_ID_WIDTH = 70;

export interface GraphLayout {
  readonly layout: Layout;
  /** Size of every box. */
  readonly card: { readonly width: number; readonly height: number };
}

/** @returns Undefined where the edges of the drawing are too tangled for a picture. */
export function layOutGraph(drawing: Drawing): GraphLayout | undefined {
  const card = { width: cardWidth(drawing), height: CARD.height };
  const layout = layOut(
    { groupOf: drawing.boxes.map(({ group }) => group), groups: drawing.groups.length, edges: drawing.edges },
    { ...card, leastBand: drawing.of === 'tasks' ? MIN_BAND_HEIGHT : 0 },
  );
  return layout && { layout, card };
}

/** The dependency graph as an SVG file: waves as bands from top to bottom, the critical path in the one warm colour. */
export function graphSvg(drawing: Drawing, { layout, card }: GraphLayout): string {
  return svgFrame({
    name: drawing.name,
    summary: drawing.summary,
    legend: legendOf(drawing),
    description: `Dependency graph. ${drawing.summary}. Waves are bands from top to bottom; an arrow leads from a task to one that waits for it. ${drawing.notes.join('. ')}`,
    waves: drawing.groups.length,
    width: GUTTER + layout.width + 2 * MARGIN,
    height: layout.height,
    body: ({ top, width }) => {
      const spare = (width - GUTTER - layout.width - MARGIN) / 2;
      return [
        ...layout.bands.flatMap((band, nth) => bandOf(drawing, { nth, place: { ...band, y: band.y + top, width } })),
        `<g class="graph" transform="translate(${px(GUTTER + spare)} ${px(top)})">`,
        ...inOrderOfWeight(drawing, layout),
        ...drawing.boxes.map((_, nth) => cardOf(drawing, { nth, place: { ...layout.boxes[nth], width: card.width } })),
        '</g>',
      ];
    },
  });
}

/** As wide as the longest id with its note and most titles want, within reason. */
function cardWidth({ boxes, of }: Drawing): number {
  if (of === 'waves') return CARD.wave;
  const ids = boxes.map(({ id, note }) => fixedWidthOf(id, SIZE.id) + widthOf(note, SIZE.note) + 8);
  const titles = boxes.map(({ title }) => widthOf(title.slice(0, 60), SIZE.title)).toSorted((a, b) => a - b);
  const most = ids.reduce((longest, width) => Math.max(longest, width), titles[titles.length >> 1] ?? 0);
  return Math.round(Math.min(CARD.most, Math.max(CARD.least, most + CARD.left + CARD.right)));
}

function bandOf(
  { groups, of }: Drawing,
  {
    nth,
    place: { y, height, width },
  }: { readonly nth: number; readonly place: { y: number; height: number; width: number } },
): readonly string[] {
  const group = groups[nth];
  const rect = nth % 2 === 0 ? [`<rect class="band" y="${px(y)}" width="${width}" height="${px(height)}"/>`] : [];
  if (!group || of === 'waves') return rect;
  const room = GUTTER - MARGIN - 24;
  const title = wrapped(group.title, { room, size: SIZE.note, most: 2 });
  return [
    ...rect,
    `<g class="${hueClass(nth)}" transform="translate(${MARGIN} ${px(y)})"><title>${xmlLines([`Wave ${group.number}: ${group.title}`, group.note])}</title><rect class="mark" y="14" width="4" height="${Math.min(50, 18 + 15 * (title.length + 1))}" rx="2"/><text class="wave" x="13" y="26">Wave ${group.number}</text>${title
      .map((line, row) => `<text class="note" x="13" y="${42 + row * 14}">${xml(line)}</text>`)
      .join('')}<text class="note quiet" x="13" y="${42 + title.length * 14}">${xml(group.note)}</text></g>`,
  ];
}

/** The critical path is drawn last, over all others. */
function inOrderOfWeight({ edges, boxes, groups }: Drawing, { paths }: Layout): readonly string[] {
  const drawn = edges.map(({ from, to, critical, count }, nth) => {
    const later = (boxes[from]?.group ?? 0) > (boxes[to]?.group ?? 0);
    const style = ['edge', ...(critical ? ['critical'] : []), ...(later ? ['later'] : [])].join(' ');
    const title =
      groups.length === boxes.length && count > 1
        ? `<title>${xml(`${count} dependencies of ${boxes[to]?.id} on ${boxes[from]?.id}`)}</title>`
        : '';
    const path = `<path class="${style}" data-from="${from}" data-to="${to}" d="${paths[nth]}" marker-end="url(#tip${critical ? '-critical' : ''})"`;
    return { critical, text: title === '' ? `${path}/>` : `${path}>${title}</path>` };
  });
  return [...drawn.filter(({ critical }) => !critical), ...drawn.filter(({ critical }) => critical)].map(
    ({ text }) => text,
  );
}

function cardOf(
  { boxes }: Drawing,
  {
    nth,
    place: { x = 0, y = 0, width },
  }: { readonly nth: number; readonly place: { x?: number; y?: number; width: number } },
): string {
  const box = boxes[nth];
  if (!box) return '';
  const room = width - CARD.left - CARD.right;
  const note = widthOf(box.note, SIZE.note) > room - MIN_ID_WIDTH ? '' : box.note;
  const id = fittedId(box.id, { room: room - (note === '' ? 0 : widthOf(note, SIZE.note) + 6), size: SIZE.id });
  const title = note === '' ? box.note : box.title;
  return [
    `<g id="${box.key}" class="task ${hueClass(box.group)}${box.critical ? ' critical' : ''}" data-n="${nth}" data-needs="${box.needs.join(' ')}" transform="translate(${px(x)} ${px(y)})">`,
    `<title>${xmlLines(box.tooltip)}</title>`,
    `<rect class="card" width="${width}" height="${CARD.height}" rx="6"/>`,
    `<rect class="mark" x="0" y="8" width="4" height="${CARD.height - 16}" rx="2"/>`,
    `<text class="id" x="${CARD.left}" y="18">${xml(id)}</text>`,
    `<text class="note" x="${width - CARD.right}" y="18" text-anchor="end">${xml(note)}</text>`,
    `<text class="title" x="${CARD.left}" y="33">${xml(fitted(title, { room, size: SIZE.title }))}</text>`,
    '</g>',
  ].join('');
}

function legendOf({ edges, boxes, longest, notes }: Drawing): readonly LegendEntry[] {
  const later = edges.some(({ from, to }) => (boxes[from]?.group ?? 0) > (boxes[to]?.group ?? 0));
  return [
    {
      drawn: '<rect class="sample critical" x="1" y="1" width="20" height="12" rx="3"/>',
      text: `Critical path, ${longest}`,
    },
    ...(edges.length === 0
      ? []
      : [
          {
            drawn: '<path class="edge" d="M0 7H21" marker-end="url(#tip)"/>',
            text: 'The task at the arrow waits for the other',
          },
        ]),
    ...(later
      ? [{ drawn: '<path class="edge later" d="M0 7H21" marker-end="url(#tip)"/>', text: 'Waits for a later wave' }]
      : []),
    ...notes.map((text) => ({ drawn: '', text })),
  ];
}
