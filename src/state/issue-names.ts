import type { TaskId } from '../plan/plan.ts';
import type { MatchedGroups } from './match-groups.ts';
import { ACTIONS_LOGIN, LABEL, parseDispatchTitle } from './names.ts';
import type { TaskRecord } from './record.ts';
import { idInPlan } from './record-identity.ts';
import type { IssueView, Snapshot } from './snapshot.ts';
import { idInTitle } from './title-ids.ts';

/** What tells of an issue's task beside its record. */
export interface IssueNames {
  readonly snapshot: Snapshot;
  readonly groups: MatchedGroups;
  readonly idOf: (name: string) => TaskId | undefined;
  /** Numbers to tasks, as the records of waves keep them. */
  readonly named: ReadonlyMap<number, string>;
  /** The same by the titles of runs: whatever became of the body, somebody works on the task there. */
  readonly inTitles: ReadonlyMap<number, string>;
}

export function issueNames(given: Pick<IssueNames, 'snapshot' | 'groups' | 'idOf'>): IssueNames {
  return { ...given, named: namedIssues(given.groups), inTitles: runTitles(given.snapshot) };
}

function namedIssues({ waves }: MatchedGroups): IssueNames['named'] {
  const named = new Map<number, string>();
  for (const { record } of waves.values())
    for (const [id, number] of Object.entries(record.issues ?? {})) named.set(number, id);
  return named;
}

function runTitles({ runs, app }: Snapshot): IssueNames['inTitles'] {
  return new Map(
    runs.flatMap(({ title, actor, ended }) => {
      const inputs = ended || (actor !== app && actor !== ACTIONS_LOGIN) ? undefined : parseDispatchTitle(title);
      return inputs ? [[inputs.issue, inputs.task] as const] : [];
    }),
  );
}

/** No issue of another plan, as far as the issues of plans and waves tell. */
export function isFree({ number, parent }: IssueView, { foreign }: Pick<MatchedGroups, 'foreign'>): boolean {
  return !foreign.has(number) && !foreign.has(parent ?? Number.NaN);
}

/** The other plan that an issue of the app is of, as the issues of plans and waves tell. */
export function otherPlanOf(
  { number, author, parent }: IssueView,
  { groups: { foreign }, snapshot }: Pick<IssueNames, 'groups' | 'snapshot'>,
): string | undefined {
  return foreign.get(number) ?? (author === snapshot.app ? foreign.get(parent ?? Number.NaN) : undefined);
}

/** The task that the app made an issue for, which nobody can edit. Of its own issues those for tasks lie in a wave. */
export function idInFirstTitle(
  { author, labels, parent, firstTitle }: IssueView,
  { snapshot, groups, idOf }: IssueNames,
): TaskId | undefined {
  if (author !== snapshot.app) return undefined;
  const isForTask =
    labels.includes(LABEL.task) || [...groups.waves.values()].some(({ issue }) => issue.number === parent);
  return isForTask ? idInTitle(firstTitle, idOf) : undefined;
}

/** Whether the record in an issue is that of another task, which has one of its own: a person copied it from there. */
export function isOfOtherTask(issue: IssueView, record: TaskRecord, names: IssueNames): boolean {
  const [id, own] = [names.idOf(idInPlan(record)), taskOf(issue, names)];
  if (id === undefined || own === undefined || own === id) return false;
  return names.snapshot.issues.some(
    (other) => other !== issue && isFree(other, names.groups) && taskOf(other, names) === id,
  );
}

function taskOf(issue: IssueView, names: IssueNames): TaskId | undefined {
  const name = names.named.get(issue.number);
  return name === undefined ? idInFirstTitle(issue, names) : names.idOf(name);
}
