import { type DependencyNode, findCycles } from './cycles.ts';
import { formerIdProblems } from './former-ids.ts';
import { nearest } from './nearest.ts';
import type { PartialTask, ReferenceProblem } from './partial-task.ts';
import type { Path } from './position.ts';

const MAX_CYCLES = 100;
/** A cycle through thousands of tasks is cut in its middle: nobody reads it, and a hundred of them fill a log. */
const MAX_NAMES_IN_CYCLE = 500;
const MAX_SUGGESTIONS = 50;

interface CheckedReferences {
  /** Duplicate ids, former ids, unknown, duplicate and own dependencies, circles. */
  readonly problems: readonly ReferenceProblem[];
  /**
   * The tasks with a circle among completed ones cut open where it closes: nothing waits there any more, and what is
   * done is no reason to refuse what is left to do.
   */
  readonly sound: readonly PartialTask[];
}

/** What is wrong in how tasks speak of each other, and the tasks with the dependencies that count. */
export function checkReferences(sketches: readonly PartialTask[], lineOf: (path: Path) => number): CheckedReferences {
  const byFoldedId = firstOfEach(sketches);
  const places = firstPlaces(sketches);
  const inOrder = areInOrder(sketches, places);
  const sound = inOrder ? sketches : withoutCompletedCircles(sketches);
  const problems = [
    ...(byFoldedId.size === sketches.length ? [] : duplicateIds(sketches, { byFoldedId, lineOf })),
    ...formerIdProblems(sketches, { byFoldedId, lineOf }),
    ...wrongDependencies(sketches, { byFoldedId, places }),
    ...(inOrder ? [] : dependencyCycles(sound)),
  ];
  return { problems, sound };
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
    const where = `on line ${lineOf(['tasks', first.place, 'id'])}`;
    const message =
      first.id === sketch.id
        ? `the id \`${sketch.id}\` stands twice, first ${where}; give this one another, or remove it`
        : `the id \`${sketch.id}\` differs from \`${first.id}\` ${where} in case only; give this one another`;
    return [{ path: ['tasks', sketch.place, 'id'], message }];
  });
}

interface KnownTasks {
  readonly byFoldedId: ReadonlyMap<string, PartialTask>;
  readonly places: ReadonlyMap<string, number>;
}

function wrongDependencies(
  sketches: readonly PartialTask[],
  { byFoldedId, places }: KnownTasks,
): readonly ReferenceProblem[] {
  // Looking for the nearest of many ids is the one slow thing here; a file full of unknown ids needs few hints.
  let suggestions = MAX_SUGGESTIONS;
  function meant(id: string, by: string): string | undefined {
    const otherCase = byFoldedId.get(id.toLowerCase());
    if (otherCase !== undefined) return otherCase.id;
    if (suggestions-- <= 0 || id.length > 64) return undefined;
    return nearest(
      id,
      [...places.keys()].filter((other) => other !== by),
    );
  }
  const problems: ReferenceProblem[] = [];
  for (const { id: task, place, dependencies } of sketches) {
    const seen = dependencies.length > 1 ? new Set<string>() : undefined;
    for (const [nth, id] of dependencies.entries()) {
      if (id === undefined) continue;
      const again = seen?.has(id);
      seen?.add(id);
      if (places.has(id) && !again && id !== task) continue;
      const path = ['tasks', place, 'dependencies', nth];
      if (id === task) problems.push({ path, message: `\`${id}\` depends on itself; remove this dependency` });
      else if (again)
        problems.push({ path, message: `\`${task}\` names the dependency \`${shortened(id)}\` twice; remove one` });
      else problems.push({ path, message: unknownDependency({ task, id, meant: meant(id, task) }) });
    }
  }
  return problems;
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

function withoutCompletedCircles(sketches: readonly PartialTask[]): readonly PartialTask[] {
  const completed = sketches.map((sketch) => (sketch.completed ? sketch : { ...sketch, dependencies: [] }));
  const closing = new Map<number, Set<string>>();
  for (const cycle of findCycles(nodesOf(completed), Number.POSITIVE_INFINITY)) {
    const last = cycle.at(-1) ?? -1;
    closing.set(last, (closing.get(last) ?? new Set()).add(sketches[cycle[0] ?? -1]?.id ?? ''));
  }
  if (closing.size === 0) return sketches;
  return sketches.map((sketch, index) => {
    const cut = closing.get(index);
    return cut
      ? { ...sketch, dependencies: sketch.dependencies.map((id = '') => (cut.has(id) ? undefined : id)) }
      : sketch;
  });
}

/** Of each id the first place at which it stands among these. */
function firstPlaces(sketches: readonly PartialTask[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [index, { id }] of sketches.entries()) if (!places.has(id)) places.set(id, index);
  return places;
}

/** Every task stands after those that it depends on, as most plans are written: then nothing waits in a circle. */
function areInOrder(sketches: readonly PartialTask[], places: ReadonlyMap<string, number>): boolean {
  for (const [index, { dependencies }] of sketches.entries())
    for (const id of dependencies) if ((places.get(id ?? '') ?? Number.NEGATIVE_INFINITY) >= index) return false;
  return true;
}

function nodesOf(sketches: readonly PartialTask[]): readonly DependencyNode[] {
  const places = firstPlaces(sketches);
  return sketches.map((sketch, index) => ({
    dependencies: [...new Set(sketch.dependencies.map((id = '') => places.get(id)))].filter(
      (dependency) => dependency !== undefined && dependency !== index,
    ) as number[],
  }));
}

function dependencyCycles(sketches: readonly PartialTask[]): readonly ReferenceProblem[] {
  return findCycles(nodesOf(sketches), MAX_CYCLES).flatMap((cycle) => {
    const names = cycle.map((index) => sketches[index]?.id ?? '');
    const closing = sketches[cycle.at(-1) ?? -1];
    const nth = closing?.dependencies.indexOf(names[0]) ?? -1;
    if (!closing || nth < 0) return [];
    return [
      {
        path: ['tasks', closing.place, 'dependencies', nth],
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
