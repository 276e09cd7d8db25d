import type { Shade } from '../state/shade.ts';
import { linked, MARGIN, type StatusPicture, statusFrame, WIDTH } from './status-frame.ts';
import { type Scheme, SIZE } from './status-style.ts';
import { fitted, fittedId, fixedWidthOf, px, widthOf, xml, xmlLines } from './text.ts';

/** What happened and what is expected: a row for each task or wave, time from left to right. */
export interface StatusTimeline extends Pick<StatusPicture, 'name' | 'summary' | 'notes'> {
  readonly rows: readonly TimelineRow[];
}

export interface TimelineRow {
  readonly label: string;
  readonly title: string;
  readonly href: string | undefined;
  readonly critical: boolean;
  /** Epoch milliseconds, by start. */
  readonly bars: readonly {
    readonly start: number;
    readonly end: number;
    /** False where its end is expected. */
    readonly actual: boolean;
    readonly shade: Shade;
    /** Slot, or a count. */
    readonly note: string;
  }[];
}

const ROW = { height: 22, bar: 14 } as const;

const AXIS = 26;

/** Names stand in front of the bars. */
const LABEL = 262;

const LINE = WIDTH - 2 * MARGIN - LABEL;

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

/** Between two marks of the axis. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440, 2880, 7200, 14_400, 43_200, 86_400].map(
  (minutes) => minutes * MINUTE,
);

export function statusTimeline(timeline: StatusTimeline): (scheme: Scheme) => string {
  const bars = timeline.rows.flatMap((row) => row.bars);
  const from = bars.reduce((first, { start }) => Math.min(first, start), Number.POSITIVE_INFINITY);
  const to = bars.reduce((last, { end }) => Math.max(last, end), from);
  const scale = { from, perMs: LINE / Math.max(MINUTE, to - from) };
  const height = AXIS + timeline.rows.length * ROW.height;
  const picture: StatusPicture = {
    ...timeline,
    description: `Timeline. ${timeline.summary}. One row for each task or wave in the order in which they start; times are UTC.`,
    shades: new Set(bars.map(({ shade }) => shade)),
    hasCritical: timeline.rows.some(({ critical }) => critical),
    height,
    body: [
      ...timeline.rows.map((_, nth) =>
        nth % 2 === 0
          ? `<rect class="band" y="${AXIS + nth * ROW.height}" width="${WIDTH}" height="${ROW.height}"/>`
          : '',
      ),
      ...axis({ ...scale, to, height }),
      ...timeline.rows.map((row, nth) => rowOf(row, { ...scale, y: AXIS + nth * ROW.height })),
    ],
  };
  return (scheme) => statusFrame(picture, scheme);
}

interface Scale {
  readonly from: number;
  readonly perMs: number;
}

function axis({
  from,
  to,
  perMs,
  height,
}: Scale & { readonly to: number; readonly height: number }): readonly string[] {
  const step = STEPS.find((each) => each * perMs >= 78) ?? Math.ceil(78 / perMs / DAY) * DAY;
  const marks: string[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    const middle = MARGIN + LABEL + (at - from) * perMs;
    const x = px(middle);
    const label = labelOf(at, { step, isFirst: marks.length === 0 });
    const half = widthOf(label, SIZE.text) / 2;
    const place = px(Math.min(middle, WIDTH - MARGIN - half));
    marks.push(
      `<path class="grid" d="M${x} ${AXIS - 6}V${height}"/><text class="quiet" x="${place}" y="${AXIS - 10}" text-anchor="middle">${label}</text>`,
    );
  }
  return marks;
}

/** The date where it is new, else the time. */
function labelOf(at: number, { step, isFirst }: { readonly step: number; readonly isFirst: boolean }): string {
  const text = new Date(at).toISOString();
  if (step >= DAY) return text.slice(0, 10);
  const isNewDay = at % DAY === 0 || (isFirst && step >= HOUR);
  return isNewDay ? `${text.slice(5, 10)} ${text.slice(11, 16)}` : text.slice(11, 16);
}

function rowOf(
  { label, title, href, critical, bars }: TimelineRow,
  { from, perMs, y }: Scale & { readonly y: number },
): string {
  const room = LABEL - 8;
  const name = fittedId(label, { room, size: SIZE.id });
  const beside = fixedWidthOf(name, SIZE.id) + 8;
  const rest = room - beside < 24 ? '' : fitted(title, { room: room - beside, size: SIZE.text });
  const drawn = bars.map(({ start, end, actual, shade, note }) => {
    const width = Math.max(3, (end - start) * perMs - 1);
    const x = MARGIN + LABEL + (start - from) * perMs;
    const style = [shade, ...(critical ? ['critical'] : []), ...(actual ? [] : ['expected'])].join(' ');
    const said = widthOf(note, SIZE.text) + 8 <= width;
    return `<g class="${style}"><title>${xmlLines([`${label} ${title}`, `${moment(start)} to ${moment(end)} UTC${actual ? '' : ', expected'}`, note])}</title><rect class="card" x="${px(x)}" y="${y + (ROW.height - ROW.bar) / 2}" width="${px(width)}" height="${ROW.bar}" rx="2"/>${said ? `<text x="${px(x + 4)}" y="${y + 15}">${xml(note)}</text>` : ''}</g>`;
  });
  return linked(
    href,
    `<text class="id" x="${MARGIN}" y="${y + 15}">${xml(name)}</text><text class="quiet" x="${px(MARGIN + beside)}" y="${y + 15}">${xml(rest)}</text>${drawn.join('')}`,
  );
}

function moment(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
