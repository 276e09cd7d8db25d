import { slotOf } from '../../decide/schedule/forecast.ts';
import { formatMinutes } from '../../plan/estimate.ts';
import type { Plan, TaskId } from '../../plan/plan.ts';
import { waveName } from '../../plan/waves.ts';
import { amountText, type LimitUse } from '../../state/budget-limits.ts';
import { oneLine } from '../../state/markdown.ts';
import { why } from '../../state/needs-person.ts';
import { isOver } from '../../state/satisfied.ts';
import { shadeOf } from '../../state/shade.ts';
import type { TaskView } from '../../state/task-view.ts';
import { plainText } from '../../text/plain-text.ts';
import { SHADES } from '../../text/words.ts';
import { finish } from '../overview.ts';
import { type Page, type ProgressInput, pageOf } from '../page.ts';

/** Everything that the dashboard shows of one repository: plain text and addresses, a function of state and never of the clock. */
export interface DashboardData {
  /** Says which picture belongs to it: a page with another one is loaded anew. */
  readonly shape: string;
  readonly plan: { readonly name: string; readonly url: string };
  /** Why nothing new starts. */
  readonly notice?: string;
  readonly over: number;
  /** Estimated minutes of what is over, and of everything. */
  readonly work: readonly [over: number, all: number];
  readonly finish: string;
  /** What agents reported, and of how many runs nobody knows it. Absent: nobody reported anything. */
  readonly cost?: { readonly usd: number; readonly unknown: number };
  /** Limits of the budget for the whole plan, each with the part of it that is gone. */
  readonly budget?: readonly DashboardLimit[];
  readonly waves: readonly DashboardWave[];
  /** In plan order, as the boxes of the picture are. */
  readonly tasks: readonly DashboardTask[];
  readonly bars: readonly DashboardBar[];
}

export interface DashboardLimit {
  readonly spent: string;
  /** `of $200.00, $6.00 reserved` */
  readonly text: string;
  /** Spent, and spent with what is reserved: from 0 to 1. */
  readonly shares: readonly [spent: number, held: number];
}

export interface DashboardWave {
  readonly number: number;
  readonly name: string;
  readonly url?: string;
  readonly tasks: number;
  readonly over: number;
  readonly running: number;
}

export interface DashboardTask {
  readonly id: string;
  readonly title: string;
  readonly wave: number;
  readonly shade: string;
  readonly word: string;
  readonly reason: string;
  readonly estimate: string;
  readonly needs: readonly string[];
  readonly critical?: true;
  readonly asks?: true;
  readonly url?: string;
  readonly slot?: string;
  readonly started?: string;
  readonly completed?: string;
  readonly run?: string;
  readonly pull?: string;
  readonly usd?: number;
  readonly attempts?: readonly DashboardAttempt[];
  readonly checks?: readonly (readonly [name: string, status: string])[];
}

export interface DashboardAttempt {
  readonly name: string;
  readonly outcome: string;
  readonly ended: string;
  readonly run?: string;
  readonly minutes?: number;
  readonly usd?: number;
}

export interface DashboardBar {
  /** Place of the task in the plan. */
  readonly n: number;
  readonly start: string;
  readonly end: string;
  readonly actual: boolean;
}

export interface DashboardInput extends ProgressInput {
  readonly shape: string;
  /** What of each limit is gone; of the others than the plan's nothing is shown. */
  readonly limits?: readonly LimitUse[];
}

export function dashboardData({ shape, limits = [], ...input }: DashboardInput): DashboardData {
  const page = pageOf(input);
  const { plan, decision, repositoryUrl } = input;
  const { planIssue, notice, tasks } = decision;
  const places = new Map(tasks.map(({ task }, n) => [task.id, n]));
  const onPath = new Set<TaskId>(decision.criticalPath.path);
  const over = tasks.filter(isOver);
  const cost = costOf(tasks.flatMap(({ record }) => record.history));
  return {
    shape,
    plan: { name: oneLine(plan.name), url: planIssue === undefined ? repositoryUrl : issueUrl(page, planIssue) },
    ...(notice === undefined ? {} : { notice: plainText(notice) }),
    over: over.length,
    work: [minutesOf(over), minutesOf(tasks)],
    finish: plainText(finish(page)),
    ...(cost ? { cost } : {}),
    ...budgetOf(limits),
    waves: wavesOf(page),
    tasks: tasks.map((view) => taskOf(page, { view, isCritical: onPath.has(view.task.id) })),
    bars: page.forecast.bars.map(({ task, start, end, actual }) => ({ n: places.get(task) ?? 0, start, end, actual })),
  };
}

