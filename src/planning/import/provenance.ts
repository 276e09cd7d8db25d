import { newDependencyBudget } from './dependency-budget.ts';
import type { DraftDependency, DraftTask, Provenance, Remark } from './draft.ts';
import type { Remarks } from './remarks.ts';

type Field = Exclude<keyof DraftTask, 'at'>;

/** What was taken from where, with the number of tasks that had it. */
export function provenanceOf(
  tasks: readonly DraftTask[],
  origins: Readonly<Partial<Record<Field, string>>>,
): readonly Provenance[] {
  return Object.entries(origins).map(([field, from]) => ({
    field: field === 'minutes' ? 'estimate' : field,
    from,
    tasks: tasks.filter((task) => isGiven(task[field as Field])).length,
  }));
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '';
}

/** Tasks without those that are not to be done: what waits for one of them waits for what that waits for. */
export function withoutLeftOut(
  tasks: readonly DraftTask[],
  { leftOut, remarks }: { readonly leftOut: ReadonlyMap<string, Remark>; readonly remarks: Remarks },
): readonly DraftTask[] {
  if (leftOut.size === 0) return tasks;
  for (const { at, message } of leftOut.values()) remarks.add(at, message);
  const allow = newDependencyBudget();
  const gone = new Map(tasks.flatMap((task) => (leftOut.has(task.id) ? [[task.id, task.dependencies] as const] : [])));
  return tasks.flatMap((task) => {
    if (leftOut.has(task.id)) return [];
    const dependencies = task.dependencies.flatMap((dependency): readonly DraftDependency[] => {
      const { id, at } = dependency;
      if (!leftOut.has(id)) return [dependency];
      const instead = behind(id, gone).filter((other) => other !== task.id);
      allow(instead.length);
      remarks.add(at, `\`${task.id}\` no longer waits for \`${id}\`, which is left out`);
      return instead.map((other): DraftDependency => ({ ...dependency, id: other }));
    });
    return [{ ...task, dependencies }];
  });
}

/** What a task that is left out waits for, through others that are left out as well. */
function behind(id: string, gone: ReadonlyMap<string, readonly DraftDependency[]>): readonly string[] {
  const seen = new Set<string>([id]);
  const found = new Set<string>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { id: other } of gone.get(next) ?? []) {
      if (!gone.has(other)) found.add(other);
      else if (!seen.has(other)) {
        seen.add(other);
        open.push(other);
      }
    }
  }
  return [...found];
}
