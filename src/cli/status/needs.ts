import { heldByReason } from '../../progress/blockers.ts';
import { inState, linksOf, type Page } from '../../progress/page.ts';
import { oneLine } from '../../state/markdown.ts';
import { LABEL } from '../../state/names.ts';
import { type GroupRecord, readGroupRecord } from '../../state/record.ts';
import { isOver } from '../../state/satisfied.ts';
import type { TaskView } from '../../state/task-view.ts';
import { tasksForPeople } from '../../text/people-actions.ts';
import { counted, sentence, workText } from '../../text/words.ts';
import type { ObservedPlan } from '../observe/observe.ts';
import { plainText } from '../terminal/plain-text.ts';

/** Something that waits for a person. */
export interface Need {
  /** What it is, and what can be done about it. */
  readonly what: string;
  readonly tasks: readonly string[];
  /** Where to look: an issue, or a pull request. */
  readonly url: string | null;
  /** What does it, to be copied into a shell; null where words alone say it. */
  readonly command: string | null;
}

/** What needs a person, first what stops everything, then what stops single tasks. */
export function needsOf(page: Page, observed: ObservedPlan): readonly Need[] {
  return [
    ...aboutPlan(page, observed),
    ...tasksForPeople(page.decision.tasks, linksOf(page)).map(({ view, command }) =>
      need(page, {
        what: `${view.task.id} ${oneLine(view.task.title)}: ${plainText(view.reason)}.`,
        views: [view],
        issue: view.issue,
        command: commandOn(page, view.issue, command),
      }),
    ),
    ...holds(page, observed),
    ...reviews(page),
  ];
}

interface NeedParts {
  readonly what: string;
  readonly views: readonly TaskView[];
  readonly issue: number | undefined;
  readonly command: string | undefined;
}

function need({ repositoryUrl }: Page, { what, views, issue, command }: NeedParts): Need {
  return {
    what,
    tasks: views.map(({ task }) => task.id),
    url: issue === undefined ? null : `${repositoryUrl}/issues/${issue}`,
    command: command ?? null,
  };
}

function aboutPlan(page: Page, { decision, snapshot, loaded }: ObservedPlan): readonly Need[] {
  const { notice, planIssue } = decision;
  if (notice === undefined) return [];
  const issue = snapshot.issues.find(({ number }) => number === planIssue);
  const record = issue && readGroupRecord(issue.body);
  // A plan that cannot be read says so itself.
  const answer = loaded.ok && record ? answerTo(record) : undefined;
  const command = commandOn(page, planIssue, answer);
  return [need(page, { what: `${sentence(plainText(notice))}.`, views: [], issue: planIssue, command })];
}

/** What lets a held plan go on. */
function answerTo({ refusal, gone }: GroupRecord): string | undefined {
  if (refusal) return '/resume';
  return gone ? '/accept' : undefined;
}

/** Tasks that people hold, by what holds them. What ends by itself is not for a person. */
function holds(page: Page, observed: ObservedPlan): readonly Need[] {
  const { decision, snapshot } = observed;
  if (decision.notice !== undefined) return [];
  const held = [...heldByReason(page)].filter(([, views]) => views.some(({ until }) => until === undefined));
  const groups = held.map(([reason, views]) => {
    const what = `${sentence(plainText(reason))} (${counted(views.length, 'task')}, ${workText(views)} of work).`;
    const first = views[0];
    const { issue, command } = first ? release(page, { view: first, observed }) : {};
    return need(page, { what, views, issue, command });
  });
  const isIdle = decision.tasks.every((view) => isOver(view) || view.state === 'held');
  const plan = snapshot.issues.find(({ number }) => number === decision.planIssue);
  if (!isIdle || groups.length === 0 || !plan?.open || plan.labels.includes(LABEL.start)) return groups;
  const what = `Nothing is started: label the plan issue #${plan.number} ${LABEL.start} to start every wave.`;
  const command = labelOn(page, plan.number);
  return [need(page, { what, views: [], issue: plan.number, command }), ...groups];
}

/** Where a hold stands, and what lifts it there. */
function release(
  page: Page,
  { view, observed }: { readonly view: TaskView; readonly observed: ObservedPlan },
): { readonly issue?: number; readonly command?: string } {
  const { decision, snapshot } = observed;
  if (view.record.hold && view.issue !== undefined) return on(view.issue, commandOn(page, view.issue, '/start'));
  const wave = decision.waveIssues.get(view.task.wave);
  const issues = [view.issue, wave, decision.planIssue]
    .map((number) => snapshot.issues.find((issue) => issue.number === number))
    .filter((issue) => issue !== undefined);
  const closed = issues.find(({ open }) => !open);
  const paused = issues.find(({ labels }) => labels.includes(LABEL.pause));
  if (paused) return on(paused.number, commandOn(page, paused.number, '/resume'));
  if (closed) return on(closed.number, `gh issue reopen ${closed.number} --repo ${repositoryOf(page)}`);
  return wave === undefined ? {} : on(wave, labelOn(page, wave));
}

function on(issue: number, command: string | undefined): { readonly issue: number; readonly command?: string } {
  return command === undefined ? { issue } : { issue, command };
}

function reviews(page: Page): readonly Need[] {
  return inState(page, 'in-review').map(({ task, reason, record }) => ({
    what: `${task.id} is ${plainText(reason)}: review and merge its pull request.`,
    tasks: [task.id],
    url: record.review ? `${page.repositoryUrl}/pull/${record.review.pull}` : null,
    command: record.review ? `gh pr view ${record.review.pull} --repo ${repositoryOf(page)} --web` : null,
  }));
}

function commandOn(page: Page, issue: number | undefined, words: string | undefined): string | undefined {
  if (issue === undefined || words === undefined) return undefined;
  return `gh issue comment ${issue} --repo ${repositoryOf(page)} --body ${words}`;
}

function labelOn(page: Page, issue: number): string {
  return `gh issue edit ${issue} --repo ${repositoryOf(page)} --add-label ${LABEL.start}`;
}

/** As gh takes it: with its host where that is not github.com. */
function repositoryOf({ repositoryUrl }: Page): string {
  const { host, pathname } = new URL(repositoryUrl);
  return host === 'github.com' ? pathname.slice(1) : `${host}${pathname}`;
}
