import { formatMinutes, parseEstimate } from '../plan/estimate.ts';
import type { Plan, Task } from '../plan/plan.ts';

/**
 * The plan as a Markdown document that people review and that `import` reads back: ids, titles, waves, estimates,
 * dependencies, agents, models and categories. Waves are headings, tasks are rows.
 */
export function exportMarkdown(plan: Plan): string {
  const waves = plan.waves.map(({ number, title }) => {
    const tasks = plan.tasks.filter(({ wave }) => wave === number);
    const heading = title === '' ? `## Wave ${number}` : `## Wave ${number}: ${escaped(title)}`;
    return `${heading}\n\n${tableOf(tasks)}`;
  });
  return `${[`# ${escaped(plan.name)}`, ...waves].join('\n\n')}\n`;
}

type Column = readonly [heading: string, cell: (task: Task) => string | undefined];

const COLUMNS: readonly Column[] = [
  ['ID', ({ id }) => id],
  ['Title', ({ title }) => title],
  ['Duration', ({ minutes }) => duration(minutes)],
  ['Dependencies', ({ dependencies }) => (dependencies.length === 0 ? '-' : dependencies.join(', '))],
  ['Agent type', ({ agent }) => agent],
  ['Model', ({ model }) => model],
  ['Category', ({ category }) => category],
];

/** A column that no task fills is left out. */
function tableOf(tasks: readonly Task[]): string {
  const columns = COLUMNS.filter(([, cell]) => tasks.some((task) => cell(task) !== undefined));
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(columns.map(([heading]) => heading)),
    row(columns.map(() => '---')),
    ...tasks.map((task) => row(columns.map(([, cell]) => escaped(cell(task) ?? '')))),
  ].join('\n');
}

function duration(minutes: number): string {
  const words = formatMinutes(minutes);
  return parseEstimate(words) === minutes ? words : `${minutes}min`;
}

/** As text and nothing else: every mark is escaped that Markdown could take for one, and spaces at the ends are kept. */
function escaped(text: string): string {
  return (
    text
      .replace(/[!"#$%&'()*+,./:;<=>?@[\\\]^_`{|}~-]/g, (mark) => (HARMLESS.test(mark) ? mark : `\\${mark}`))
      // An address without a scheme becomes a link, and takes the marks behind it along.
      .replace(/www\./gi, (www) => www.replace('.', '\\.'))
      .replace(/^[ \t]+|[ \t]+$/g, (spaces) => [...spaces].map((space) => `&#${space.charCodeAt(0)};`).join(''))
  );
}

/** Marks that mean nothing in the middle of a line. */
const HARMLESS = /[-.,/'()?;"%$]/;
