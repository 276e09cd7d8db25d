import { getNodeValue, type Node, type ParseError, parseTree } from 'jsonc-parser';
import * as z from 'zod';
import { slotOf } from '../decide/schedule/forecast.ts';
import type { TaskStatus } from '../plan/plan.ts';
import { type Instant, instant, millis } from '../state/snapshot.ts';
import type { TaskState, TaskView } from '../state/task-view.ts';
import { type FieldChange, rewriteObject } from './rewrite-object.ts';

/**
 * Brings `status`, `agent_id`, `started_at` and `completed_at` of every task in a plan file up to date. Everything else
 * stays as people wrote it, byte for byte: other fields, order, indentation, line ends, byte order mark. A task without
 * `status` is pending and stays without it until it is something else; one that a person listed as completed stays as it is
 * written, with that person's words on who and when.
 *
 * @param text A plan file that `loadPlan` accepts; any other text comes back as it is.
 */
export function writeStatus(text: string, tasks: readonly TaskView[]): string {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  const json = text.slice(mark.length);
  const views = new Map<unknown, TaskView>(tasks.map((view) => [view.task.id, view]));
  if (isUpToDate(json, views)) return text;
  const pieces: string[] = [mark];
  let done = 0;
  for (const object of taskObjects(json)) {
    const view = views.get(fieldOf(object, 'id'));
    if (!view) continue;
    const end = object.offset + object.length;
    pieces.push(
      json.slice(done, object.offset),
      rewriteObject({ text: json, object, changes: changesFor(view, fieldsOf(object)) }),
    );
    done = end;
  }
  return pieces.join('') + json.slice(done);
}

/** Of nearly every pass: to know where each field stands takes many times as long as to know what it says. */
function isUpToDate(json: string, views: ReadonlyMap<unknown, TaskView>): boolean {
  const tasks = tasksIn(json);
  return tasks.every((task) => {
    const view = views.get(task.id);
    return !view || changesFor(view, task).every(({ name, value }) => (task[name] ?? undefined) === value);
  });
}

type WrittenTask = Readonly<Record<string, unknown>>;

/** Of thousands of tasks nothing else is read here than what the app writes itself. */
const writtenPlan = z.object({ tasks: z.array(z.unknown()) });

function tasksIn(json: string): readonly WrittenTask[] {
  try {
    const { tasks } = writtenPlan.parse(JSON.parse(json));
    return tasks.filter((task): task is WrittenTask => typeof task === 'object' && task !== null);
  } catch {
    return [];
  }
}

const STATUS: Readonly<Record<TaskState, TaskStatus>> = {
  lost: 'blocked',
  completed: 'completed',
  skipped: 'blocked',
  running: 'in_progress',
  'in-review': 'in_progress',
  'needs-human': 'blocked',
  held: 'pending',
  blocked: 'pending',
  retrying: 'in_progress',
  ready: 'pending',
};

/** The specification's word for a state. A task that waits for others is blocked only when one of them needs a person. */
function statusOf({ state, stuck }: Pick<TaskView, 'state' | 'stuck'>): TaskStatus {
  return state === 'blocked' && stuck ? 'blocked' : STATUS[state];
}

function taskObjects(json: string): readonly Node[] {
  const errors: ParseError[] = [];
  const root = parseTree(json, errors, { disallowComments: true });
  if (!root || errors.length > 0) return [];
  const list = root.type === 'object' ? propertyOf(root, 'tasks')?.children?.[1] : undefined;
  if (list?.type !== 'array') return [];
  return (list.children ?? []).filter(({ type }) => type === 'object');
}

/** @param task What is written of it. */
function changesFor(view: TaskView, task: WrittenTask): readonly FieldChange[] {
  const status = statusOf(view);
  // Whoever takes that back once its issue is closed changes nothing, and sees so.
  if (view.state === 'completed' && view.record.listed)
    return task.status === status ? [] : [{ name: 'status', value: status }];
  const listed = task.status !== undefined;
  const begun = status === 'completed' || status === 'in_progress' || view.state === 'needs-human';
  const wanted: readonly FieldChange[] = [
    { name: 'status', value: status },
    { name: 'agent_id', value: status === 'completed' || status === 'in_progress' ? slotOf(view) : undefined },
    { name: 'started_at', value: begun ? seconds(view.startedAt) : undefined },
    { name: 'completed_at', value: status === 'completed' ? seconds(view.completedAt) : undefined },
  ];
  return wanted.filter(({ name, value }) => {
    if (name === 'status') return listed || value !== 'pending';
    // Somebody listed the task as done, with words of their own on who and when: we know no better.
    return value !== undefined || status !== 'completed';
  });
}

function seconds(at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : instant(millis(at));
}

function fieldsOf(object: Node): WrittenTask {
  const value = propertyOf(object, 'status')?.children?.[1];
  return value ? { status: getNodeValue(value) } : {};
}

function fieldOf(object: Node, name: string): unknown {
  return propertyOf(object, name)?.children?.[1]?.value;
}

function propertyOf(object: Node, name: string): Node | undefined {
  return object.children?.findLast((property) => property.children?.[0]?.value === name);
}
