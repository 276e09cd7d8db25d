import { formatMinutes } from '../plan/estimate.ts';
import { formatProblem } from '../plan/load.ts';
import type { FileProblem } from '../plan/plan.ts';
import type { ChangedField, NamedTask, PlanChange, PlanOutlook } from '../plan/plan-change.ts';
import { inline, prose } from '../state/markdown.ts';

/** What the app says about a change of the plan: on a pull request, and beside a commit. What it quotes is anybody's. */

const PLAN_CHANGE_MARK = '<!-- agent-waves:plan-change -->';

/** A comment may have 65,536 characters. */
const MAX_TASKS = 40;
const MAX_FIELDS = 12;
const MAX_TEXT = 120;
const MAX_PROBLEMS = 20;

/** What a pull request would change, or why the plan could not be read with it. */
export type ReviewedChange =
  | { readonly kind: 'unreadable'; readonly problems: readonly FileProblem[] }
  | { readonly kind: 'readable'; readonly change: PlanChange }
  /** It changed the plan before, and does so no more. */
  | { readonly kind: 'untouched' };

export function planChangeComment(reviewed: ReviewedChange): string {
  return `${PLAN_CHANGE_MARK}\n${commentText(reviewed)}`;
}

/** Whether a comment of the app is that one: its first line says so. By whom it is has to be asked as well. */
export function isPlanChangeComment(body: string): boolean {
  return body.startsWith(PLAN_CHANGE_MARK);
}

function commentText(reviewed: ReviewedChange): string {
  switch (reviewed.kind) {
    case 'untouched':
      return '**The plan stays as it is.** This pull request no longer changes plan or configuration.';
    case 'unreadable':
      return [
        '> [!CAUTION]\n> **With this pull request the plan cannot be read.** Once merged, nothing new would start:',
        problemList(reviewed.problems),
      ].join('\n\n');
    case 'readable':
      return changeText(reviewed.change);
  }
}

function problemList(problems: readonly FileProblem[]): string {
  const lines = problems.slice(0, MAX_PROBLEMS).map((problem) => `- ${prose(formatProblem(problem))}`);
  const left = problems.length - lines.length;
  return [...lines, ...(left > 0 ? [`- and ${left} more`] : [])].join('\n');
}

