import { formatMinutes } from '../plan/estimate.ts';
import { hueClass } from './palette.ts';
import { type LegendEntry, MARGIN, svgFrame } from './svg-frame.ts';
import { SIZE } from './svg-style.ts';
import { fitted, fittedId, fixedWidthOf, px, widthOf, xml, xmlLines } from './text.ts';
import type { Timetable, TimetableBar, TimetableRow } from './timetable.ts';

/** Left of the bars: who works. */
const GUTTER = 70;

const ROW = { height: 46, bar: 38 } as const;

const AXIS = 30;

/** Width of the time line: as a laptop shows it; wider where short tasks would have no room for their names. */
const WIDTH = { usual: 1_230, most: 6_000, name: 84 } as const;

/** A wave named by more signs than this makes no legend any more. */
const MAX_LEGEND_WAVES = 24;

const HOUR = 60;

/** A schedule as an SVG file: a row for each agent, hours from left to right, bars in the colours of their waves. */
export function ganttSvg(timetable: Timetable): string {
  const scale = scaleOf(timetable);
  const height = AXIS + timetable.rows.length * ROW.height + 8;
  const line = Math.max(1, timetable.minutes) * scale;
  return svgFrame({
    name: timetable.name,
    summary: timetable.summary,
    legend: legendOf(timetable),
    description: `Schedule. ${timetable.summary}. One row for each ${timetable.of === 'tasks' ? 'agent' : 'wave'}, hours from left to right. ${timetable.notes.join('. ')}`,
    waves: timetable.waves.length,
    width: GUTTER + line + 2 * MARGIN,
    height,
    body: ({ top, width }) => [
      ...timetable.rows.map((row, nth) => rowOf(row, { nth, y: top + AXIS + nth * ROW.height, width })),
      ...axis({ minutes: timetable.minutes, scale, top, height }),
      ...chain(timetable, { scale, top }),
      ...timetable.rows.flatMap((row, nth) =>
        row.bars.map((bar) => barOf(bar, { scale, y: top + AXIS + nth * ROW.height + (ROW.height - ROW.bar) / 2 })),
      ),
    ],
  });
}

/** Pixels for a minute, so that four of five bars have room for an id. */
function scaleOf({ rows, minutes }: Timetable): number {
  const lengths = rows.flatMap(({ bars }) => bars.map(({ start, end }) => end - start)).toSorted((a, b) => a - b);
  const short = Math.max(1, lengths[Math.floor(lengths.length / 5)] ?? 1);
  const wanted = (WIDTH.name / short) * minutes;
  return Math.min(WIDTH.most, Math.max(WIDTH.usual, wanted)) / Math.max(1, minutes);
}

function rowOf({ label, note }: TimetableRow, { nth, y, width }: { nth: number; y: number; width: number }): string {
  const rect = nth % 2 === 0 ? `<rect class="band" y="${px(y)}" width="${width}" height="${ROW.height}"/>` : '';
  return `${rect}<text class="wave" x="${MARGIN}" y="${px(y + 20)}">${xml(fitted(label, { room: GUTTER, size: SIZE.wave }))}</text><text class="note" x="${MARGIN}" y="${px(y + 35)}">${xml(fitted(note, { room: GUTTER, size: SIZE.note }))}</text>`;
}

function axis({
  minutes,
  scale,
  top,
  height,
}: {
  readonly minutes: number;
  readonly scale: number;
  readonly top: number;
  readonly height: number;
}): readonly string[] {
  const step = stepOf(scale);
  const ticks = Array.from({ length: Math.floor(minutes / step + 1e-9) + 1 }, (_, nth) => nth * step);
  return ticks.map((minute) => {
    const x = px(MARGIN + GUTTER + minute * scale);
    const label = step < HOUR ? formatMinutes(minute) : `${minute / HOUR}h`;
    return `<path class="grid" d="M${x} ${px(top + AXIS - 6)}V${px(top + height - 8)}"/><text class="axis" x="${x}" y="${px(top + AXIS - 12)}" text-anchor="middle">${label}</text>`;
  });
}

