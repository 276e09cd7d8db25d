import { LABEL, parseDispatchTitle } from '../../state/names.ts';
import type { CommentView, IssueView } from '../../state/snapshot.ts';
import type { PlanWorld } from '../world/world.ts';
import type { RollOut } from './roll-out.ts';

/** What a push would come to on GitHub, beside what happens there without it. */
export interface PushPreview {
  readonly created: readonly NewIssue[];
  readonly changed: readonly ChangedIssue[];
  /** Issues that are closed as not planned. */
  readonly removed: readonly NamedIssue[];
  readonly starts: readonly StartedRun[];
  readonly cancels: readonly { readonly task: string; readonly run: number }[];
  /** What is said or asked on issues: Markdown. */
  readonly comments: readonly { readonly issue: number; readonly body: string }[];
  /** Why nothing new would start, where that is news: Markdown. */
  readonly notice: string | undefined;
}

export interface NamedIssue {
  readonly issue: number;
  readonly title: string;
}

export interface NewIssue {
  readonly title: string;
  readonly kind: 'plan' | 'wave' | 'task';
}

export interface ChangedIssue extends NamedIssue {
  readonly changes: readonly IssueChange[];
}

export interface IssueChange {
  readonly what: 'title' | 'state' | 'labels' | 'blocked by' | 'parent' | 'text';
  /** Undefined where there was nothing, or where it is a longer text. */
  readonly before?: string;
  readonly after?: string;
}

export interface StartedRun {
  readonly task: string;
  readonly attempt: number;
}

/** @param without What passes come to while nothing is pushed. @param pushed The same once it is. */
export function pushPreview(without: RollOut, pushed: RollOut): PushPreview {
  const known = [...without.world.issues.values()];
  const { notice } = pushed.decision;
  const both = known.flatMap((before) => {
    const after = counterpart(before, pushed.world);
    return after ? [{ before, after }] : [];
  });
  const existing = new Set(pushed.from.issues.map(({ number }) => number));
  const namesIn =
    ({ world }: RollOut): Naming =>
    (number) =>
      nameOf(number, { world, existing });
  const naming = { before: namesIn(without), after: namesIn(pushed) };
  const gone = both.filter(({ before, after }) => before.open && after.closedAs === 'not_planned');
  const kept = both.filter((pair) => !gone.includes(pair));
  return {
    created: [...pushed.world.issues.values()]
      .filter((issue) => !known.some((other) => isSame(other, issue)))
      .map(({ title, labels }) => ({ title, kind: kindOf(labels) })),
    changed: kept.flatMap(({ before, after }) => {
      const changes = changesOf({ before, after }, naming);
      return changes.length === 0 ? [] : [{ issue: before.number, title: before.title, changes }];
    }),
    removed: gone.map(({ before: { number, title } }) => ({ issue: number, title })),
    starts: runsOnlyIn(pushed, without),
    cancels: cancelsOnlyIn(pushed, without),
    comments: commentsOnlyIn(pushed.world, without.world),
    notice: notice === without.decision.notice ? undefined : notice,
  };
}

/** An issue that both make anew is the same by its title: each numbers its own. */
function isSame(one: IssueView, other: IssueView): boolean {
  return one.id === other.id && one.firstTitle === other.firstTitle;
}

function counterpart(issue: IssueView, { issues }: PlanWorld): IssueView | undefined {
  const same = issues.get(issue.number);
  if (same && isSame(issue, same)) return same;
  return [...issues.values()].find(({ firstTitle }) => firstTitle === issue.firstTitle);
}

function kindOf(labels: readonly string[]): NewIssue['kind'] {
  if (labels.includes(LABEL.plan)) return 'plan';
  return labels.includes(LABEL.wave) ? 'wave' : 'task';
}

interface Sides<T> {
  readonly before: T;
  readonly after: T;
}

/** How an issue is called by its number. */
type Naming = (number: number) => string;

/** One that is not there yet has no number that anybody knows. */
function nameOf(
  number: number,
  { world, existing }: { readonly world: PlanWorld; readonly existing: ReadonlySet<number> },
): string {
  const title = existing.has(number) ? undefined : world.issues.get(number)?.title;
  return title === undefined ? `#${number}` : (title.split(':')[0] ?? title);
}

function changesOf({ before, after }: Sides<IssueView>, naming: Sides<Naming>): readonly IssueChange[] {
  const texts: readonly IssueChange[] = shownText(before.body) === shownText(after.body) ? [] : [{ what: 'text' }];
  return [
    ...changed('title', before.title, after.title),
    ...changed('state', stateText(before), stateText(after)),
    ...changed('labels', listed(before.labels), listed(after.labels)),
    ...changed('blocked by', blockersText(before, naming.before), blockersText(after, naming.after)),
    ...changed('parent', parentText(before, naming.before), parentText(after, naming.after)),
    ...texts,
  ];
}

/** What people see of a body. */
function shownText(body: string): string {
  return body.replace(/<!--[\s\S]*?-->/g, '').trim();
}

function changed(what: IssueChange['what'], before: string, after: string): readonly IssueChange[] {
  if (before === after) return [];
  return [{ what, ...(before === '' ? {} : { before }), ...(after === '' ? {} : { after }) }];
}

function stateText({ open, closedAs }: IssueView): string {
  return open ? 'open' : `closed as ${(closedAs ?? 'completed').replace('_', ' ')}`;
}

function listed(names: readonly string[]): string {
  return names.toSorted().join(', ');
}

function blockersText({ blockedBy }: IssueView, name: Naming): string {
  return listed(
    blockedBy.map(({ repository, number }) => (repository === undefined ? name(number) : `${repository}#${number}`)),
  );
}

function parentText({ parent }: IssueView, name: Naming): string {
  return parent === undefined ? '' : name(parent);
}

function runsOnlyIn(one: RollOut, other: RollOut): readonly StartedRun[] {
  const startedBy = ({ effects }: RollOut) =>
    effects.flatMap((effect) => (effect.kind === 'dispatch' ? [effect.inputs] : []));
  const known = new Set(startedBy(other).map(({ task }) => task));
  return startedBy(one)
    .filter(({ task }) => !known.has(task))
    .map(({ task, attempt }) => ({ task, attempt }));
}

function cancelsOnlyIn(one: RollOut, other: RollOut): PushPreview['cancels'] {
  const cancelled = ({ effects }: RollOut) =>
    effects.flatMap((effect) => (effect.kind === 'cancel-run' ? [effect.run] : []));
  const known = new Set(cancelled(other));
  return [...new Set(cancelled(one))]
    .filter((run) => !known.has(run))
    .map((run) => ({ run, task: parseDispatchTitle(one.world.runs.get(run)?.title ?? '')?.task ?? '' }));
}

function commentsOnlyIn(one: PlanWorld, other: PlanWorld): PushPreview['comments'] {
  const textOf = ({ issue, body }: CommentView) => `${issue} ${shownText(body)}`;
  const known = new Set(other.comments.map(textOf));
  return one.comments
    .filter((comment) => !known.has(textOf(comment)))
    .map(({ issue, body }) => ({ issue, body: shownText(body) }));
}
