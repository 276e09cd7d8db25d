import { waveName } from '../plan/waves.ts';
import { instant, millis } from '../state/snapshot.ts';
import { MERMAID } from './flowchart.ts';
import { groupBy } from './group-by.ts';
import { mermaidText } from './mermaid-text.ts';
import type { Timetable, TimetableBar } from './timetable.ts';

/**
 * Mermaid has no hours since the start, only dates. This is day 001 of a year, so that the axis can count days; it is
 * in winter, where no clock changes, and Mermaid reads and shows it in the same zone.
 */
const START = Date.parse('2001-01-01T00:00:00Z');

const MINUTE = 60_000;
const DAY = 24 * 60;

/** A schedule as a Mermaid Gantt, a section for each wave. Undefined where GitHub would not draw it. */
export function mermaidSchedule({ name, summary, notes, rows, waves, minutes, of }: Timetable): string | undefined {
  const bars = rows.flatMap(({ label, bars: placed }) => placed.map((bar) => ({ label, bar })));
  const inWave = groupBy(bars, ({ bar }) => bar.group);
  const lines = [
    'gantt',
    `  title ${plain([name, summary, ...notes, ...(minutes > DAY ? ['Days count from 001'] : [])].join(' · '), 300)}`,
    '  dateFormat YYYY-MM-DD HH:mm:ss',
    `  axisFormat ${minutes > DAY ? 'day %j %H:%M' : '%H:%M'}`,
    '  todayMarker off',
    ...waves.flatMap((wave, nth) => {
      const shown = (inWave.get(nth) ?? []).toSorted((a, b) => a.bar.start - b.bar.start || a.bar.place - b.bar.place);
      const tasks = shown.map(({ label, bar }) => task(bar, of === 'tasks' ? label : ''));
      return tasks.length === 0 ? [] : [`  section ${plain(waveName(wave), 60)}`, ...tasks];
    }),
  ];
  const text = `${lines.join('\n')}\n`;
  return text.length <= MERMAID.characters ? text : undefined;
}

/** The agent comes first, because a task may be called like a word of Mermaid. */
function task({ key, id, start, end, critical }: TimetableBar, agent: string): string {
  const tags = [...(critical ? ['crit'] : []), key, moment(start), moment(end)];
  return `  ${plain(`${agent} ${id}`, 80)} :${tags.join(', ')}`;
}

/** Signs that end a title or a name in a Gantt. */
function plain(text: string, most: number): string {
  return mermaidText(text, most).replace(/:/g, '∶').replace(/;/g, ',');
}

function moment(minutes: number): string {
  return instant(millis(instant(START)) + Math.round(minutes * MINUTE))
    .slice(0, 19)
    .replace('T', ' ');
}
