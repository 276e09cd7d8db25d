import type { z } from 'zod';
import { meantField } from './field-names.ts';
import { nearest } from './nearest.ts';
import type { Locate, TextFinding } from './position.ts';

type Issue = z.core.$ZodIssue;

const kinds: ReadonlyMap<string, string> = new Map(
  Object.entries({
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    record: 'an object',
    null: 'nothing',
  }),
);

/**
 * What a schema refused, in words for the person who wrote the file. The schema must have been asked with
 * `reportInput`. `known` gives the keys allowed at a path, to name the nearest one when a key is unknown.
 */
export function schemaFindings(
  issues: readonly Issue[],
  context: { locate: Locate; known?: (path: readonly PropertyKey[]) => readonly string[] },
): readonly TextFinding[] {
  return issues.flatMap((issue): readonly TextFinding[] => {
    const branch = issue.code === 'invalid_union' ? intendedBranch(issue.errors) : undefined;
    if (branch !== undefined) {
      const inside = branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
      return schemaFindings(inside, context);
    }
    if (issue.code !== 'unrecognized_keys') {
      return [{ offset: context.locate(issue.path), message: sentence(issue) }];
    }
    return issue.keys.map((key) => ({
      offset: context.locate([...issue.path, key], 'key'),
      message: unknownKey(key, context.known?.(issue.path) ?? []),
    }));
  });
}

/** Of several allowed forms, the one that the writer chose: whose kind of value fits, though not all that is in it. */
function intendedBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches.find((issues) => !issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type'));
}

/** What people call settings elsewhere. Only those count that are known at the place. */
const CONFIG_WORDS: Readonly<Record<string, readonly string[]>> = {
  max_parallel: ['concurrency', 'parallel', 'parallelism', 'max_agents', 'workers', 'slots'],
  attempts: ['retries', 'max_attempts', 'max_retries'],
  base: ['branch', 'target_branch'],
  plan: ['plan_file', 'tasks', 'tasks_file'],
  progress: ['progress_file'],
  review: ['reviewer'],
  escalate_to: ['mention', 'notify_people', 'owners'],
};

function unknownKey(key: string, known: readonly string[]): string {
  const meant = meantField(key, { names: { known, synonyms: CONFIG_WORDS }, written: [] }) ?? nearest(key, known);
  if (meant !== undefined) return `unknown key \`${key}\`; did you mean \`${meant}\`?`;
  if (known.length === 0) return `unknown key \`${key}\`; remove it`;
  return `unknown key \`${key}\`; known here: ${known.map((name) => `\`${name}\``).join(', ')}`;
}

function sentence(issue: Issue): string {
  const name = nameOf(issue.path);
  switch (issue.code) {
    case 'invalid_type':
      return wrongKind(name, { kind: kinds.get(issue.expected) ?? issue.expected, input: issue.input });
    case 'invalid_value':
      return wrongWord(name, { words: issue.values.map(String), input: issue.input });
    case 'too_small': {
      if (issue.origin === 'string' || issue.origin === 'array') return `${name} is empty; write something`;
      return `${name} is ${String(issue.input)}; write ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
    }
    case 'too_big': {
      if (issue.origin === 'string') return `${name} has more than ${issue.maximum} characters; shorten it`;
      if (issue.origin === 'array') return `${name} has more than ${issue.maximum} entries; leave some out`;
      return `${name} is ${String(issue.input)}; write at most ${issue.maximum}`;
    }
    case 'invalid_key':
      return issue.issues[0]?.message ?? `${name} cannot be a key here; choose another`;
    default:
      // Everything else carries a sentence of the schema's own.
      return issue.message.replace('{name}', name);
  }
}

function wrongKind(name: string, { kind, input }: { readonly kind: string; readonly input: unknown }): string {
  if (input === undefined) return `${name} is missing; add it as ${kind}`;
  const hint =
    kind === 'a list' ? '; put it in [ ]' : kind === 'text' && typeof input !== 'object' ? '; put it in quotes' : '';
  return `${name} must be ${kind}, not ${kindOf(input)}${hint}`;
}

function wrongWord(
  name: string,
  { words, input }: { readonly words: readonly string[]; readonly input: unknown },
): string {
  const choice = oneOf(words);
  if (input === undefined) return `${name} is missing; write ${choice}`;
  if (typeof input !== 'string') return `${name} must be ${choice}, not ${kindOf(input)}`;
  const meant = nearest(input, words) ?? statusMeant(input, words);
  const hint = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
  return `${name} must be ${choice}, not \`${input.slice(0, 40)}\`${hint}`;
}

/** Words for a status elsewhere, and the one that stands for each here. */
const STATUS_WORDS: Readonly<Record<string, readonly string[]>> = {
  completed: ['done', 'complete', 'closed', 'finished', 'merged', 'landed', 'x'],
  pending: ['todo', 'to do', 'open', 'not started', 'backlog', 'ready', 'planned', 'new', 'queued', 'deferred'],
  in_progress: ['doing', 'started', 'running', 'wip', 'active', 'in review', 'review'],
  blocked: ['stuck', 'on hold', 'waiting', 'cancelled', 'canceled', 'skipped', 'failed'],
};

function statusMeant(input: string, words: readonly string[]): string | undefined {
  const word = input.trim().toLowerCase().replace(/[_-]/g, ' ');
  return words.find((status) => Object.hasOwn(STATUS_WORDS, status) && STATUS_WORDS[status]?.includes(word));
}

function nameOf(path: readonly PropertyKey[]): string {
  const last = path.at(-1);
  if (last === undefined) return 'the file';
  if (typeof last !== 'number') return `\`${String(last)}\``;
  const list = path.findLast((step) => typeof step !== 'number');
  return list === undefined ? `entry ${last + 1}` : `entry ${last + 1} of \`${String(list)}\``;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return `${value}`;
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : `the number ${value}`;
  return 'an object';
}

function oneOf(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