/** Minutes between two ticks that have room for their labels. */
function stepOf(scale: number): number {
  const steps = [1, 2, 5, 10, 15, 30, 1, 2, 4, 8, 12, 24, 48, 120, 240].map((step, nth) =>
    nth < 6 ? step : step * HOUR,
  );
  return steps.find((step) => step * scale >= 48) ?? Math.ceil(48 / scale / (240 * HOUR)) * 240 * HOUR;
}

/** From the end of each task of the critical path to the start of the next, behind the bars. */
function chain({ rows, of }: Timetable, { scale, top }: { scale: number; top: number }): readonly string[] {
  if (of === 'waves') return [];
  const ends = rows
    .flatMap(({ bars }, nth) => bars.map((bar) => ({ bar, y: px(top + AXIS + (nth + 0.5) * ROW.height) })))
    .filter(({ bar }) => bar.critical)
    .toSorted((a, b) => a.bar.start - b.bar.start);
  const [first, ...others] = ends;
  if (!first || others.length === 0) return [];
  const x = (minutes: number) => px(MARGIN + GUTTER + minutes * scale);
  const steps = others.map(({ bar, y }) => `V${y}H${x(bar.end)}`);
  return [`<path class="chain" d="M${x(first.bar.start)} ${first.y}H${x(first.bar.end)}${steps.join('')}"/>`];
}

function barOf(bar: TimetableBar, { scale, y }: { scale: number; y: number }): string {
  const width = Math.max(2, (bar.end - bar.start) * scale - 2);
  return [
    `<g id="${bar.key}" class="task bar ${hueClass(bar.group)}${bar.critical ? ' critical' : ''}" data-n="${bar.place}" data-needs="${bar.needs.join(' ')}" transform="translate(${px(MARGIN + GUTTER + bar.start * scale + 1)} ${px(y)})">`,
    `<title>${xmlLines(bar.tooltip)}</title>`,
    `<rect class="card" width="${px(width)}" height="${ROW.bar}" rx="${width < 12 ? 1 : 5}"/>`,
    width < 12 ? '' : `<rect class="mark" y="7" width="4" height="${ROW.bar - 14}" rx="2"/>`,
    ...labelsOf(bar, width),
    '</g>',
  ].join('');
}

/** Id, time and title where there is room; the two halves of an id where there is less; nothing where there is none. */
function labelsOf(bar: TimetableBar, width: number): readonly string[] {
  const room = width - 15;
  const idWidth = fixedWidthOf(bar.id, SIZE.id);
  if (idWidth > room) {
    const cut = bar.id.lastIndexOf('-');
    const halves = cut > 0 ? [bar.id.slice(0, cut), bar.id.slice(cut + 1)] : [bar.id];
    const lines = halves.map((half) => fittedId(half, { room, size: SIZE.id }));
    if (lines.some((line) => line.length < 3)) return [];
    return lines.map(
      (line, nth) => `<text class="id" x="10" y="${lines.length === 1 ? 23 : 16 + nth * 15}">${xml(line)}</text>`,
    );
  }
  const took = formatMinutes(bar.end - bar.start);
  return [
    `<text class="id" x="10" y="16">${xml(bar.id)}</text>`,
    ...(room - idWidth - widthOf(took, SIZE.note) > 8
      ? [`<text class="note" x="${px(width - 6)}" y="16" text-anchor="end">${took}</text>`]
      : []),
    `<text class="title" x="10" y="31">${xml(fitted(bar.title, { room, size: SIZE.title }))}</text>`,
  ];
}

function legendOf({ waves, longest, notes, of }: Timetable): readonly LegendEntry[] {
  const named = of === 'waves' || waves.length > MAX_LEGEND_WAVES ? [] : waves;
  return [
    {
      drawn: of === 'waves' ? '' : '<rect class="sample critical" x="1" y="1" width="20" height="12" rx="3"/>',
      text: `Critical path, ${longest}`,
    },
    ...named.map(({ number, title }, nth) => ({
      drawn: `<g class="bar ${hueClass(nth)}"><rect class="card" x="1" y="1" width="20" height="12" rx="3"/><rect class="mark" x="1" y="3" width="4" height="8" rx="2"/></g>`,
      text: title === '' ? `Wave ${number}` : `${number} ${title}`,
    })),
    ...notes.map((text) => ({ drawn: '', text })),
  ];
}
