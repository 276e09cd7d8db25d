import type { Decision } from '../decide/effects/effect.ts';
import { type Forecast, forecast } from '../decide/schedule/forecast.ts';
import { buildGraph, type Graph } from '../plan/graph.ts';
import type { Plan, TaskId } from '../plan/plan.ts';
import { inline } from '../state/markdown.ts';
import type { TaskState, TaskView } from '../state/task-view.ts';
import type { Links } from '../text/people-actions.ts';

/** What PROGRESS.md is made from. Nothing else may enter it: the same input gives the same bytes. */
export interface ProgressInput {
  readonly plan: Plan;
  readonly decision: Pick<Decision, 'tasks' | 'notice' | 'planIssue' | 'waveIssues' | 'criticalPath' | 'meter'>;
  /** How many tasks may run at once. */
  readonly slots: number;
  /** How many attempts a task has before a person is asked. */
  readonly attempts: number;
  /** Address for people, without a trailing slash. */
  readonly repositoryUrl: string;
  /** Path of the page: its pictures stand beside it. */
  readonly path?: string;
}

/** The input, and what several sections of the page need from it. */
export interface Page extends ProgressInput {
  readonly views: ReadonlyMap<TaskId, TaskView>;
  readonly graph: Graph;
  readonly forecast: Forecast;
  readonly detail: Detail;
}

/** How much of a plan is told task by task; the rest is counted. */
export interface Detail {
  /** Rows of the table of one wave; undefined: every task of every wave. */
  readonly rows?: number;
  /** Waves that are named. */
  readonly waves: number;
  /** Completed tasks whose checklist is shown, the newest. */
  readonly verified: number;
}

/** Everything, as far as that is a page that GitHub shows. */
export const WHOLE: Detail = { waves: 1_000, verified: 2_000 };

export function pageOf(input: ProgressInput): Page {
  const { plan, slots, decision } = input;
  return {
    ...input,
    views: new Map(decision.tasks.map((view) => [view.task.id, view])),
    graph: buildGraph(plan),
    forecast: forecast({ plan, slots, tasks: decision.tasks }),
    detail: WHOLE,
  };
}

export function inState(page: Page, ...states: readonly TaskState[]): readonly TaskView[] {
  return page.decision.tasks.filter(({ state }) => states.includes(state));
}

/** `#12` as a link: GitHub makes none of it by itself in a file. */
export function issueLink(page: Page, issue: number): string {
  return `[#${issue}](${page.repositoryUrl}/issues/${issue})`;
}

export function runLink(page: Page, run: number | undefined): string {
  return run === undefined ? '–' : `[run](${page.repositoryUrl}/actions/runs/${run})`;
}

/** Links as they stand in a file. */
export function linksOf(page: Page): Links {
  return {
    task: ({ task }) => taskLink(page, task.id),
    issue: (number) => issueLink(page, number),
    run: (id) => runLink(page, id),
    reason: (text) => reasonText(page, text),
  };
}

/** The task's id, linked to its issue where it has one. */
export function taskLink(page: Page, id: TaskId): string {
  const issue = page.views.get(id)?.issue;
  return issue === undefined ? inline(id) : `[${inline(id)}](${page.repositoryUrl}/issues/${issue})`;
}

/** At most so many tasks by name, then how many more there are. */
export function taskLinks(page: Page, ids: readonly TaskId[], most = 8): string {
  const named = ids.slice(0, most).map((id) => taskLink(page, id));
  return ids.length > most ? `${named.join(', ')} and ${ids.length - most} more` : named.join(', ');
}

/** A reason, which is Markdown already, on one line that fits a table, with its issues linked. */
export function reasonText(page: Page, reason: string): string {
  return reason
    .replace(/\s+/g, ' ')
    .replace(/(?<!\\)\|/g, '\\|')
    .replace(/(?<![&\w[])#(\d{1,9})\b/g, (_, issue: string) => issueLink(page, Number(issue)));
}
