import { buildGraph } from './graph.ts';
import { slug } from './identity.ts';
import { type ParsedJson, parseJson } from './json.ts';
import type { PartialTask } from './partial-task.ts';
import type { FileProblem, Plan, Task, TaskId } from './plan.ts';
import { unknownFields } from './plan-fields.ts';
import { lineIndex, locateFindings, type Path, type TextFinding, withoutByteOrderMark } from './position.ts';
import { findReferenceProblems, withoutCompletedCircles } from './references.ts';
import { type PlanFile, planSchema } from './schema.ts';
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
  const parsed = planSchema.safeParse(json.value, { reportInput: true });
  const partial = partialTasks(written);
  const findings = [
    ...json.duplicateKeys,
    ...(parsed.success ? [] : schemaFindings(parsed.error.issues, { locate: json.locate })),
    ...misnamedFields(json),
    ...referenceFindings({ json, text, partial }),
    ...identityFindings(json),
  ];
  if (findings.length > 0 || !parsed.success) return refuse(findings);
  return { ok: true, plan: planFrom(parsed.data, withoutCompletedCircles(partial)) };
}

/** `tasks.json:12:20: what is wrong; what to do` */
export function formatProblem({ file, line, column, message }: FileProblem): string {
  return `${file}:${line}:${column}: ${message}`;
}

function misnamedFields({ value, locate }: ParsedJson & { ok: true }): readonly TextFinding[] {
  return unknownFields(value).misnamed.map(({ path, message }) => ({ offset: locate(path, 'key'), message }));
}

function referenceFindings({
  json,
  text,
  partial,
}: {
  readonly json: ParsedJson & { ok: true };
  readonly text: string;
  readonly partial: readonly PartialTask[];
}): readonly TextFinding[] {
  let position: ReturnType<typeof lineIndex> | undefined;
  const lineOf = (path: Path) => {
    position ??= lineIndex(text);
    return position(json.locate(path)).line;
  };
  const found = [...findReferenceProblems(partial, lineOf), ...duplicateWaves(listOf(json.value, 'waves'))];
  return found.map(({ path, message }) => ({ offset: json.locate(path), message }));
}

/** A plan without an id takes its name for one, so that has to hold something that an id can be made of. */
function identityFindings({ value, locate }: ParsedJson & { ok: true }): readonly TextFinding[] {
  const name = fieldOf(value, 'name');
  if (fieldOf(value, 'id') !== undefined || typeof name !== 'string' || name.trim() === '' || slug(name) !== '')
    return [];
  const message = 'the name holds no letter from a to z and no digit that an id could be made of; add an `id`';
  return [{ offset: locate(['name']), message }];
}

/** Reads what can be read of ids and dependencies, so that one bad field elsewhere hides nothing. */
function partialTasks(written: readonly unknown[]): readonly PartialTask[] {
  return written.flatMap((task, index): readonly PartialTask[] => {
    const id = fieldOf(task, 'id');
    if (typeof id !== 'string') return [];
    const path = ['tasks', index];
    const dependencies = listOf(task, 'dependencies').flatMap((dependency, nth) =>
      typeof dependency === 'string' ? [{ id: dependency, path: [...path, 'dependencies', nth] }] : [],
    );
    const was = fieldOf(task, 'was');
    const former = typeof was === 'string' ? { was } : {};
    return [{ id, ...former, path, completed: fieldOf(task, 'status') === 'completed', dependencies }];
  });
}

function duplicateWaves(waves: readonly unknown[]): readonly { path: Path; message: string }[] {
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
  const nodes = sound.map(({ id, dependencies }) => ({
    id: id as TaskId,
    dependencies: dependencies.map((dependency) => dependency.id as TaskId),
  }));
  const { depth } = buildGraph({ tasks: nodes });
  const tasks = file.tasks.map((task, index): Task => {
    const { estimate, agent_id, started_at, completed_at, was, ...rest } = task;
    const id = task.id as TaskId;
    const before = was === undefined ? {} : { was: was as TaskId };
    const dependencies = nodes[index]?.dependencies ?? [];
    return { ...rest, ...before, id, dependencies, minutes: estimate, wave: task.wave ?? depth.get(id) ?? 1 };
  });
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

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = fieldOf(value, key);
  return Array.isArray(list) ? list : [];
}
