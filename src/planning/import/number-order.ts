import type { DraftTask } from './draft.ts';
import type { OutlineTask } from './outline-task.ts';
import type { Remarks } from './remarks.ts';

/**
 * Where no task says what it waits for and all are numbered, the numbers are the order: each waits for the one before
 * it, among those of one whole.
 */
export function withNumberOrder(
  drafts: readonly DraftTask[],
  { tasks, remarks }: { readonly tasks: readonly OutlineTask[]; readonly remarks: Remarks },
): readonly DraftTask[] {
  const [first] = tasks;
  const silent = drafts.every(({ dependencies }) => dependencies.length === 0);
  const spoken = tasks.some(({ fields }) => fields.values.has('dependencies'));
  if (first === undefined || tasks.length < 2 || !silent || spoken) return drafts;
  if (!tasks.every(({ numbered }) => numbered)) {
    remarks.add(
      first.at,
      'nothing says what a task waits for, so all may start at once; add `dependencies` where one builds on another',
    );
    return drafts;
  }
  remarks.add(first.at, 'nothing says what a task waits for, so each waits for the one numbered before it');
  const last = new Map<string | undefined, string>();
  return drafts.map((draft, index) => {
    const parent = tasks[index]?.parent;
    const before = last.get(parent);
    last.set(parent, draft.id);
    return before === undefined ? draft : { ...draft, dependencies: [{ id: before, at: draft.at, weak: true }] };
  });
}
