import type * as z from 'zod';
import { parseEstimate } from './estimate.ts';
import { TASK_STATUSES } from './plan.ts';
import type { taskSchema } from './schema.ts';
import { taskIdProblem } from './task-id.ts';
import { isLine, isPlainPath, NAME } from './text-fields.ts';

/** What nearly all tasks of a plan are, read without the schema: of a large plan that would be most of the work. */

type TaskOfFile = z.output<typeof taskSchema>;

type Check = (value: unknown) => boolean;

/** For each field whether the schema would take the value, and leave it as it is. The schema says what is right. */
const PLAIN: ReadonlyMap<string, Check> = new Map<keyof TaskOfFile, Check>([
  ['id', isText((id) => taskIdProblem(id) === undefined)],
  ['title', isText((title) => title.length <= 190 && isLine(title))],
  ['description', isText((text) => text.length <= 30_000)],
  ['wave', (wave) => isWhole(wave) && wave >= 1 && wave <= 1000],
  ['category', isText((category) => category.length <= 64 && isLine(category))],
  ['dependencies', isList({ max: Number.POSITIVE_INFINITY, of: () => true })],
  ['estimate', (minutes) => typeof minutes === 'number' && parseEstimate(minutes) !== undefined],
  ['acceptance', isList({ max: 100, of: (entry) => entry.length <= 1000 && isLine(entry) })],
  ['outputs', isList({ max: 500, of: (path) => path.length <= 500 && isPlainPath(path) })],
  ['touches', isList({ max: 500, of: (path) => path.length <= 500 && isPlainPath(path) })],
  ['agent', isText((agent) => NAME.test(agent))],
  ['model', isText((model) => NAME.test(model))],
  ['priority', (priority) => isWhole(priority) && Math.abs(priority) <= 1000],
  ['integration', isText((check) => NAME.test(check))],
  ['status', (status) => (TASK_STATUSES as readonly unknown[]).includes(status)],
  ['agent_id', isTextOrNull],
  ['started_at', isTextOrNull],
  ['completed_at', isTextOrNull],
]);

/** @returns What the schema makes of a task of a file; undefined where that has to be asked. */
export function readPlainTask(written: unknown): TaskOfFile | undefined {
  if (typeof written !== 'object' || written === null) return undefined;
  for (const field of Object.keys(written)) {
    if (!PLAIN.get(field)?.((written as Record<string, unknown>)[field])) return undefined;
  }
  const task = written as Partial<TaskOfFile>;
  if (task.id === undefined || task.title === undefined) return undefined;
  return { ...defaults(), ...task, id: task.id, title: task.title };
}

function defaults() {
  return {
    description: '',
    dependencies: [],
    estimate: 60,
    acceptance: [],
    outputs: [],
    touches: [],
    status: 'pending',
  } as const satisfies Partial<TaskOfFile>;
}

function isText(holds: (text: string) => boolean): Check {
  return (value) => typeof value === 'string' && holds(value);
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isList({ max, of }: { readonly max: number; readonly of: (entry: string) => boolean }): Check {
  return (value) =>
    Array.isArray(value) && value.length <= max && value.every((entry) => typeof entry === 'string' && of(entry));
}
