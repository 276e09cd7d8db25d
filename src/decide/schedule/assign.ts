import type { Config } from '../../plan/config.ts';
import type { Graph } from '../../plan/graph.ts';
import type { Task, TaskId } from '../../plan/plan.ts';
import { withChanges } from '../../state/active-tasks.ts';
import { nextDispatch } from '../../state/attempts.ts';
import { followTask } from '../../state/follow-plan.ts';
import type { DispatchAccount, TaskRecord } from '../../state/record.ts';
import { instant, type Snapshot } from '../../state/snapshot.ts';
import { isSteered, startOf } from '../../state/steering.ts';
import type { TaskView } from '../../state/task-view.ts';
import type { TrackedIssue, TrackedIssues } from '../../state/tracked-issues.ts';
import type { FoldedState } from '../fold/fold-events.ts';
import { type OrdersAbove, ordersAbove, withFollowed } from '../fold/follow-orders.ts';
import type { Choice, Chosen } from './choose.ts';
import { accountOf } from './reserve.ts';

export interface AssignInput {
  readonly folded: FoldedState;
  readonly chosen: Chosen;
  readonly graph: Graph;
  readonly snapshot: Snapshot;
  readonly tasks: readonly TaskView[];
  readonly config: Config;
}

export interface Assigned {
  readonly tracked: TrackedIssues;
  /** Tasks whose record is another now. */
  readonly changed: ReadonlySet<TaskId>;
}

/** Writes what was decided into the records: dispatches, requests for help, answers, and where dependencies are to be found. */
export function assign({ folded, chosen, graph, snapshot, tasks, config }: AssignInput): Assigned {
  const { tracked, resend } = folded;
  const slots = new Map(chosen.choices.map((choice) => [choice.task, choice]));
  const changed = new Map<TaskId, TrackedIssue<TaskRecord>>();
  const given = chosen.choices.map(({ task }) => graph.places.get(task) ?? -1);
  for (const place of tracked.active ? new Set([...tracked.active.values(), ...given]) : tasks.keys()) {
    const { task, state, record: seen } = tasks[place] as TaskView;
    const trackedIssue = tracked.tasks.get(task.id);
    if (!trackedIssue || trackedIssue.isFull) continue;
    let record = withDependencyIssues(seen, { place, graph, tasks });
    if (trackedIssue.newer === undefined)
      record = followTask(record, { task, state, issue: trackedIssue.issue, tracked });
    const start = isSteered(trackedIssue) ? startOf(trackedIssue, snapshot) : undefined;
    // What the app put back because a triager took it off, a person had started before.
    if (start && start.by !== snapshot.app && start.at !== record.startAnswered)
      record = { ...record, startAnswered: start.at };
    const slot = slots.get(task.id);
    if (slot !== undefined) {
      const account = { ...accountOf({ task, record }, config), ...slot.reserved };
      record = withFollowed(withDispatch(record, { slot, account, snapshot }), ordersTo(task, tracked));
    } else if (record.live && resend.has(task.id)) {
      record = { ...record, live: { ...record.live, sent: instant(snapshot.now), sends: record.live.sends + 1 } };
    } else if (state === 'needs-human' && record.asked !== record.dispatch) {
      record = { ...record, asked: record.dispatch };
    }
    if (record === seen) continue;
    changed.set(task.id, { ...trackedIssue, record });
  }
  return { tracked: { ...tracked, tasks: withChanges(tracked, changed) }, changed: new Set(changed.keys()) };
}

/** A dispatch knows of every order that was given before it: none of them ends it. */
function ordersTo({ wave }: Task, { plan, waves }: TrackedIssues): OrdersAbove {
  return ordersAbove(plan, waves.get(wave));
}

/** A task by its place in the plan. */
interface Position {
  readonly place: number;
  readonly graph: Graph;
  readonly tasks: readonly TaskView[];
}

/** With the issues of its dependencies. The same record where it names them already. */
function withDependencyIssues(record: TaskRecord, at: Position): TaskRecord {
  if (namesDependencyIssues(record, at)) return record;
  const { place, tasks } = at;
  const { before, needed } = at.graph;
  const needs: Record<string, number> = {};
  const relations: number[] = [];
  for (let edge = before.from[place] as number; edge < (before.from[place + 1] as number); edge++) {
    const { task, issue } = tasks[before.to[edge] as number] as TaskView;
    if (issue === undefined) continue;
    needs[task.id] = issue;
    if (needed[edge] === 1) relations.push(issue);
  }
  return { ...record, needs, relations };
}

/** Nearly always true, so it takes no memory to find out. */
function namesDependencyIssues(record: TaskRecord, { place, graph, tasks }: Position): boolean {
  const { before, needed } = graph;
  let needs = 0;
  let relations = 0;
  for (let edge = before.from[place] as number; edge < (before.from[place + 1] as number); edge++) {
    const { task, issue } = tasks[before.to[edge] as number] as TaskView;
    if (issue === undefined) continue;
    if (record.needs[task.id] !== issue) return false;
    needs++;
    if (needed[edge] === 1 && record.relations[relations++] !== issue) return false;
  }
  if (relations !== record.relations.length) return false;
  for (const _ in record.needs) needs--;
  return needs === 0;
}

function withDispatch(
  record: TaskRecord,
  {
    slot,
    account,
    snapshot,
  }: { readonly slot: Choice; readonly account: DispatchAccount; readonly snapshot: Snapshot },
): TaskRecord {
  const { waits, told, ...rest } = record;
  const dispatch = record.dispatch + 1;
  return {
    ...rest,
    ...(told && { told: told.map((words) => ({ ...words, dispatch })) }),
    ...nextDispatch(record),
    dispatch,
    live: { agent: slot.agent, sent: instant(snapshot.now), sends: 1, ...(slot.probe && { probe: true }), account },
    base: record.base ?? snapshot.repository.head,
  };
}
