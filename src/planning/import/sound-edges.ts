import { buildGraph } from '../../plan/graph.ts';
import type { TaskId } from '../../plan/plan.ts';
import { checkReferences } from '../../plan/references.ts';
import type { DraftDependency, DraftTask } from './draft.ts';
import type { Remarks } from './remarks.ts';

/**
 * Tasks with the dependencies that a plan should have: each once, none of a task on itself that nobody wrote, none from
 * running text that would close a circle, and none that closes one among tasks that are done.
 */
export function withSoundEdges(tasks: readonly DraftTask[], remarks: Remarks): readonly DraftTask[] {
  const twice = idsThatStandTwice(tasks);
  const single = tasks.map((task) => ({ ...task, dependencies: distinct(task, twice) }));
  return withoutDoneCircles(withoutWeakCircles(single, remarks), remarks);
}

function distinct({ id, dependencies }: DraftTask, twice: ReadonlySet<string>): readonly DraftDependency[] {
  const first = new Map<string, DraftDependency>();
  for (const dependency of dependencies) {
    const known = first.get(dependency.id);
    // What is written counts more than what was read between the lines.
    if (known === undefined || (known.weak && !dependency.weak)) first.set(dependency.id, dependency);
  }
  // Of an id that stands twice nobody can say whether it means itself.
  return [...first.values()].filter((dependency) => dependency.id !== id || (!dependency.weak && !twice.has(id)));
}

function idsThatStandTwice(tasks: readonly DraftTask[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(tasks.flatMap(({ id }) => (seen.size === seen.add(id).size ? [id] : [])));
}

/** So many are looked at one by one; where there are more, whoever loads the plan says what is wrong. */
const MAX_WEAK = 3000;

function withoutWeakCircles(tasks: readonly DraftTask[], remarks: Remarks): readonly DraftTask[] {
  const weak = tasks.reduce((sum, { dependencies }) => sum + dependencies.filter((each) => each.weak).length, 0);
  if (weak === 0 || weak > MAX_WEAK || !hasCircle(tasks)) return tasks;
  const places = new Map(tasks.map(({ id }, place) => [id, place]));
  const edges = tasks.map(({ dependencies }) =>
    dependencies.flatMap((each) => (each.weak ? [] : (places.get(each.id) ?? []))),
  );
  return tasks.map((task, place) => {
    const dependencies = task.dependencies.filter(({ id, at, weak: isWeak }) => {
      const other = places.get(id);
      if (!isWeak || other === undefined) return true;
      if (reaches(other, place, edges)) {
        remarks.often(at, (times) => `an order that the text states would close a circle; not imported (${times})`);
        return false;
      }
      edges[place]?.push(other);
      return true;
    });
    return dependencies.length === task.dependencies.length ? task : { ...task, dependencies };
  });
}

function reaches(from: number, to: number, edges: readonly (readonly number[])[]): boolean {
  const seen = new Set([from]);
  const open = [from];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (place === to) return true;
    for (const next of edges[place] ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return false;
}

function hasCircle(tasks: readonly DraftTask[]): boolean {
  return graphOf(tasks) === undefined;
}

function graphOf(tasks: readonly DraftTask[]) {
  const ids = new Set(tasks.map(({ id }) => id));
  const nodes = tasks.map(({ id, dependencies }) => ({
    id: id as TaskId,
    dependencies: dependencies.flatMap((each) => (ids.has(each.id) ? [each.id as TaskId] : [])),
  }));
  try {
    return buildGraph({ tasks: nodes });
  } catch {
    // A circle; whoever asks wants to know just that.
    return undefined;
  }
}

/** Nothing waits in a circle of tasks that are done: it is cut where it closes, as whoever loads the plan would. */
function withoutDoneCircles(tasks: readonly DraftTask[], remarks: Remarks): readonly DraftTask[] {
  if (!tasks.some(({ status }) => status === 'completed')) return tasks;
  const sketches = tasks.map(({ id, status, dependencies }, place) => {
    return { id, place, completed: status === 'completed', dependencies: dependencies.map((each) => each.id) };
  });
  const { sound } = checkReferences(sketches, () => 1);
  return tasks.map((task, place) => {
    const kept = sound[place]?.dependencies ?? [];
    const dependencies = task.dependencies.filter(({ at }, nth) => {
      if (kept[nth] !== undefined) return true;
      remarks.often(at, (times) => `a dependency closes a circle among completed tasks; left out (${times})`);
      return false;
    });
    return dependencies.length === task.dependencies.length ? task : { ...task, dependencies };
  });
}

/** Tasks of a sound plan without the dependencies that others imply: `check` would warn of each. */
export function withoutRedundantEdges(tasks: readonly DraftTask[], remarks: Remarks): readonly DraftTask[] {
  const graph = graphOf(tasks);
  if (graph === undefined) return tasks;
  let left = 0;
  let example: { readonly task: DraftTask; readonly dependency: DraftDependency } | undefined;
  const reduced = tasks.map((task) => {
    const needed = new Set<string>(graph.reduced.get(task.id as TaskId));
    const dependencies = task.dependencies.filter((dependency) => {
      if (needed.has(dependency.id)) return true;
      left++;
      example ??= { task, dependency };
      return false;
    });
    return dependencies.length === task.dependencies.length ? task : { ...task, dependencies };
  });
  if (example !== undefined) {
    const { task, dependency } = example;
    const many = left === 1 ? '1 dependency that others imply is' : `${left} dependencies that others imply are`;
    remarks.add(
      dependency.at,
      `${many} left out, such as that of \`${task.id}\` on \`${dependency.id}\`; the order is the same`,
    );
  }
  return reduced;
}
