/** Who a plan is: records of issues name it, so that no issue of one plan answers for a task of another. */

export const PLAN_ID_PATTERN = '^[A-Za-z0-9][A-Za-z0-9-]{0,59}$';

const pattern = new RegExp(PLAN_ID_PATTERN);

/** Why a text cannot be the id of a plan, and what to do; undefined when it can. It may become part of a branch. */
export function planIdProblem(text: string): string | undefined {
  if (pattern.test(text)) return undefined;
  const shown = JSON.stringify(text.slice(0, 40)).slice(1, -1);
  return `\`${shown}\` is not the id of a plan; use up to 60 letters, digits and \`-\`, beginning with a letter or digit`;
}

/** The name of a plan in letters and digits that every git server takes; empty where it has none. */
export function slug(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return words.slice(0, 60).replace(/-+$/, '');
}
