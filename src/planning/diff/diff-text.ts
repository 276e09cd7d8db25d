import type { ChangedField, NamedTask, PlanChange, PlanOutlook } from '../../plan/plan-change.ts';
import { oneLine } from '../../state/markdown.ts';
import { figureRows } from '../../text/plan-change.ts';
import { chain, count } from '../check/words.ts';
import { isChanged } from './plan-diff.ts';

/** Tasks of one kind that are named before the rest is counted. */
const MAX_TASKS = 40;
const MAX_TEXT = 60;

/** What would change, for a terminal: nothing of what people wrote steers it. */
export function diffText(change: PlanChange): string {
  if (!isChanged(change)) return 'Nothing that the app goes by would change.';
  const blocks = [
    change.before ? [] : ['There is no plan before this one that can be read: every task is new.'],
    settingLines(change),
    tasksText('+', change.added),
    tasksText('-', change.removed),
    tasksText('~', change.changed),
    figureLines(change),
  ];
  return blocks.flatMap((lines) => (lines.length > 0 ? [lines.join('\n')] : [])).join('\n\n');
}

/** What would be other of the name and of the configuration. */
export function settingLines({ name, settings }: PlanChange): readonly string[] {
  return [...(name ? [fieldLine({ name: 'name', ...name })] : []), ...settings.map(fieldLine)];
}

interface Counted {
  readonly added: readonly unknown[];
  readonly changed: readonly unknown[];
  readonly removed: readonly unknown[];
}

/** As plan-and-apply tools count. */
export function countsText({ added, changed, removed }: Counted): string {
  return `Plan: ${added.length} to add, ${changed.length} to change, ${removed.length} to remove`;
}

/** The same for programs. Minutes and US dollars. */
export function diffJson(change: PlanChange): object {
  const { before, after, name, added, removed, changed, settings } = change;
  return {
    changed: isChanged(change),
    name: name ?? null,
    settings: settings.map(fieldJson),
    added,
    removed,
    changed_tasks: changed.map(({ id, title, fields }) => ({ id, title, fields: fields.map(fieldJson) })),
    before: before ? outlookJson(before) : null,
    after: outlookJson(after),
  };
}

function tasksText(sign: string, tasks: readonly (NamedTask & { readonly fields?: readonly ChangedField[] })[]) {
  const lines = tasks
    .slice(0, MAX_TASKS)
    .flatMap(({ id, title, fields = [] }) => [
      `${sign} ${id}: ${plain(title)}`,
      ...fields.map((field) => `    ${fieldLine(field)}`),
    ]);
  const left = tasks.length - MAX_TASKS;
  return left > 0 ? [...lines, `${sign} and ${count(left, 'more task')}`] : lines;
}

function fieldLine({ name, before, after }: ChangedField): string {
  return `${name}: ${before === undefined ? 'nothing' : plain(before)} → ${after === undefined ? 'nothing' : plain(after)}`;
}

/** What the plan comes to. */
export function figureLines(change: PlanChange): readonly string[] {
  const rows = figureRows(change).map(({ what, before, after }) =>
    before === undefined || before === after ? `${what}: ${after}` : `${what}: ${before} → ${after}`,
  );
  const { path } = change.after.critical;
  return [...rows, ...(path.length === 0 ? [] : [`the path: ${chain(path)}`])];
}

function plain(text: string): string {
  const line = oneLine(text);
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}…` : line;
}

function fieldJson({ name, before, after }: ChangedField): object {
  return { name, before: before ?? null, after: after ?? null };
}

function outlookJson({ tasks, completed, work, critical, forecast }: PlanOutlook): object {
  return {
    tasks,
    completed,
    work_min: work,
    critical_path_min: critical.minutes,
    critical_path: critical.path,
    forecast: forecast
      ? {
          agents: forecast.agents,
          finish_min: Math.round(forecast.minutes * 100) / 100,
          cost_usd: forecast.cost === undefined ? null : Math.round(forecast.cost * 100) / 100,
          unpriced: forecast.unpriced,
        }
      : null,
  };
}
