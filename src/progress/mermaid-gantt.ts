import type { ForecastBar } from '../decide/schedule/forecast.ts';
import { isDrawable, mermaidBlock, mermaidText } from '../pictures/mermaid-text.ts';
import type { TaskId, Wave } from '../plan/plan.ts';
import { instant, millis } from '../state/snapshot.ts';
import { counted, SHADES, shadeOf } from '../text/words.ts';
import type { Page } from './page.ts';

/** Above this many bars, one bar per wave is shown. */
const MAX_BARS = 100;

const MINUTE = 60_000;

/** What happened and what is expected, as a Mermaid Gantt. Times are UTC. */
export function mermaidGantt(page: Page): string {
  const { bars, unforeseen } = page.forecast;
  if (bars.length === 0) return '## Timeline\n\nNothing has run yet.';
  const lines = bars.length > MAX_BARS ? waveLines(page) : taskLines(page);
  const chart = mermaidBlock([
    'gantt',
    '  dateFormat YYYY-MM-DD HH:mm:ss',
    `  axisFormat ${axisFormat(bars)}`,
    '  todayMarker off',
    ...lines,
  ]);
  if (!isDrawable(chart)) return '## Timeline\n\nThe plan is too large to be drawn.';
  const aside =
    unforeseen.length === 0
      ? ''
      : ` ${counted(unforeseen.length, 'task')} that cannot go on yet ${unforeseen.length === 1 ? 'has' : 'have'} no bar.`;
  return [
    '## Timeline',
    `Grey is done, the rest is expected; the critical path is red. Times are UTC.${aside}`,
    chart,
  ].join('\n\n');
}

function taskLines(page: Page): readonly string[] {
  const critical = new Set(page.decision.criticalPath.path);
  return page.plan.waves.flatMap((wave) => {
    const lines = barsOf(page, wave).map((bar) => taskLine(page, { bar, critical }));
    return lines.length === 0 ? [] : [`  section Wave ${wave.number}`, ...lines];
  });
}

/** The icon comes first, because a task may be called like a word of Mermaid. */
function taskLine(
  page: Page,
  { bar, critical }: { readonly bar: ForecastBar; readonly critical: ReadonlySet<TaskId> },
): string {
  const view = page.views.get(bar.task);
  const icon = view ? SHADES[shadeOf(view)].icon : '';
  const slot = bar.slot === undefined ? '' : ` ${bar.slot}`;
  const begun = view?.state === 'running' || view?.state === 'in-review';
  const tags = [...(critical.has(bar.task) ? ['crit'] : []), ...(bar.actual ? ['done'] : begun ? ['active'] : [])];
  return line(`${icon} ${mermaidText(bar.task, 64)}${slot}`, { tags, span: bar });
}

function waveLines(page: Page): readonly string[] {
  const within = Map.groupBy(page.forecast.bars, ({ task }) => page.views.get(task)?.task.wave);
  return page.plan.waves.flatMap((wave) => {
    const bars = within.get(wave.number) ?? [];
    const done = bars.filter(({ actual, task }) => actual && page.views.get(task)?.state === 'completed');
    const expected = bars.filter(({ actual }) => !actual);
    const lines = [
      ...(done.length === 0
        ? []
        : [line(`${SHADES.completed.icon} ${counted(done.length, 'task')}`, { tags: ['done'], span: around(done) })]),
      ...(expected.length === 0
        ? []
        : [line(`${SHADES.ready.icon} ${counted(expected.length, 'task')}`, { tags: [], span: around(expected) })]),
    ];
    return lines.length === 0 ? [] : [`  section Wave ${wave.number}`, ...lines];
  });
}

function barsOf(page: Page, wave: Wave): readonly ForecastBar[] {
  return page.forecast.bars.filter(({ task }) => page.views.get(task)?.task.wave === wave.number);
}

type Span = Pick<ForecastBar, 'start' | 'end'>;

function around(bars: readonly ForecastBar[]): Span {
  return {
    start: instant(bars.reduce((first, { start }) => Math.min(first, millis(start)), Number.POSITIVE_INFINITY)),
    end: instant(bars.reduce((last, { end }) => Math.max(last, millis(end)), Number.NEGATIVE_INFINITY)),
  };
}

function line(
  label: string,
  { tags, span: { start, end } }: { readonly tags: readonly string[]; readonly span: Span },
): string {
  return `  ${label} :${[...tags, moment(start), moment(end)].join(', ')}`;
}

function moment(at: string): string {
  return instant(millis(at)).slice(0, 19).replace('T', ' ');
}

function axisFormat(bars: readonly ForecastBar[]): string {
  const { start, end } = around(bars);
  const minutes = (millis(end) - millis(start)) / MINUTE;
  if (minutes < 10) return '%H:%M:%S';
  return minutes < 24 * 60 ? '%H:%M' : '%b %d %H:%M';
}
