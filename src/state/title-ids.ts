import type { Plan, TaskId } from '../plan/plan.ts';

/** The task that a name stands for; people write names in any case. */
export function idsOf(plan: Plan): (name: string) => TaskId | undefined {
  const exact = new Map<string, TaskId>();
  let loose: ReadonlyMap<string, TaskId> | undefined;
  return (name) => {
    if (exact.size === 0) for (const { id } of plan.tasks) exact.set(id, id);
    const id = exact.get(name);
    if (id) return id;
    loose ??= new Map(plan.tasks.map((task) => [task.id.toLowerCase(), task.id]));
    return loose.get(name.trim().toLowerCase());
  };
}

const MAX_ID_LENGTH = 64;

/** @returns The task whose id a title begins with, the longest such id, followed by what no id goes on with. */
export function idInTitle(title: string, idOf: (name: string) => TaskId | undefined): TaskId | undefined {
  const text = title.trimStart();
  for (let length = Math.min(text.length, MAX_ID_LENGTH); length > 0; length--) {
    if (!SEPARATED.test(text.slice(length))) continue;
    const id = idOf(text.slice(0, length));
    if (id) return id;
  }
  return undefined;
}

/** A hyphen parts, although ids hold some: of the ids that fit, the longest counts. */
const SEPARATED = /^(?:$|[^\p{L}\p{N}._]|[._](?![\p{L}\p{N}]))/u;
