import type { Plan, Task, Wave } from '../plan/plan.ts';
import { waveName } from '../plan/waves.ts';
import type { Derivations } from './derivations.ts';
import { fingerprintOf } from './fingerprint.ts';
import { waveLabel } from './names.ts';
import type { GroupRecord, TaskRecord } from './record.ts';
import type { SecondIssues } from './second-issues.ts';
import type { IssueView } from './snapshot.ts';
import type { TaskState, TaskView } from './task-view.ts';
import { isClosedToUs, planTitle } from './tracked-issue.ts';
import type { TrackedIssues } from './tracked-issues.ts';

/** What records remember of the plan, so that issues follow its edits and nothing that people changed themselves. */

interface Followed {
  readonly task: Task;
  readonly state: TaskState;
  readonly issue: IssueView;
  readonly tracked: Pick<TrackedIssues, 'waves' | 'spare'>;
}

/** The record of a task as the plan is now. The same record where that is nothing new. */
export function followTask(record: TaskRecord, { task, state, issue, tracked }: Followed): TaskRecord {
  const finished = state === 'completed' ? (record.finished ?? fingerprintOf(task)) : undefined;
  // Who works on it, and the branch of its pull request, know it by its former id.
  const id = record.live || record.review ? record.task : task.id;
  const renamed = id === task.id ? undefined : task.id;
  const isThere = record.wave === undefined || isPlaced(issue, { task, before: record.wave, tracked });
  const wave = isThere ? task.wave : record.wave;
  const others = withTold(record.others, { spare: tracked.spare, own: [issue.number] });
  const isNamed = record.task === id && record.renamed === renamed && record.title === task.title;
  const isSame = isNamed && record.finished === finished;
  if (isSame && record.wave === wave && others === record.others) return record;
  const { finished: _, renamed: __, ...rest } = record;
  return {
    ...rest,
    task: id,
    ...(renamed === undefined ? {} : { renamed }),
    title: task.title,
    wave,
    ...(finished === undefined ? {} : { finished }),
    ...(others === undefined ? {} : { others }),
  };
}

const MAX_OTHERS = 20;

/**
 * With further issues for what `own` stands for, on which people are told now: those that nobody was told on, as far as
 * there is room. The same value where there is none.
 */
function withTold(
  known: number[] | undefined,
  { spare, own }: Pick<SecondIssues, 'spare'> & { readonly own: readonly number[] },
): number[] | undefined {
  if (spare.length === 0) return known;
  const there = spare.flatMap(({ issue, of }) => (own.includes(of) ? [issue.number] : []));
  const before = there.filter((number) => known?.includes(number));
  const told = there.filter((number) => !known?.includes(number)).slice(0, Math.max(0, MAX_OTHERS - before.length));
  return told.length === 0 ? known : [...before, ...told];
}

interface Placement {
  readonly task: Task;
  /** The wave whose label and parent it had. */
  readonly before: number;
  readonly tracked: Pick<TrackedIssues, 'waves'>;
}

/** Nothing of the wave before is left on the issue of a task. */
function isPlaced({ labels, parent, open }: IssueView, { task, before, tracked }: Placement): boolean {
  if (before === task.wave || !open) return true;
  return !labels.includes(waveLabel(before)) && parent !== tracked.waves.get(before)?.issue.number;
}

/** Records of plan and waves with the titles that the plan has now, and with the issues that stand below them. */
export function followGroups(
  tracked: TrackedIssues,
  { plan, ...below }: Pick<Below, 'byWave' | 'derivations'> & { readonly plan: Plan },
): TrackedIssues {
  const waves = new Map(tracked.waves);
  for (const wave of plan.waves) {
    const known = waves.get(wave.number);
    if (!known || isClosedToUs(known)) continue;
    const record = followGroup(known.record, {
      title: waveName(wave),
      issues: issuesOfWave(wave, { tracked, ...below }),
    });
    if (record !== known.record) waves.set(wave.number, { ...known, record });
  }
  if (!tracked.plan || isClosedToUs(tracked.plan)) return { ...tracked, waves };
  const issues = Object.fromEntries([...tracked.waves].map(([wave, { issue }]) => [String(wave), issue.number]));
  const unseen = [...tracked.unseen.waves].map((wave) => [String(wave), tracked.plan?.record.issues?.[wave]] as const);
  const { replaced, ...kept } = tracked.plan.record;
  const known = replaced ? kept : tracked.plan.record;
  const record = followGroup(known, { title: planTitle(plan), issues: withNumbers(issues, unseen) });
  const own = [tracked.plan, ...tracked.waves.values()].flatMap((one) => one?.issue.number ?? []);
  const others = withTold(record.others, { spare: tracked.spare, own });
  const told = others === record.others ? record : { ...record, others };
  return { ...tracked, waves, plan: { ...tracked.plan, record: told } };
}

function followGroup(
  record: GroupRecord,
  { title, issues }: { readonly title: string; readonly issues: Readonly<Record<string, number>> },
): GroupRecord {
  if (record.title === title && (record.issues === issues || isSame(record.issues ?? {}, issues))) return record;
  return { ...record, title, issues };
}

function isSame(one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): boolean {
  const entries = Object.entries(one);
  return entries.length === Object.keys(other).length && entries.every(([key, number]) => other[key] === number);
}

function issuesOfWave(
  { number }: Wave,
  { tracked, byWave, derivations: { issuesOfWaves } }: Below,
): Readonly<Record<string, number>> {
  const before = tracked.waves.get(number)?.record.issues ?? {};
  const all = byWave.get(number) ?? [];
  if (issuesOfWaves.get(all) === before) return before;
  const own = leading(all);
  if (namesIssues(before, own)) {
    issuesOfWaves.set(all, before);
    return before;
  }
  return withNumbers(
    {},
    own.map(({ task: { id }, issue }) => [id, issue ?? (tracked.unseen.tasks.has(id) ? before[id] : undefined)]),
  );
}

/** Characters that a record names the tasks of a wave in. */
const NAMES_ROOM = 20_000;
/** Of a name beside its id: `"":1234567,` */
const NAME_REST = 12;

/** Those that the record of their wave has room for: where a person takes the label off the issue of another, it is made anew. */
function leading(tasks: readonly TaskView[]): readonly TaskView[] {
  let size = 0;
  const full = tasks.findIndex(({ task }) => {
    size += task.id.length + NAME_REST;
    return size > NAMES_ROOM;
  });
  return full < 0 ? tasks : tasks.slice(0, full);
}

interface Below {
  readonly tracked: TrackedIssues;
  readonly byWave: ReadonlyMap<number, readonly TaskView[]>;
  readonly derivations: Pick<Derivations, 'issuesOfWaves'>;
}

function namesIssues(issues: Readonly<Record<string, number>>, tasks: readonly TaskView[]): boolean {
  for (const { task, issue } of tasks) if (issue === undefined || issues[task.id] !== issue) return false;
  return Object.keys(issues).length === tasks.length;
}

function withNumbers(
  known: Readonly<Record<string, number>>,
  more: readonly (readonly [string, number | undefined])[],
): Readonly<Record<string, number>> {
  const found = more.flatMap(([key, number]) => (number === undefined ? [] : [[key, number] as const]));
  return Object.fromEntries([...Object.entries(known), ...found]);
}
