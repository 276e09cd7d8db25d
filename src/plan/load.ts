import { buildGraph, type Graph } from './graph.ts';
import { slug } from './identity.ts';
import { type ParsedJson, parseJson } from './json.ts';
import type { PartialTask, ReferenceProblem } from './partial-task.ts';
import type { FileProblem, Plan, Task, TaskId } from './plan.ts';
import { unknownFields } from './plan-fields.ts';
import { readPlanFile } from './plan-file.ts';
import { lineIndex, locateFindings, type Path, type TextFinding, withoutByteOrderMark } from './position.ts';
import { checkReferences } from './references.ts';
import type { PlanFile } from './schema.ts';
import { schemaFindings } from './schema-messages.ts';
import { wavesOf } from './waves.ts';

export type LoadedPlan = { ok: true; plan: Plan } | { ok: false; problems: readonly FileProblem[] };

export const MAX_TASKS = 20_000;

/**
 * Reads a plan file. A plan comes back whole and sound (ids unique, every dependency known, no cycles), or not at
 * all, with everything that is wrong in file order. A file that is not JSON is judged by its syntax alone.
 */
export function loadPlan(source: { readonly file: string; readonly text: string }): LoadedPlan {
  const text = withoutByteOrderMark(source.text);
  const refuse = (findings: readonly TextFinding[]): LoadedPlan => ({
    ok: false,
    problems: locateFindings({ file: source.file, text }, findings),
  });
  const json = parseJson(text);
  if (!json.ok) return refuse(json.findings);
  const written = listOf(json.value, 'tasks');
  if (written.length > MAX_TASKS) {
    const message = `the plan has ${written.length} tasks; at most ${MAX_TASKS} are read, so divide it`;
    return refuse([{ offset: json.locate(['tasks']), message }]);
  }
  const read = readPlanFile(json.value);
  const references = checkReferences(partialTasks(written), linesOf({ json, text }));
  const findings = [
    ...json.duplicateKeys,
    ...(read.ok ? [] : schemaFindings(read.issues, { locate: json.locate })),
    ...misnamedFields(json),
    ...locatedIn(json, [...references.problems, ...duplicateWaves(listOf(json.value, 'waves'))]),
    ...identityFindings(json),
  ];
  if (findings.length > 0 || !read.ok) return refuse(findings);
  return { ok: true, plan: planFrom(read.file, references.sound) };
}

/** `tasks.json:12:20: what is wrong; what to do` */
export function formatProblem({ file, line, column, message }: FileProblem): string {
  return `${file}:${line}:${column}: ${message}`;
}

function misnamedFields({ value, locate }: Located): readonly TextFinding[] {
  return unknownFields(value).misnamed.map(({ path, message }) => ({ offset: locate(path, 'key'), message }));
}

/** Lines of the text, counted once somebody asks. */
function linesOf({ json, text }: { readonly json: Located; readonly text: string }): (path: Path) => number {
  let position: ReturnType<typeof lineIndex> | undefined;
  return (path) => {
    position ??= lineIndex(text);
    return position(json.locate(path)).line;
  };
}

type Located = ParsedJson & { ok: true };

function locatedIn(json: Located, problems: readonly ReferenceProblem[]): readonly TextFinding[] {
  return problems.map(({ path, message }) => ({ offset: json.locate(path), message }));
}

/** A plan without an id takes its name for one, so that has to hold something that an id can be made of. */
function identityFindings({ value, locate }: Located): readonly TextFinding[] {
  const name = fieldOf(value, 'name');
  if (fieldOf(value, 'id') !== undefined || typeof name !== 'string' || name.trim() === '' || slug(name) !== '')
    return [];
  const message = 'the name holds no letter from a to z and no digit that an id could be made of; add an `id`';
  return [{ offset: locate(['name']), message }];
}

/** Reads what can be read of ids and dependencies, so that one bad field elsewhere hides nothing. */
function partialTasks(written: readonly unknown[]): readonly PartialTask[] {
  const partial: PartialTask[] = [];
  for (const [place, task] of written.entries()) {
    const id = fieldOf(task, 'id');
    if (typeof id !== 'string') continue;
    const was = fieldOf(task, 'was');
    const dependencies = listOf(task, 'dependencies').map(textOrNone);
    const one = { id, place, completed: fieldOf(task, 'status') === 'completed', dependencies };
    partial.push(typeof was === 'string' ? { ...one, was } : one);
  }
  return partial;
}

function textOrNone(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function duplicateWaves(waves: readonly unknown[]): readonly ReferenceProblem[] {
  const seen = new Set<number>();
  return waves.flatMap((wave, index) => {
    const number = fieldOf(wave, 'number');
    if (typeof number !== 'number') return [];
    const again = seen.has(number);
    seen.add(number);
    return again ? [{ path: ['waves', index, 'number'], message: `wave ${number} is given twice; keep one` }] : [];
  });
}

/** @param sound The same tasks, with the dependencies that count. */
function planFrom(file: PlanFile, sound: readonly PartialTask[]): Plan {
  const dependencies = sound.map((task) => task.dependencies.filter((id) => id !== undefined) as TaskId[]);
  const depthOf = depths(file, dependencies);
  const tasks = file.tasks.map((task, place) =>
    taskFrom(task, { dependencies: dependencies[place] ?? [], wave: task.wave ?? depthOf(place) }),
  );
  const claims = file.claims === undefined ? {} : { claims: file.claims };
  const identity = file.id === undefined ? ({ id: slug(file.name), idFromName: true } as const) : { id: file.id };
  return {
    ...identity,
    id: identity.id.toLowerCase(),
    name: file.name,
    waves: wavesOf(tasks, file.waves),
    tasks,
    ...claims,
  };
}

/** The depth of tasks in the graph, by place, found once somebody asks. */
function depths({ tasks }: PlanFile, dependencies: readonly (readonly TaskId[])[]): (place: number) => number {
  let depth: Graph['depth'] | undefined;
  return (place) => {
    depth ??= buildGraph({
      tasks: tasks.map(({ id }, nth) => ({ id: id as TaskId, dependencies: dependencies[nth] ?? [] })),
    }).depth;
    return depth.get(tasks[place]?.id as TaskId) ?? 1;
  };
}

const OPTIONAL = ['was', 'category', 'agent', 'model', 'cost_per_hour', 'priority', 'integration'] as const;

function taskFrom(file: PlanFile['tasks'][number], derived: Pick<Task, 'dependencies' | 'wave'>): Task {
  const { title, description, estimate, acceptance, outputs, touches, status } = file;
  const { dependencies, wave } = derived;
  const id = file.id as TaskId;
  const task = { id, title, description, wave, dependencies, minutes: estimate, acceptance, outputs, touches, status };
  const more = OPTIONAL.filter((field) => file[field] !== undefined);
  return more.length === 0 ? task : { ...task, ...Object.fromEntries(more.map((field) => [field, file[field]])) };
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = fieldOf(value, key);
  return Array.isArray(list) ? list : [];
}
