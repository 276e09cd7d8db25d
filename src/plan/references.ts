import { type DependencyNode, findCycles } from './cycles.ts';
import { formerIdProblems } from './former-ids.ts';
import { nearest } from './nearest.ts';
import type { PartialTask, ReferenceProblem } from './partial-task.ts';
import type { Path } from './position.ts';

const MAX_CYCLES = 100;
/** A cycle through thousands of tasks is cut in its middle: nobody reads it, and a hundred of them fill a log. */
const MAX_NAMES_IN_CYCLE = 500;
const MAX_SUGGESTIONS = 50;

/** What is wrong in how tasks speak of each other: duplicate ids, former ids, unknown, duplicate and own dependencies, cycles. */
export function findReferenceProblems(
  sketches: readonly PartialTask[],
  lineOf: (path: Path) => number,
): readonly ReferenceProblem[] {
  const byFoldedId = firstOfEach(sketches);
  return [
    ...duplicateIds(sketches, { byFoldedId, lineOf }),
    ...formerIdProblems(sketches, { byFoldedId, lineOf }),
    ...wrongDependencies(sketches, byFoldedId),
    ...(areInOrder(sketches) ? [] : dependencyCycles(withoutCompletedCircles(sketches))),
  ];
}

function firstOfEach(sketches: readonly PartialTask[]): ReadonlyMap<string, PartialTask> {
  const byFoldedId = new Map<string, PartialTask>();
  for (const sketch of sketches) {
    const folded = sketch.id.toLowerCase();
    if (!byFoldedId.has(folded)) byFoldedId.set(folded, sketch);
  }
  return byFoldedId;
}

function duplicateIds(
  sketches: readonly PartialTask[],
  {
    byFoldedId,
    lineOf,
  }: { readonly byFoldedId: ReadonlyMap<string, PartialTask>; readonly lineOf: (path: Path) => number },
): readonly ReferenceProblem[] {
  return sketches.flatMap((sketch) => {
    const first = byFoldedId.get(sketch.id.toLowerCase());
    if (first === undefined || first === sketch) return [];
    const where = `on line ${lineOf([...first.path, 'id'])}`;
    const message =
      first.id === sketch.id
        ? `the id \`${sketch.id}\` belongs to the task ${where}; give this one another`
        : `the id \`${sketch.id}\` differs from \`${first.id}\` ${where} in case only; give this one another`;
    return [{ path: [...sketch.path, 'id'], message }];
  });
}

function wrongDependencies(
  sketches: readonly PartialTask[],
  byFoldedId: ReadonlyMap<string, PartialTask>,
): readonly ReferenceProblem[] {
  const ids = new Set(sketches.map(({ id }) => id));
  // Looking for the nearest of many ids is the one slow thing here; a file full of unknown ids needs few hints.
  let suggestions = MAX_SUGGESTIONS;
  function meant(id: string, by: string): string | undefined {
    const otherCase = byFoldedId.get(id.toLowerCase());
    if (otherCase !== undefined) return otherCase.id;
    if (suggestions-- <= 0 || id.length > 64) return undefined;
    return nearest(
      id,
      [...ids].filter((other) => other !== by),
    );
  }
  return sketches.flatMap((sketch) => {
    const seen = new Set<string>();
    return sketch.dependencies.flatMap(({ id, path }) => {
      const again = seen.has(id);
      seen.add(id);
      if (id === sketch.id) return [{ path, message: `\`${id}\` depends on itself; remove this dependency` }];
      if (again)
        return [{ path, message: `\`${sketch.id}\` names the dependency \`${shortened(id)}\` twice; remove one` }];
      if (ids.has(id)) return [];
      return [{ path, message: unknownDependency({ task: sketch.id, id, meant: meant(id, sketch.id) }) }];
    });
  });
}

function unknownDependency({
  task,
  id,
  meant,
}: {
  readonly task: string;
  readonly id: string;
  readonly meant: string | undefined;
}): string {
  const hint = meant === undefined ? 'add that task, or remove the dependency' : `did you mean \`${meant}\`?`;
  return `\`${shortened(task)}\` depends on \`${shortened(id)}\`, which is not in the plan; ${hint}`;
}

function shortened(id: string): string {
  return id.length > 80 ? `${id.slice(0, 80)}…` : id;
}

/**
 * The tasks with a circle among completed ones cut open where it closes: nothing waits there any more, and what is done
 * is no reason to refuse what is left to do.
 */
export function withoutCompletedCircles(sketches: readonly PartialTask[]): readonly PartialTask[] {
  if (areInOrder(sketches)) return sketches;
  const completed = sketches.map((sketch) => (sketch.completed ? sketch : { ...sketch, dependencies: [] }));
  const closing = new Map<number, Set<string>>();
  for (const cycle of findCycles(nodesOf(completed), Number.POSITIVE_INFINITY)) {
    const last = cycle.at(-1) ?? -1;
    closing.set(last, (closing.get(last) ?? new Set()).add(sketches[cycle[0] ?? -1]?.id ?? ''));
  }
  if (closing.size === 0) return sketches;
  return sketches.map((sketch, index) => {
    const cut = closing.get(index);
    return cut ? { ...sketch, dependencies: sketch.dependencies.filter(({ id }) => !cut.has(id)) } : sketch;
  });
}

/** Every task stands after those that it depends on, as most plans are written: then nothing waits in a circle. */
function areInOrder(sketches: readonly PartialTask[]): boolean {
  const places = new Map<string, number>();
  for (const [place, { id }] of sketches.entries()) if (!places.has(id)) places.set(id, place);
  return sketches.every(({ dependencies }, place) =>
    dependencies.every(({ id }) => (places.get(id) ?? Number.NEGATIVE_INFINITY) < place),
  );
}

function nodesOf(sketches: readonly PartialTask[]): readonly DependencyNode[] {
  const indexById = new Map<string, number>();
  for (const [index, { id }] of sketches.entries()) if (!indexById.has(id)) indexById.set(id, index);
  return sketches.map((sketch, index) => ({
    dependencies: [...new Set(sketch.dependencies.map(({ id }) => indexById.get(id)))].filter(
      (dependency) => dependency !== undefined && dependency !== index,
    ) as number[],
  }));
}

function dependencyCycles(sketches: readonly PartialTask[]): readonly ReferenceProblem[] {
  return findCycles(nodesOf(sketches), MAX_CYCLES).flatMap((cycle) => {
    const names = cycle.map((index) => sketches[index]?.id ?? '');
    const closing = sketches[cycle.at(-1) ?? -1];
    const dependency = closing?.dependencies.find(({ id }) => id === names[0]);
    if (dependency === undefined) return [];
    return [
      {
        path: dependency.path,
        message: `${cycleText(names)} → ${names[0]} wait for each other in a circle; remove one of these dependencies`,
      },
    ];
  });
}

function cycleText(names: readonly string[]): string {
  if (names.length <= MAX_NAMES_IN_CYCLE) return names.join(' → ');
  const half = MAX_NAMES_IN_CYCLE / 2;
  const left = names.length - MAX_NAMES_IN_CYCLE;
  return [...names.slice(0, half), `(${left} more)`, ...names.slice(-half)].join(' → ');
}
