import { type FieldNames, meantField } from './field-names.ts';
import type { Path } from './position.ts';
import { planSchema, taskSchema, waveSchema } from './schema.ts';

/** A field that a plan has and nobody reads, in the order in which it first appears. */
export interface UnusedField {
  readonly name: string;
  /** What has it. */
  readonly of: 'plan' | 'wave' | 'task';
  /** How many of them have it. */
  readonly count: number;
  /** The first. */
  readonly path: Path;
}

/** A field under a name that is none. */
export interface MisnamedField {
  readonly path: Path;
  readonly message: string;
}

export interface UnknownFields {
  readonly misnamed: readonly MisnamedField[];
  readonly unused: readonly UnusedField[];
}

const NAMES: Readonly<Record<UnusedField['of'], FieldNames>> = {
  plan: { known: Object.keys(planSchema.shape), synonyms: { name: ['title'] } },
  wave: { known: Object.keys(waveSchema.shape), synonyms: { title: ['name'], number: ['wave', 'index', 'no'] } },
  task: {
    known: Object.keys(taskSchema.shape),
    synonyms: {
      title: ['name', 'summary'],
      description: ['desc', 'body'],
      dependencies: [
        'depends_on',
        'depends',
        'dependency',
        'deps',
        'blocked_by',
        'blockers',
        'needs',
        'requires',
        'prerequisites',
        'predecessors',
        'waits_for',
      ],
      estimate: [
        'duration',
        'effort',
        'est',
        'time',
        'hours',
        'minutes',
        'estimated_hours',
        'estimated_minutes',
        'estimated_time',
        'estimated_duration',
        'time_estimate',
        'estimate_hours',
        'estimate_minutes',
      ],
      acceptance: ['acceptance_criteria', 'criteria', 'done_when'],
      touches: ['files', 'paths', 'relevant_files', 'touch'],
      outputs: ['deliverables', 'artifacts', 'creates', 'produces'],
      agent: ['agent_type', 'assignee_type'],
      status: ['state', 'done', 'completed'],
    },
    always: ['dependencies'],
  },
};

/** The field of a task that somebody meant who wrote another one. @param written Every key of the task. */
export function meantTaskField(name: string, written: readonly string[]): string | undefined {
  return NAMES.task.known.includes(name) ? name : meantField(name, { names: NAMES.task, written });
}

/**
 * Fields that the schema does not know. One that is meant for another changes what the plan says, unnoticed: the order
 * of tasks, or that one is done. All others stay as they are, and nobody reads them.
 * @param value The file as parsed, whatever else is wrong with it.
 */
export function unknownFields(value: unknown): UnknownFields {
  const misnamed: MisnamedField[] = [];
  const unused = new Map<string, UnusedField>();
  for (const { of, object, path } of objectsIn(value)) {
    const written = Object.keys(object);
    for (const name of written) {
      const names = NAMES[of];
      if (names.known.includes(name)) continue;
      const meant = meantField(name, { names, written });
      if (meant !== undefined) {
        misnamed.push({ path: [...path, name], message: `a ${of} has no \`${shown(name)}\`; write \`${meant}\`` });
        continue;
      }
      const key = `${of} ${name}`;
      const before = unused.get(key);
      unused.set(key, before ? { ...before, count: before.count + 1 } : { name, of, count: 1, path: [...path, name] });
    }
  }
  return { misnamed, unused: [...unused.values()] };
}

interface Located {
  readonly of: UnusedField['of'];
  readonly object: object;
  readonly path: Path;
}

function* objectsIn(plan: unknown): Iterable<Located> {
  if (!isObject(plan)) return;
  yield { of: 'plan', object: plan, path: [] };
  for (const [list, of] of [
    ['waves', 'wave'],
    ['tasks', 'task'],
  ] as const) {
    const entries: unknown = Object.hasOwn(plan, list) ? (plan as Record<string, unknown>)[list] : undefined;
    if (!Array.isArray(entries)) continue;
    for (const [index, object] of entries.entries()) if (isObject(object)) yield { of, object, path: [list, index] };
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}
