import type { LongestPaths } from '../../plan/critical-path.ts';
import { waveName } from '../../plan/waves.ts';
import { activeViews } from '../../state/active-tasks.ts';
import { visible } from '../../state/markdown.ts';
import { withRecordPart } from '../../state/record-form.ts';
import type { Situation } from '../../state/situation.ts';
import type { IssueView } from '../../state/snapshot.ts';
import type { TaskView } from '../../state/task-view.ts';
import { planTitle, type TrackedIssues, taskTitle } from '../../state/tracked-issues.ts';
import { taskBodyOf, waveBodyOf } from '../../text/bodies.ts';
import type { DecideInput } from '../decide-input.ts';
import type { FoldedState } from '../fold/fold-events.ts';
import { bodyKey, isSameBody, isTaskBodyCurrent, isWaveBodyCurrent } from './body-currency.ts';
import type { Effect } from './effect.ts';
import { expectedOf, type PlanBody } from './plan-body-due.ts';
import { writeRecords } from './write-records.ts';

interface WritingInput extends Situation, Pick<DecideInput, 'timings'> {
  readonly longestPaths: LongestPaths;
  readonly folded: FoldedState;
  /** As the bodies say. */
  readonly matched: TrackedIssues;
  readonly planBody: PlanBody | undefined;
}

/** Our part of each body that says something else than it should, and the titles that follow the plan with it. */
export function writeBodies(input: WritingInput): readonly Effect[] {
  const { plan, tracked, planBody } = input;
  const before = input.folded.tracked;
  const waves = new Map(plan.waves.map((wave) => [wave.number, wave]));
  const desired: DesiredBody[] = [];
  if (tracked.plan && planBody) {
    const { issue, record } = tracked.plan;
    const title = titleOf(issue, { before: before.plan?.record.title, now: planTitle(plan) });
    const expected = title !== undefined || planBody.due === 'now' ? expectedOf(input) : undefined;
    if (expected)
      desired.push({ issue, title, body: (own) => planBody.text({ record: { ...record, ...own }, expected }) });
  }
  for (const [number, { issue, record }] of tracked.waves) {
    // Of a wave that the plan has no more it is remembered all the same what people said there.
    const wave = waves.get(number) ?? { number, title: '' };
    const now = waves.has(number) ? waveName(wave) : issue.title;
    if (!isEmptied(issue, now) && isWaveBodyCurrent(issue, { wave, record }, input)) continue;
    const title = titleOf(issue, { before: before.waves.get(number)?.record.title, now });
    desired.push({ issue, title, body: (own) => waveBodyOf({ wave, record: { ...record, ...own } }, input) });
  }
  for (const view of activeViews(input)) {
    const issue = tracked.tasks.get(view.task.id)?.issue;
    if (!issue) continue;
    const isCurrent = isTaskBodyCurrent(issue, view, input) || isCurrentButForRun(issue, view, input);
    if (isCurrent && !isEmptied(issue, taskTitle(view.task))) continue;
    const known = before.tasks.get(view.task.id)?.record;
    const title = titleOf(issue, {
      before: known?.title === undefined ? undefined : taskTitle({ id: known.task, title: known.title }),
      now: taskTitle(view.task),
    });
    desired.push({
      issue,
      title,
      body: (own) => taskBodyOf({ ...view, record: { ...view.record, ...own } }, input),
    });
  }
  return desired
    .filter(({ issue, title, body }) => title !== undefined || !isSameBody(issue.body, body({})))
    .map(({ issue, body, title }) => ({
      kind: 'write-body',
      key: bodyKey(issue.number),
      issue: issue.number,
      body: withRecordPart(issue.body, {
        part: body({ issue: issue.number }),
        isOurs: issue.writer === input.snapshot.app,
      }),
      ...(title === undefined ? {} : { title }),
      reason: 'its record or text changed',
    }));
}

interface DesiredBody {
  readonly issue: IssueView;
  /** @param own The number of the issue is worth no write of its own: it enters with the next one. */
  readonly body: (own: { readonly issue?: number }) => string;
  readonly title: string | undefined;
}

/** The title that the plan gives, where the issue still has the one that it gave before: what a person wrote stays. */
function titleOf(
  issue: IssueView,
  { before, now }: { readonly before: string | undefined; readonly now: string },
): string | undefined {
  const follows = issue.title === before && before !== now;
  return follows || isEmptied(issue, now) ? now : undefined;
}

/** Nothing is left of the title but the name of what it stands for: `A:`, or a sign that nobody reads. */
function isEmptied({ title }: IssueView, now: string): boolean {
  if (title === now) return false;
  const text = visible(title).trim().replace(/:$/, '');
  return !/[\p{L}\p{N}]/u.test(text) || now.startsWith(`${text}: `);
}

/** What the plan no longer has has no text of today: its record alone is written. */
export function recordsWithoutText({
  matched,
  tracked,
  snapshot: { app },
}: Pick<WritingInput, 'matched' | 'tracked' | 'snapshot'>): readonly Effect[] {
  const others = (all: TrackedIssues): TrackedIssues => ({
    ...all,
    plan: undefined,
    waves: new Map(),
    tasks: new Map(),
  });
  return writeRecords({ matched: others(matched), tracked: others(tracked), app, announcedOn: undefined });
}

/** A run id alone is not worth a write: it enters with the next one, and is found by the run's title until then. */
function isCurrentButForRun(issue: { readonly body: string }, view: TaskView, input: WritingInput): boolean {
  const { live } = view.record;
  if (live?.run === undefined) return false;
  const nameless = { ...view, record: { ...view.record, live: { ...live, run: undefined } } };
  return isSameBody(issue.body, taskBodyOf(nameless, input));
}
