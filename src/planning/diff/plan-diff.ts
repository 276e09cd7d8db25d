import type { Config } from '../../plan/config.ts';
import { formatMinutes } from '../../plan/estimate.ts';
import type { Plan, Task } from '../../plan/plan.ts';
import type { ChangedField, NamedTask, PlanChange } from '../../plan/plan-change.ts';
import { outlookOf } from './outlook.ts';

/** A plan with the configuration that it is carried out by. */
export interface PlanVersion {
  readonly plan: Plan;
  readonly config: Config;
}

interface Versions {
  /** Undefined where there was none, or none that can be read. */
  readonly before: PlanVersion | undefined;
  readonly after: PlanVersion;
}

/** What would be other. Tasks are the same by their id; one with `was` is the one that had that id. */
export function planDiff({ before, after }: Versions): PlanChange {
  const old = new Map(before?.plan.tasks.map((task) => [task.id, task]));
  const known = new Set<string>();
  const added: NamedTask[] = [];
  const changed: (NamedTask & { fields: readonly ChangedField[] })[] = [];
  for (const task of after.plan.tasks) {
    const other = old.get(task.id) ?? old.get(formerId(task));
    if (!other) {
      added.push(named(task));
      continue;
    }
    known.add(other.id);
    const fields = changedFields(textsOf(other), textsOf(task));
    if (fields.length > 0) changed.push({ ...named(task), fields });
  }
  const names = { before: before?.plan.name ?? '', after: after.plan.name };
  return {
    before: before && outlookOf(before.plan, before.config),
    after: outlookOf(after.plan, after.config),
    name: before && names.before !== names.after ? names : undefined,
    added,
    removed: before?.plan.tasks.filter(({ id }) => !known.has(id)).map(named) ?? [],
    changed,
    settings: before ? changedFields(settingsOf(before.config), settingsOf(after.config)) : [],
  };
}

/** @returns Whether anything is other that the app goes by. */
export function isChanged({ before, name, added, removed, changed, settings }: PlanChange): boolean {
  if (!before || name) return true;
  return [added, removed, changed, settings].some(({ length }) => length > 0);
}

function formerId(task: Task): Task['id'] {
  const { was } = task as Task & { readonly was?: Task['id'] };
  return was ?? task.id;
}

function named({ id, title }: Task): NamedTask {
  return { id, title };
}

type Texts = ReadonlyMap<string, string>;

/** Every field under the name that people write, as one line. */
function textsOf({ minutes, ...fields }: Task): Texts {
  const texts = new Map([['estimate', formatMinutes(minutes)]]);
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) texts.set(name, textOf(value));
  return texts;
}

/** Where files lie, and what editors want, is nothing that changes a plan. */
function settingsOf({ $schema, ...config }: Config): Texts {
  return new Map(Object.entries(config).map(([name, value]) => [name, textOf(value)]));
}

/** Lists are told apart from texts that have commas. */
function textOf(value: unknown): string {
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) {
    return value.some((entry) => entry.includes(',')) ? JSON.stringify(value) : value.join(', ');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function changedFields(before: Texts, after: Texts): readonly ChangedField[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .filter((name) => (before.get(name) ?? '') !== (after.get(name) ?? ''))
    .map((name) => ({ name, before: before.get(name) || undefined, after: after.get(name) || undefined }));
}
