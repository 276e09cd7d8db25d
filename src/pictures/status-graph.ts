import type { Shade } from '../state/shade.ts';
import { type Layout, layOut } from './layout/layout.ts';
import { linked, MARGIN, ROOM, type StatusPicture, statusFrame, WIDTH } from './status-frame.ts';
import { type Scheme, SIZE } from './status-style.ts';
import { fitted, fittedId, px, wrapped, xml, xmlLines } from './text.ts';

/** A plan as it stands: tasks as cards in the bands of their waves, arrows to what waits for them. */
export interface StatusGraph extends Pick<StatusPicture, 'name' | 'summary' | 'notes'> {
  /** Waves: their names, and how far they are. */
  readonly groups: readonly { readonly name: string; readonly note: string }[];
  readonly boxes: readonly StatusBox[];
  readonly edges: readonly { readonly from: number; readonly to: number; readonly critical: boolean }[];
}

interface StatusBox {
  readonly id: string;
  readonly title: string;
  /** `running on A3`, or how long it takes. */
  readonly note: string;
  readonly shade: Shade;
  readonly critical: boolean;
  /** Place of its wave. */
  readonly group: number;
  readonly href: string | undefined;
  readonly tooltip: readonly string[];
}

const CARD = { width: 156, height: 70, left: 12, right: 6 } as const;

/** Room for the name of a wave above its tasks. */
const HEAD = 18;

const SPACING = { boxes: 10, boxLane: 9, lanes: 6 } as const;

/** Cards beside each other, and bands that an arrow crosses at most: the first picture that is narrow enough is taken. */
const SHAPES = [
  [4, Number.POSITIVE_INFINITY],
  [3, Number.POSITIVE_INFINITY],
  [4, 3],
  [3, 3],
  [3, 2],
  [3, 1],
] as const;

/** @returns The file in each scheme; undefined where no picture that can be read is wide enough for it. */
export function statusGraph(graph: StatusGraph): ((scheme: Scheme) => string) | undefined {
  const laid = layOutNarrow(graph);
  if (!laid) return undefined;
  const { layout, edges } = laid;
  const left = graph.edges.length - edges.length;
  const far =
    left === 0
      ? []
      : [`${left} ${left === 1 ? 'arrow that goes' : 'arrows that go'} far ${left === 1 ? 'is' : 'are'} left out`];
  const picture: StatusPicture = {
    ...graph,
    notes: [...graph.notes, ...far],
    description: `Dependency graph. ${graph.summary}. Waves are bands from top to bottom; an arrow leads from a task to one that waits for it.`,
    shades: new Set(graph.boxes.map(({ shade }) => shade)),
    hasCritical: graph.boxes.some(({ critical }) => critical),
    height: layout.height,
    body: [
      ...layout.bands.flatMap(({ y, height }, nth) =>
        nth % 2 === 0 ? [`<rect class="band" y="${px(y)}" width="${WIDTH}" height="${px(height)}"/>`] : [],
      ),
      `<g transform="translate(${px(MARGIN + (ROOM - layout.width) / 2)} 0)">`,
      ...drawnEdges(edges, layout),
      ...graph.boxes.map((box, nth) => card(box, layout.boxes[nth])),
      '</g>',
      ...graph.groups.map((group, nth) => nameOf(group, layout.bands[nth]?.y ?? 0)),
    ],
  };
  return (scheme) => statusFrame(picture, scheme);
}

function layOutNarrow({ boxes, groups, edges: all }: StatusGraph) {
  const groupOf = boxes.map(({ group }) => group);
  for (const [mostBeside, far] of SHAPES) {
    const edges = all.filter(
      ({ from, to, critical }) => critical || Math.abs((groupOf[from] ?? 0) - (groupOf[to] ?? 0)) <= far,
    );
    const size = { ...CARD, leastBand: 0, head: HEAD, spread: ROOM, spacing: SPACING };
    const layout = layOut({ groupOf, groups: groups.length, edges, mostBeside }, size);
    if (layout && layout.width <= ROOM) return { layout, edges };
  }
  return undefined;
}

/** Over the arrows, which may pass there. */
function nameOf({ name, note }: StatusGraph['groups'][number], y: number): string {
  const text = fitted(`${name} · ${note}`, { room: ROOM, size: SIZE.text });
  return `<text class="strong" x="${MARGIN}" y="${px(y + 17)}">${xml(text)}</text>`;
}

/** The critical path is drawn last, over all others. */
function drawnEdges(edges: StatusGraph['edges'], { paths }: Layout): readonly string[] {
  return edges
    .map(({ critical }, nth) => ({
      critical,
      text: `<path class="edge${critical ? ' critical' : ''}" d="${paths[nth]}" marker-end="url(#tip${critical ? '-critical' : ''})"/>`,
    }))
    .toSorted((a, b) => Number(a.critical) - Number(b.critical))
    .map(({ text }) => text);
}

function card(box: StatusBox, { x, y }: { readonly x: number; readonly y: number } = { x: 0, y: 0 }): string {
  const room = CARD.width - CARD.left - CARD.right;
  const line = (text: string) => xml(fitted(text, { room, size: SIZE.text }));
  const content = [
    `<g class="${box.shade}${box.critical ? ' critical' : ''}" transform="translate(${px(x)} ${px(y)})">`,
    `<title>${xmlLines(box.tooltip)}</title>`,
    `<rect class="card" width="${CARD.width}" height="${CARD.height}" rx="6"/>`,
    `<rect class="mark" y="8" width="5" height="${CARD.height - 16}" rx="2"/>`,
    `<text class="id" x="${CARD.left}" y="17">${xml(fittedId(box.id, { room, size: SIZE.id }))}</text>`,
    ...wrapped(box.title, { room, size: SIZE.text, most: 2 }).map(
      (text, nth) => `<text x="${CARD.left}" y="${33 + nth * 14}">${xml(text)}</text>`,
    ),
    `<text class="quiet" x="${CARD.left}" y="62">${line(box.note)}</text>`,
    '</g>',
  ].join('');
  return linked(box.href, content);
}
