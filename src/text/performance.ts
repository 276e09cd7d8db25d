import { formatMinutes } from '../plan/estimate.ts';
import { dollars } from '../state/amounts.ts';
import { inline } from '../state/markdown.ts';
import { costPerLanded, type Performance } from '../state/performance.ts';

/** Pace and cost of agent types and models, as people read them. */

export const PERFORMANCE_HEAD = [
  'Agent',
  'Model',
  'Landed',
  'First try',
  'Runs',
  'Cost',
  'Per landed task',
  'Took / estimate',
] as const;

/** The cells of a row, as plain text: `–` where nothing is known. */
export function performanceCells(row: Performance): readonly string[] {
  const { type, model, landed, firstTry, runs, usd, unknown, minutes, estimated } = row;
  const each = costPerLanded(row);
  return [
    type,
    model,
    String(landed),
    landed === 0 ? '–' : `${Math.round((100 * firstTry) / landed)}%`,
    String(runs),
    usd === 0 ? '–' : `${dollars(usd)}${unknown === 0 ? '' : `, ${unknown} not told`}`,
    each === undefined ? '–' : dollars(each),
    estimated === 0 ? '–' : `${formatMinutes(Math.max(1, Math.round(minutes)))} / ${formatMinutes(estimated)}`,
  ];
}

/** A table of Markdown. */
export function performanceTable(rows: readonly Performance[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(PERFORMANCE_HEAD),
    line(PERFORMANCE_HEAD.map(() => '---')),
    ...rows.map((row) => line(performanceCells(row).map((cell) => inline(cell)))),
  ].join('\n');
}
