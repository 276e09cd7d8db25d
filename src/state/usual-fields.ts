/** Most records of tasks hold few of the fields that there are, and each one that is looked for takes its time. */

/** What a task has that waits, or was done without trouble. */
export const USUAL_FIELDS = {
  plan: true,
  title: true,
  issue: true,
  task: true,
  attempt: true,
  slice: true,
  dispatch: true,
  base: true,
  needs: true,
  relations: true,
  done: true,
  wave: true,
  finished: true,
  history: true,
  commands: true,
  refused: true,
} as const;

/** @returns Whether a record, or what is to become one, has no others. */
export function hasUsualFieldsAlone(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (const field of Object.keys(value)) if (field !== 'v' && !Object.hasOwn(USUAL_FIELDS, field)) return false;
  return true;
}