function changeText(change: PlanChange): string {
  const { before, name, settings, added, removed, changed } = change;
  const parts = [
    `**What this pull request would change in the plan:** ${summary(change)}.`,
    before ? '' : 'There is no plan yet that can be read: every task is new.',
    figuresTable(change),
    name ? `Name: ${inline(name.before)} → ${inline(name.after)}` : '',
    fieldsText('Settings', settings),
    tasksText('Added', added),
    tasksText('Removed: their issues are closed, and what runs of them is ended', removed),
    tasksText('Changed', changed),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** `2 tasks added, 1 removed, 3 changed, 1 setting`. */
function summary({ added, removed, changed, settings, name }: PlanChange): string {
  const counts = [
    [added.length, 'added'],
    [removed.length, 'removed'],
    [changed.length, 'changed'],
  ] as const;
  const tasks = counts.flatMap(([count, what], nth) => {
    if (count === 0) return [];
    const first = counts.slice(0, nth).every(([earlier]) => earlier === 0);
    return [first ? `${count} ${count === 1 ? 'task' : 'tasks'} ${what}` : `${count} ${what}`];
  });
  const rest = settings.length === 0 ? [] : [`${settings.length} ${settings.length === 1 ? 'setting' : 'settings'}`];
  return [...tasks, ...rest, ...(name ? ['its name'] : [])].join(', ') || 'nothing that the app goes by';
}

interface FigureRow {
  readonly what: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** What the plan comes to, before and after. */
export function figureRows({ before, after }: PlanChange): readonly FigureRow[] {
  const rows: readonly [string, (outlook: PlanOutlook) => string | undefined][] = [
    ['tasks', ({ tasks, completed }) => (completed === 0 ? `${tasks}` : `${tasks}, ${completed} of them completed`)],
    ['work left', ({ work }) => formatMinutes(work)],
    ['critical path', ({ critical }) => formatMinutes(critical.minutes)],
    [
      'expected finish',
      ({ forecast }) => forecast && `${formatMinutes(Math.round(forecast.minutes))} with ${agents(forecast.agents)}`,
    ],
    [
      'expected cost',
      ({ forecast }) => (forecast?.cost !== undefined ? costText(forecast.cost, forecast.unpriced) : undefined),
    ],
  ];
  return rows.flatMap(([what, textOf]) => {
    const now = textOf(after);
    return now === undefined ? [] : [{ what, before: before && textOf(before), after: now }];
  });
}

function agents(count: number): string {
  return count === 1 ? 'one agent' : `${count} agents`;
}

function costText(cost: number, unpriced: number): string {
  const rest = unpriced === 0 ? '' : `, and ${unpriced} ${unpriced === 1 ? 'task' : 'tasks'} without a price`;
  return `$${cost.toFixed(2)}${rest}`;
}

function figuresTable(change: PlanChange): string {
  const rows = figureRows(change).map(({ what, before, after }) => `| ${what} | ${before ?? '–'} | ${after} |`);
  return ['| | Before | After |', '| --- | --- | --- |', ...rows].join('\n');
}

function tasksText(
  title: string,
  tasks: readonly (NamedTask & { readonly fields?: readonly ChangedField[] })[],
): string {
  if (tasks.length === 0) return '';
  const lines = tasks
    .slice(0, MAX_TASKS)
    .flatMap(({ id, title: what, fields = [] }) => [
      `- **${inline(id)}** ${short(what)}`,
      ...fields.slice(0, MAX_FIELDS).map((field) => `  - ${fieldText(field)}`),
    ]);
  const left = tasks.length - MAX_TASKS;
  return [`**${title}**`, '', ...lines, ...(left > 0 ? [`- and ${left} more`] : [])].join('\n');
}

function fieldsText(title: string, fields: readonly ChangedField[]): string {
  if (fields.length === 0) return '';
  return [`**${title}**`, '', ...fields.slice(0, MAX_TASKS).map((field) => `- ${fieldText(field)}`)].join('\n');
}

function fieldText({ name, before, after }: ChangedField): string {
  return `${inline(name)}: ${before === undefined ? 'nothing' : short(before)} → ${after === undefined ? 'nothing' : short(after)}`;
}

function short(text: string): string {
  return inline(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);
}

interface CheckedPlan {
  readonly findings: readonly (FileProblem & { readonly severity: 'error' | 'warning' })[];
  /** Undefined where the plan cannot be read, or was not looked through. */
  readonly figures:
    | {
        readonly tasks: number;
        readonly dependencies: number;
        readonly work: number;
        readonly critical: PlanOutlook['critical'];
      }
    | undefined;
}

/** What a check run says above its annotations. */
export function checkSummary({ findings, figures }: CheckedPlan): { readonly title: string; readonly summary: string } {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const title = `The plan cannot be read: ${errors.length} ${errors.length === 1 ? 'problem' : 'problems'}`;
    return { title, summary: `Nothing new starts while the default branch has it so.\n\n${problemList(errors)}` };
  }
  const warned = findings.length;
  const title =
    warned === 0
      ? 'The plan can be read'
      : `The plan can be read, with ${warned} ${warned === 1 ? 'warning' : 'warnings'}`;
  const facts = figures
    ? `${figures.tasks} ${figures.tasks === 1 ? 'task' : 'tasks'}, ${figures.dependencies} dependencies, ${formatMinutes(figures.work)} of work, ${formatMinutes(figures.critical.minutes)} on the critical path.`
    : 'Plan and configuration can be carried out.';
  return { title, summary: [facts, ...(warned === 0 ? [] : [problemList(findings)])].join('\n\n') };
}
