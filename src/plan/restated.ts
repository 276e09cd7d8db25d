import type { Plan, Task, TaskId } from './plan.ts';

/**
 * A plan loaded once more after its file changed: nearly always tasks alone that the app has just written the status of.
 * What a pass found of all others is true still, and is known by the values being the same.
 */

/** @returns The plan, with every value of the one before that says the same. */
export function withKnownParts(plan: Plan, known: Plan): Plan {
  let byId: ReadonlyMap<TaskId, Task> | undefined;
  const elsewhere = (id: TaskId) => {
    byId ??= new Map(known.tasks.map((task) => [task.id, task]));
    return byId.get(id);
  };
  const tasks = plan.tasks.map((task, place) => {
    const there = known.tasks[place];
    if (there === task) return task;
    const before = there?.id === task.id ? there : elsewhere(task.id);
    return before && isSame(before, task) ? before : task;
  });
  const parts = { tasks, waves: isSame(known.waves, plan.waves) ? known.waves : plan.waves };
  const claims = isSame(known.claims, plan.claims) ? known.claims : plan.claims;
  const all: Plan = { ...plan, ...parts, ...(claims && { claims }) };
  return restatedTasks(known, all)?.length === 0 ? known : all;
}

/** @returns Tasks that the file states otherwise than before; undefined where anything else is different. */
export function restatedTasks(before: Plan, now: Plan): readonly TaskId[] | undefined {
  if (before === now) return [];
  const isSamePlan = (['id', 'idFromName', 'name', 'waves', 'claims'] as const).every(
    (field) => before[field] === now[field],
  );
  if (!isSamePlan || before.tasks.length !== now.tasks.length) return undefined;
  const restated: TaskId[] = [];
  for (let place = 0; place < now.tasks.length; place++) {
    const [then, task] = [before.tasks[place] as Task, now.tasks[place] as Task];
    if (then === task) continue;
    if (!isSame(then, { ...task, status: then.status })) return undefined;
    restated.push(task.id);
  }
  return restated;
}

/** Of values as JSON has them. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length || Array.isArray(one) !== Array.isArray(other)) return false;
  return keys.every((key) => Object.hasOwn(other, key) && isSame(fieldOf(one, key), fieldOf(other, key)));
}

function fieldOf(value: object, key: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[key];
}
