import type { Graph } from '../plan/graph.ts';
import type { TaskId } from '../plan/plan.ts';
import { nextAttempt } from '../state/attempts.ts';
import type { TaskRecord } from '../state/record.ts';
import { instant, type Snapshot } from '../state/snapshot.ts';
import type { Subject, Subjects } from '../state/subjects.ts';
import type { TaskView } from '../state/task-view.ts';
import type { Absorbed } from './absorb.ts';
import type { Chosen } from './choose.ts';

export interface AssignInput {
  readonly absorbed: Absorbed;
  readonly chosen: Chosen;
  readonly graph: Graph;
  readonly snapshot: Snapshot;
  readonly tasks: readonly TaskView[];
}

/** Writes what was decided into the records: dispatches, requests for help, and where dependencies are to be found. */
export function assign({ absorbed, chosen, graph, snapshot, tasks }: AssignInput): Subjects {
  const { subjects, resend } = absorbed;
  const slots = new Map(chosen.choices.map(({ task, agent }) => [task, agent]));
  const known = new Map<TaskId, Subject<TaskRecord>>();
  for (const { task, state, record: seen } of tasks) {
    const subject = subjects.tasks.get(task.id);
    if (!subject) continue;
    let record = located(seen, task.dependencies, graph.reduced.get(task.id) ?? [], subjects);
    const slot = slots.get(task.id);
    if (slot !== undefined) record = dispatched(record, slot, snapshot);
    else if (resend.has(task.id) && record.live) {
      record = { ...record, live: { ...record.live, sent: instant(snapshot.now), sends: record.live.sends + 1 } };
    } else if (state === 'needs-human' && record.asked !== record.dispatch) {
      record = { ...record, asked: record.dispatch };
    }
    known.set(task.id, record === subject.record ? subject : { ...subject, record });
  }
  return { ...subjects, tasks: known };
}

/** With the issues of its dependencies. The same record where they are known: whoever sees it again sees that at once. */
function located(
  record: TaskRecord,
  dependencies: readonly TaskId[],
  reduced: readonly TaskId[],
  subjects: Subjects,
): TaskRecord {
  const needs = numbers(dependencies, subjects);
  const relations = numbers(reduced, subjects);
  const same =
    Object.keys(record.needs).length === needs.length &&
    needs.every(({ id, issue }) => record.needs[id] === issue) &&
    record.relations.length === relations.length &&
    relations.every(({ issue }, nth) => record.relations[nth] === issue);
  if (same) return record;
  return {
    ...record,
    needs: Object.fromEntries(needs.map(({ id, issue }) => [id, issue])),
    relations: relations.map(({ issue }) => issue),
  };
}

function numbers(ids: readonly TaskId[], subjects: Subjects): readonly { id: TaskId; issue: number }[] {
  return ids.flatMap((id) => {
    const issue = subjects.tasks.get(id)?.issue.number;
    return issue === undefined ? [] : [{ id, issue }];
  });
}

function dispatched(record: TaskRecord, agent: string, { now, repository }: Snapshot): TaskRecord {
  return {
    ...record,
    attempt: nextAttempt(record),
    slice: 1,
    dispatch: record.dispatch + 1,
    live: { agent, sent: instant(now), sends: 1 },
    base: record.base ?? repository.head,
  };
}