function budgetOf(limits: readonly LimitUse[]): Pick<DashboardData, 'budget'> {
  const budget = limits
    .filter(({ scope }) => scope === 'plan')
    .map(({ unit, spent, reserved, limit }) => ({
      spent: amountText(spent, unit),
      text: `spent of ${amountText(limit, unit)}${reserved > 0 ? `, ${amountText(reserved, unit)} reserved` : ''}`,
      shares: [Math.min(1, spent / limit), Math.min(1, (spent + reserved) / limit)] as const,
    }));
  return budget.length === 0 ? {} : { budget };
}

/** What decides over the picture of a plan, as text. */
export function pictureSource({ name, waves, tasks }: Plan): string {
  const each = tasks.map(({ id, title, wave, minutes, dependencies }) => [id, title, wave, minutes, dependencies]);
  return JSON.stringify([name, waves, each]);
}

function issueUrl({ repositoryUrl }: Page, issue: number): string {
  return `${repositoryUrl}/issues/${issue}`;
}

function runUrl({ repositoryUrl }: Page, run: number | undefined): { readonly run?: string } {
  return run === undefined ? {} : { run: `${repositoryUrl}/actions/runs/${run}` };
}

function minutesOf(tasks: readonly TaskView[]): number {
  return tasks.reduce((sum, { task }) => sum + task.minutes, 0);
}

function wavesOf(page: Page): readonly DashboardWave[] {
  const { plan, decision } = page;
  return plan.waves.map((wave): DashboardWave => {
    const within = decision.tasks.filter(({ task }) => task.wave === wave.number);
    const issue = decision.waveIssues.get(wave.number);
    return {
      number: wave.number,
      name: oneLine(waveName(wave)),
      ...(issue === undefined ? {} : { url: issueUrl(page, issue) }),
      tasks: within.length,
      over: within.filter(isOver).length,
      running: within.filter(({ state }) => state === 'running').length,
    };
  });
}

/** These wait for somebody. */
const ASKS: ReadonlySet<string> = new Set(['needs-human', 'lost', 'in-review']);

function taskOf(
  page: Page,
  { view, isCritical }: { readonly view: TaskView; readonly isCritical: boolean },
): DashboardTask {
  const { task, issue, record, reason, state, run, startedAt, completedAt } = view;
  const shade = shadeOf(view);
  const slot = slotOf(view);
  const cost = costOf(record.history);
  const pull = record.review?.pull ?? record.done?.pull;
  const attempts = record.history.map((past) => attemptOf(page, past));
  // Whether progress was told already is of no use to whoever sees it here.
  const checks = Object.entries(record.done?.checks ?? {}).filter(([name]) => name !== 'progress');
  return {
    id: task.id,
    title: oneLine(task.title),
    wave: task.wave,
    shade,
    word: SHADES[shade].word,
    reason: plainText(reason),
    estimate: formatMinutes(task.minutes),
    needs: task.dependencies,
    ...(isCritical ? { critical: true } : {}),
    ...(ASKS.has(state) ? { asks: true } : {}),
    ...(issue === undefined ? {} : { url: issueUrl(page, issue) }),
    ...(slot === undefined ? {} : { slot }),
    ...(startedAt === undefined ? {} : { started: startedAt }),
    ...(completedAt === undefined ? {} : { completed: completedAt }),
    ...runUrl(page, run ?? record.done?.run),
    ...(pull === undefined ? {} : { pull: `${page.repositoryUrl}/pull/${pull}` }),
    ...(cost ? { usd: cost.usd } : {}),
    ...(attempts.length > 0 ? { attempts } : {}),
    ...(checks.length > 0 ? { checks } : {}),
  };
}

type Past = TaskView['record']['history'][number];

function attemptOf(page: Page, past: Past): DashboardAttempt {
  const { attempt, slice, outcome, ended, run, seconds, cost_usd: usd } = past;
  return {
    name: slice > 1 ? `attempt ${attempt}, part ${slice}` : `attempt ${attempt}`,
    outcome: outcome === 'completed' ? 'completed' : plainText(why(past)),
    ended,
    ...runUrl(page, run),
    ...(seconds === undefined ? {} : { minutes: Math.round(seconds / 60) }),
    ...(usd === undefined ? {} : { usd }),
  };
}

function costOf(runs: readonly Past[]): DashboardData['cost'] {
  const known = runs.flatMap(({ cost_usd: usd }) => usd ?? []);
  if (known.length === 0) return undefined;
  const usd = Math.round(known.reduce((sum, one) => sum + one, 0) * 100) / 100;
  return { usd, unknown: runs.length - known.length };
}
