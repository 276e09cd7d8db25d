import type { TaskId } from './plan.ts';

export const TASK_ID_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';

const pattern = new RegExp(TASK_ID_PATTERN);

/**
 * Why a text cannot be a task id, and what to do; undefined when it can. Ids become parts of git refs, so the
 * rules of `git check-ref-format` hold as well: no `..`, no `.` or `.lock` at the end.
 */
export function taskIdProblem(text: string): string | undefined {
  if (text === '') return 'the task id is empty; write one such as `CORE-001`';
  if (text.length > 64) {
    return `the task id \`${text.slice(0, 24)}…\` has ${text.length} characters; shorten it to at most 64`;
  }
  if (!pattern.test(text)) {
    const name = JSON.stringify(text).slice(1, -1);
    return `\`${name}\` is not a task id; use letters, digits, \`.\`, \`_\` and \`-\`, beginning with a letter or digit`;
  }
  if (text.includes('..')) return `the task id \`${text}\` has \`..\`, which git refuses in a ref; use single dots`;
  if (text.endsWith('.')) return `the task id \`${text}\` ends in \`.\`, which git refuses in a ref; drop the dot`;
  if (/\.lock$/i.test(text)) {
    return `the task id \`${text}\` ends in \`.lock\`, which git refuses in a ref; choose another ending`;
  }
  return undefined;
}

/** The id as a value, for text that comes from outside a plan (a title, a trailer, an argument). */
export function parseTaskId(text: string): TaskId | undefined {
  return taskIdProblem(text) === undefined ? (text as TaskId) : undefined;
}
