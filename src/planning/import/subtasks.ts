import { newDependencyBudget } from './dependency-budget.ts';
import type { DraftDependency, DraftTask } from './draft.ts';

/**
 * Tasks that hold others, as a plan says it: whatever the whole waits for, its parts wait for, and the whole is done
 * last, when its parts are. A part may hold parts of its own.
 *
 * @param parentOf The whole that a task is a part of, by ids as written.
 */
export function withSubtasksFirst(
  tasks: readonly DraftTask[],
  parentOf: ReadonlyMap<string, string>,
): readonly DraftTask[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const parts = new Map<string, DraftTask[]>();
  for (const task of tasks) {
    const parent = parentOf.get(task.id);
    if (parent === undefined || !byId.has(parent)) continue;
    const siblings = parts.get(parent);
    if (siblings === undefined) parts.set(parent, [task]);
    else siblings.push(task);
  }
  const minutes = sharedMinutes(tasks, parts);
  const allow = newDependencyBudget();
  return tasks.map((task) => {
    const inherited: DraftDependency[] = [];
    for (const above of ancestorsOf(task, { parentOf, byId })) {
      allow(1 + above.dependencies.length);
      inherited.push(...above.dependencies.filter(({ id }) => id !== task.id));
    }
    const ofParts = (parts.get(task.id) ?? []).map(({ id }): DraftDependency => ({ id, at: task.at }));
    return {
      ...task,
      minutes: minutes.get(task.id),
      dependencies: [...task.dependencies, ...inherited, ...ofParts],
    };
  });
}

/** The estimate of a whole whose parts have none is for all of it: each gets its share, and the total stays. */
function sharedMinutes(
  tasks: readonly DraftTask[],
  parts: ReadonlyMap<string, readonly DraftTask[]>,
): ReadonlyMap<string, number | undefined> {
  const shared = new Map(tasks.map(({ id, minutes }) => [id, minutes]));
  for (const { id } of tasks) {
    const whole = shared.get(id);
    const inside = parts.get(id) ?? [];
    if (whole === undefined || inside.length === 0 || inside.some((part) => shared.get(part.id) !== undefined))
      continue;
    const share = Math.max(1, Math.round(whole / (inside.length + 1)));
    for (const part of [...inside, { id }]) shared.set(part.id, share);
  }
  return shared;
}

function* ancestorsOf(
  task: DraftTask,
  { parentOf, byId }: { readonly parentOf: ReadonlyMap<string, string>; readonly byId: ReadonlyMap<string, DraftTask> },
): Iterable<DraftTask> {
  // A whole that is its own part would go round for ever.
  const seen = new Set([task.id]);
  for (let parent = parentOf.get(task.id); parent !== undefined && !seen.has(parent); parent = parentOf.get(parent)) {
    seen.add(parent);
    const above = byId.get(parent);
    if (above !== undefined) yield above;
  }
}
