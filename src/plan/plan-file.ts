import type * as z from 'zod';
import { readPlainTask } from './plain-task.ts';
import { type PlanFile, planSchema } from './schema.ts';

export type ReadPlanFile =
  | { readonly ok: true; readonly file: PlanFile }
  | { readonly ok: false; readonly issues: readonly z.core.$ZodIssue[] };

/** What `planSchema` makes of a value. It is asked about everything but tasks that are plain. */
export function readPlanFile(value: unknown): ReadPlanFile {
  const tasks = tasksIn(value)?.map((task) => ({ task, plain: readPlainTask(task) }));
  if (!tasks) return bySchema(value);
  const others = tasks.flatMap(({ plain }, place) => (plain ? [] : [place]));
  const read = bySchema({ ...(value as object), tasks: others.map((place) => tasks[place]?.task) });
  if (!read.ok) return { ok: false, issues: read.issues.map((issue) => inFile(issue, others)) };
  let next = 0;
  const all = tasks.map(({ plain }) => plain ?? (read.file.tasks[next++] as PlanFile['tasks'][number]));
  return { ok: true, file: { ...read.file, tasks: all } };
}

function tasksIn(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'tasks')) return undefined;
  const { tasks } = value as { readonly tasks: unknown };
  return Array.isArray(tasks) ? tasks : undefined;
}

function bySchema(value: unknown): ReadPlanFile {
  const parsed = planSchema.safeParse(value, { reportInput: true });
  return parsed.success ? { ok: true, file: parsed.data } : { ok: false, issues: parsed.error.issues };
}

/** @param others Places of the tasks that the schema was given. */
function inFile(issue: z.core.$ZodIssue, others: readonly number[]): z.core.$ZodIssue {
  const [list, place, ...rest] = issue.path;
  return list === 'tasks' && typeof place === 'number'
    ? { ...issue, path: [list, others[place] ?? place, ...rest] }
    : issue;
}
