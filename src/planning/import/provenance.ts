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

/** Tasks without those that are not to be done, and without waiting for them. */
export function withoutLeftOut(
  tasks: readonly DraftTask[],
  { leftOut, remarks }: { readonly leftOut: ReadonlyMap<string, Remark>; readonly remarks: Remarks },
): readonly DraftTask[] {
  if (leftOut.size === 0) return tasks;
  for (const { at, message } of leftOut.values()) remarks.add(at, message);
  return tasks.flatMap((task) => {
    if (leftOut.has(task.id)) return [];
    const stays = ({ id, at }: DraftDependency) => {
      if (!leftOut.has(id)) return true;
      remarks.add(at, `\`${task.id}\` no longer waits for \`${id}\`, which is left out`);
      return false;
    };
    return [{ ...task, dependencies: task.dependencies.filter(stays) }];
  });
}
