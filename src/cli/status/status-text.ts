import { millis } from '../../state/snapshot.ts';
import { progressBar, spanText, timeText } from '../../text/words.ts';
import { fitLine, padTo, widthOf } from '../terminal/fit-line.ts';
import type { Palette } from '../terminal/palette.ts';
import { wrap } from '../terminal/wrap.ts';
import type { StatusReport } from './report.ts';

export interface StatusLook {
  /** Columns of the terminal; infinite where nobody knows of any. */
  readonly columns: number;
  readonly palette: Palette;
  /** Milliseconds since GitHub was asked. */
  readonly age: number;
}

const MAX_NEXT = 5;
const MAX_WAITS = 8;
const MAX_NAME = 24;
const BAR = 20;

/** How a plan stands, for a terminal: what needs a person first. A command is never cut, so that it can be copied. */
export function statusLines(report: StatusReport, look: StatusLook): readonly string[] {
  const sections = [
    headLines(report, look),
    needLines(report, look),
    runningLines(report, look),
    nextLines(report, look),
    waitLines(report, look),
    waveLines(report, look),
    footLines(report, look),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, place) => (place === 0 ? lines : ['', ...lines]));
}

function headLines({ plan, repository, totals, states, problems }: StatusReport, look: StatusLook): readonly string[] {
  const { columns, palette } = look;
  const issue = plan.issue === null ? 'no plan issue yet' : `#${plan.issue}`;
  return [
    palette('bold', fitLine(`${plan.name} · ${repository} · ${issue}`, columns)),
    fitLine(totals, columns),
    fitLine(states, columns),
    ...problems.flatMap((problem) => wrap(problem, columns)).map((line) => palette('red', line)),
  ];
}

function needLines({ needs }: StatusReport, look: StatusLook): readonly string[] {
  if (needs.length === 0) return [];
  const { palette } = look;
  const items = needs.flatMap(({ what, command, url }) => [
    ...wrap(what, look.columns - 2).map((line, place) => palette('yellow', `${place === 0 ? '! ' : '  '}${line}`)),
    ...(command === null ? [] : [`    ${palette('cyan', command)}`]),
    ...(command !== null || url === null ? [] : [`    ${url}`]),
  ]);
  return [title('Needs you', look), ...items];
}

function runningLines({ running, at }: StatusReport, look: StatusLook): readonly string[] {
  const now = millis(at) + look.age;
  const rows = running.map((task): Row => {
    const since = task.since === null ? '' : `since ${clock(task.since)} (${spanText(now - millis(task.since))})`;
    const attempt = `attempt ${task.attempt}${task.slice > 1 ? `, slice ${task.slice}` : ''}`;
    const end = task.expected_end === null ? [] : [`until about ${clock(task.expected_end)}`];
    const about = [since, attempt, ...end].filter((part) => part !== '').join(', ');
    return { name: `${task.slot ?? '–'} ${task.task}`, about, title: task.title };
  });
  return section('Running', rows, look);
}

function nextLines({ next, counts }: StatusReport, look: StatusLook): readonly string[] {
  const rows = next.slice(0, MAX_NEXT).map(({ task, title, start, state }): Row => {
    const about = state === 'ready' ? 'ready' : `about ${clock(start)}`;
    return { name: task, about, title };
  });
  const lines = section('Next', rows, look);
  const left = next.length - rows.length;
  const started = (counts.ready ?? 0) + (counts.retrying ?? 0) + (counts.blocked ?? 0);
  return left > 0 && started > 0 ? [...lines, `  and ${left} more`] : lines;
}

function waitLines({ waits }: StatusReport, look: StatusLook): readonly string[] {
  if (waits.length === 0) return [];
  const shown = waits
    .slice(0, MAX_WAITS)
    .map(({ task, reason }) =>
      fitLine(`  ${padTo(task, nameColumns(waits.map((each) => each.task)))} ${reason}`, look.columns),
    );
  const left = waits.length - shown.length;
  return [title('Waits', look), ...shown, ...(left > 0 ? [`  and ${left} more`] : [])];
}

function waveLines({ waves }: StatusReport, look: StatusLook): readonly string[] {
  const rows = waves.map(({ name, issue, over, tasks, running }): Row => {
    const bar = progressBar({ done: over, of: tasks }, BAR);
    const runs = running === 0 ? '' : `, ${running} running`;
    return { name, about: `${bar} ${over} of ${tasks}${runs}`, title: issue === null ? '' : `#${issue}` };
  });
  return section('Waves', rows, look);
}

function footLines(
  { finish, spending, due, keeper, tasks }: StatusReport,
  { columns, palette }: StatusLook,
): readonly string[] {
  const dues = Object.entries(due).map(([kind, count]) => `${count} ${kind}`);
  return [
    ...(tasks.length === 0 ? [] : wrap(finish, columns)),
    ...(spending === null ? [] : wrap(`Spending: ${spending}`, columns)),
    ...(dues.length === 0 ? [] : wrap(`The next pass of ${keeper ?? 'an app'}: ${dues.join(', ')}`, columns)),
  ].map((line) => palette('dim', line));
}

interface Row {
  readonly name: string;
  readonly about: string;
  readonly title: string;
}

/** Names and what is said about them under each other; of the title, what there is room for. */
function section(name: string, rows: readonly Row[], look: StatusLook): readonly string[] {
  if (rows.length === 0) return [];
  const names = nameColumns(rows.map((row) => row.name));
  const abouts = Math.max(...rows.map(({ about }) => widthOf(about)));
  return [
    title(name, look),
    ...rows.map((row) => {
      const first = padTo(fitLine(row.name, names), names);
      return fitLine(`  ${first}  ${padTo(row.about, abouts)}  ${row.title}`.trimEnd(), look.columns);
    }),
  ];
}

function nameColumns(names: readonly string[]): number {
  return Math.min(MAX_NAME, Math.max(...names.map(widthOf)));
}

function title(text: string, { palette }: StatusLook): string {
  return palette('bold', text);
}

/** `10:02`, in UTC. */
function clock(at: string): string {
  return timeText(at).slice(11);
}
