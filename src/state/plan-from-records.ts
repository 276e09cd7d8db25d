import { defaultConfig } from '../plan/config.ts';
import { findCycles } from '../plan/cycles.ts';
import { slug } from '../plan/identity.ts';
import type { LoadedProject } from '../plan/load-project.ts';
import type { Plan, Task, TaskId } from '../plan/plan.ts';
import { type Project, projectOf } from '../plan/project.ts';
import { wavesOf } from '../plan/waves.ts';
import { type Derivations, groupRecordOf, taskRecordOf } from './derivations.ts';
import { LABEL } from './names.ts';
import { recordsOf } from './plan-identity.ts';
import type { GroupRecord, TaskRecord } from './record.ts';
import { idInPlan } from './record-identity.ts';
import type { IssueView, Snapshot } from './snapshot.ts';
import { findPlanIssue, planTitle, taskTitle } from './tracked-issues.ts';
import { isTrustedBody } from './trust.ts';

/** What is known of a plan by its issues. */
export interface RecordedPlan {
  readonly snapshot: Snapshot;
  readonly derivations: Derivations;
  /** Its plan issue, and the id of the plan; absent: the one that is found, and what that says. */
  readonly planIssue?: { readonly issue: IssueView; readonly record: Pick<GroupRecord, 'plan'> };
}

/** What is gone by while the files cannot be read: the configuration where that is sound, else the default. */
export function projectFromRecords(
  { problems, config }: Pick<LoadedProject & { readonly ok: false }, 'problems' | 'config'>,
  recorded: RecordedPlan,
): Project {
  return { ...projectOf(planFromRecords(recorded), config ?? defaultConfig()), problems };
}

/**
 * The plan as the records of its issues know it, for as long as its file cannot be read: which tasks there are, in which
 * wave, and what each waits for. What an agent would need to know of a task is not in it.
 */
function planFromRecords({ snapshot, derivations, planIssue }: RecordedPlan): Plan {
  const issue = planIssue?.issue ?? findPlanIssue(snapshot);
  const name = nameIn(issue);
  const record = planIssue?.record ?? (issue && groupRecordOf(issue, derivations));
  const id = record?.plan ?? slug(name);
  const isOfPlan = recordsOf({ id, name }, { snapshot, derivations });
  const tasks = new Map<TaskId, RecordedTask>();
  for (const issue of snapshot.issues) {
    if (!issue.labels.includes(LABEL.task) || issue.closedAs === 'duplicate' || !isTrustedBody(issue, snapshot))
      continue;
    const record = taskRecordOf(issue, derivations);
    // One that left the plan left it when that could be read.
    if (record && isOfPlan(record) && !record.removed && !tasks.has(idInPlan(record)))
      tasks.set(idInPlan(record), { issue, record });
  }
  const waveOf = wavesByIssue({ snapshot, derivations });
  const recorded = [...tasks.values()].map((task) => taskFrom(task, { tasks, waveOf }));
  const sound = withoutCircles(recorded);
  return { id, name, waves: wavesOf(sound, titledWaves({ snapshot, derivations, isOfPlan })), tasks: sound };
}

interface RecordedTask {
  readonly issue: IssueView;
  readonly record: TaskRecord;
}

interface Known {
  readonly tasks: ReadonlyMap<TaskId, RecordedTask>;
  readonly waveOf: ReadonlyMap<number, number>;
}

function taskFrom({ issue, record }: RecordedTask, { tasks, waveOf }: Known): Task {
  const id = idInPlan(record);
  const label = issue.labels.flatMap((name) => /^wave:(\d{1,4})$/.exec(name)?.[1] ?? [])[0];
  return {
    id,
    title: issue.title.replace(taskTitle({ id, title: '' }), '') || id,
    description: '',
    wave: waveOf.get(issue.parent ?? Number.NaN) ?? Number(label ?? 1),
    dependencies: Object.keys(record.needs).filter((need): need is TaskId => need !== id && tasks.has(need as TaskId)),
    minutes: 60,
    acceptance: [],
    outputs: [],
    touches: [],
    // What the file said of it last: a statement of a person, or the app's own from before the task was reopened.
    status: record.listed || record.unlisted || isProjected(record) ? 'completed' : 'pending',
  };
}

/** It landed, and where that was lost the file was not seen yet to say anything else since. */
function isProjected({ done, lost }: TaskRecord): boolean {
  return done !== undefined && lost?.stated !== 'otherwise';
}

/** Records were written at different times: together they may say what no plan could. */
function withoutCircles(tasks: readonly Task[]): readonly Task[] {
  const places = new Map(tasks.map(({ id }, place) => [id, place]));
  const nodes = tasks.map((task) => ({
    dependencies: task.dependencies.flatMap((id) => places.get(id) ?? []),
  }));
  const closing = findCycles(nodes, Number.POSITIVE_INFINITY).map((cycle) => ({ last: cycle.at(-1), first: cycle[0] }));
  if (closing.length === 0) return tasks;
  return tasks.map((task, place) => ({
    ...task,
    dependencies: task.dependencies.filter(
      (id) => !closing.some(({ last, first }) => last === place && first === places.get(id)),
    ),
  }));
}

function wavesByIssue(recorded: RecordedPlan): ReadonlyMap<number, number> {
  return new Map(waveIssues(recorded).map(({ issue, wave }) => [issue.number, wave]));
}

interface OwnRecords extends RecordedPlan {
  readonly isOfPlan: (record: GroupRecord) => boolean;
}

function titledWaves({ isOfPlan, ...recorded }: OwnRecords): Plan['waves'] {
  const own = waveIssues(recorded).filter(({ record }) => isOfPlan(record));
  return own.map(({ issue, wave }) => ({
    number: wave,
    title: issue.title.replace(/^Wave \d+(?:: )?/, ''),
  }));
}

function waveIssues({
  snapshot,
  derivations,
}: RecordedPlan): readonly { issue: IssueView; wave: number; record: GroupRecord }[] {
  return snapshot.issues.flatMap((issue) => {
    if (!issue.labels.includes(LABEL.wave) || !isTrustedBody(issue, snapshot)) return [];
    const record = groupRecordOf(issue, derivations);
    return record?.wave === undefined ? [] : [{ issue, wave: record.wave, record }];
  });
}

/** Empty where there is no plan issue that has it in its title. */
function nameIn(issue: IssueView | undefined): string {
  const before = planTitle({ name: '' });
  return issue?.title.startsWith(before) ? issue.title.slice(before.length) : '';
}
