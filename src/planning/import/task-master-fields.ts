import { meantTaskField } from '../../plan/plan-fields.ts';

/** Which fields of a task of claude-task-master become which of ours, under the names that real files have. */

/** What says when a task is done. */
export const ACCEPTANCE_FIELDS = [
  'acceptanceCriteria',
  'acceptance_criteria',
  'acceptance',
  'definition_of_done',
  'definitionOfDone',
  'testStrategy',
];

const TAKEN_FIELDS = new Set([
  ...['id', 'title', 'description', 'details', 'status', 'relevantFiles', 'category', 'subtasks'],
  ...ACCEPTANCE_FIELDS,
]);

/** `effort`, and other words for an estimate, those with a unit first. */
export function estimateFields(value: unknown): readonly string[] {
  const written = keysOf(value);
  const found = written.filter((key) => meantTaskField(key, written) === 'estimate');
  return found.toSorted((a, b) => Number(/hour|minute/i.test(b)) - Number(/hour|minute/i.test(a)));
}

/** Names of one file that are told about: who writes a hundred of them knows. */
const MAX_IGNORED_FIELDS = 20;

/** `dependencies`, and what people write for it: an order that is not read is lost. */
export function dependencyFields(value: unknown): readonly string[] {
  const written = keysOf(value);
  return written.filter((key) => meantTaskField(key, written) === 'dependencies');
}

function keysOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

/** Names of fields of a task that are not imported; of a file at most so many that somebody reads them. */
export function ignoredFields(value: unknown, known: Set<string>): readonly string[] {
  const taken = new Set([...TAKEN_FIELDS, ...dependencyFields(value), ...estimateFields(value)]);
  return keysOf(value).filter((key) => {
    if (taken.has(key) || (!known.has(key) && known.size >= MAX_IGNORED_FIELDS)) return false;
    known.add(key);
    return true;
  });
}
