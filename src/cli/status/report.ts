import { slotOf } from '../../decide/schedule/forecast.ts';
import { formatProblem } from '../../plan/load.ts';
import { waveName } from '../../plan/waves.ts';
import { runningTasks } from '../../progress/activity.ts';
import { startsNext } from '../../progress/next-actions.ts';
import { finish, totals } from '../../progress/overview.ts';
import { inState, type Page, pageOf } from '../../progress/page.ts';
import { type LimitUse, limitUses } from '../../state/budget-limits.ts';
import { countEach } from '../../state/count-each.ts';
import { oneLine } from '../../state/markdown.ts';
import { isOver } from '../../state/satisfied.ts';
import { type Instant, instant } from '../../state/snapshot.ts';
import type { TaskState, TaskView } from '../../state/task-view.ts';
import { countsText } from '../../text/words.ts';
import type { ObservedPlan } from '../observe/observe.ts';
import { sentTasks } from '../observe/sent-tasks.ts';
import { plainText } from '../terminal/plain-text.ts';
import { type Need, needsOf } from './needs.ts';

/** How a plan stands, in the words of PROGRESS.md and of the plan issue: plain text on one line each. */
export interface StatusReport {
  /** `owner/name`. */
  readonly repository: string;
  readonly plan: { readonly id: string; readonly name: string; readonly issue: number | null; readonly url: string };
  /** Login of the app that keeps the plan; null where nobody does yet. */
  readonly keeper: string | null;
  /** When GitHub was asked. */
  readonly at: Instant;
  /** Why nothing new starts. */
  readonly notice: string | null;
  /** What is wrong with plan or configuration. */
  readonly problems: readonly string[];
  readonly totals: string;
  readonly states: string;
  readonly counts: Readonly<Partial<Record<TaskState, number>>>;
  readonly needs: readonly Need[];
  readonly tasks: readonly TaskStanding[];
  readonly running: readonly RunningTask[];
  readonly in_review: readonly { readonly task: string; readonly title: string; readonly url: string }[];
  readonly next: readonly NextTask[];
  /** What waits for something else than its turn, or for other tasks. */
  readonly waits: readonly TaskStanding[];
  readonly finish: string;
  readonly expected_finish: Instant | null;
  readonly waves: readonly WaveCount[];
  /** What was spent, in one line; null where nothing has run. */
  readonly spending: string | null;
  /** The same by limit of the budget. */
  readonly limits: readonly LimitUse[];
  /** Writes that the next pass makes, by kind: nothing here makes them. */
  readonly due: Readonly<Record<string, number>>;
}

/** Where a task stands, and why. */
export interface TaskStanding {
  readonly task: string;
  readonly state: TaskState;
  readonly reason: string;
}

interface RunningTask {
  readonly task: string;
  readonly title: string;
  readonly slot: string | null;
  readonly attempt: number;
  readonly slice: number;
  readonly since: Instant | null;
  readonly expected_end: Instant | null;
  readonly run: string | null;
}

interface NextTask {
  readonly task: string;
  readonly title: string;
  /** Expected. */
  readonly start: Instant;
  readonly state: TaskState;
}

interface WaveCount {
  readonly wave: number;
  readonly name: string;
  readonly issue: number | null;
  readonly tasks: number;
  readonly over: number;
  readonly running: number;
}

export function statusReport(observed: ObservedPlan): StatusReport {
  const { snapshot, project, decision, loaded, keeper } = observed;
  const { owner, name, url } = snapshot.repository;
  const page = pageOf({
    plan: project.plan,
    decision: { ...decision, tasks: sentTasks(observed) },
    slots: project.config.max_parallel,
    attempts: project.config.attempts,
    repositoryUrl: url,
  });
  const { planIssue } = decision;
  const tasks = page.decision.tasks.map(({ task, state, reason }) => ({
    task: task.id,
    state,
    reason: plainText(reason),
  }));
  const problems = loaded.ok ? (decision.undecided ?? []) : loaded.problems;
  return {
    repository: `${owner}/${name}`,
    plan: {
      id: project.plan.id,
      name: oneLine(project.plan.name),
      issue: planIssue ?? null,
      url: planIssue === undefined ? url : `${url}/issues/${planIssue}`,
    },
    keeper: keeper ?? null,
    at: instant(snapshot.now),
    notice: decision.notice === undefined ? null : plainText(decision.notice),
    problems: problems.map((problem) => oneLine(formatProblem(problem))),
    totals: plainText(totals(page)),
    states: plainText(countsText(page.decision.tasks)),
    counts: Object.fromEntries(countEach(page.decision.tasks.map(({ state }) => state))),
    needs: needsOf(page, observed),
    tasks,
    running: runningTasks(page).map((view) => runningOf(page, view)),
    in_review: inState(page, 'in-review').map(({ task, record }) => ({
      task: task.id,
      title: oneLine(task.title),
      url: `${url}/pull/${record.review?.pull ?? ''}`,
    })),
    next: nextOf(page),
    waits: tasks.filter(({ state }) => state === 'retrying' || state === 'blocked'),
    finish: plainText(finish(page)),
    expected_finish: page.forecast.expectedFinish ?? null,
    waves: wavesOf(page),
    spending: decision.meter === undefined ? null : plainText(decision.meter),
    limits: decision.spending ? limitUses(project, decision.spending) : [],
    due: Object.fromEntries(countEach(decision.effects.map(({ kind }) => kind))),
  };
}

function runningOf({ forecast, repositoryUrl }: Page, view: TaskView): RunningTask {
  const { task, record, run } = view;
  return {
    task: task.id,
    title: oneLine(task.title),
    slot: slotOf(view) ?? null,
    attempt: record.attempt,
    slice: record.slice,
    since: record.live?.sent ?? null,
    expected_end: forecast.bars.find((bar) => bar.task === task.id && !bar.actual)?.end ?? null,
    run: run === undefined ? null : `${repositoryUrl}/actions/runs/${run}`,
  };
}

function nextOf(page: Page): readonly NextTask[] {
  return startsNext(page).flatMap(({ task, start }) => {
    const view = page.views.get(task);
    return view ? [{ task, title: oneLine(view.task.title), start, state: view.state }] : [];
  });
}

function wavesOf({ plan, decision }: Page): readonly WaveCount[] {
  return plan.waves.map((wave) => {
    const within = decision.tasks.filter(({ task }) => task.wave === wave.number);
    return {
      wave: wave.number,
      name: oneLine(waveName(wave)),
      issue: decision.waveIssues.get(wave.number) ?? null,
      tasks: within.length,
      over: within.filter(isOver).length,
      running: within.filter(({ state }) => state === 'running').length,
    };
  });
}
