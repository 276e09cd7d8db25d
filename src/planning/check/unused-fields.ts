import type { UnusedField } from '../../plan/plan-fields.ts';
import type { CheckRule } from './check-rule.ts';
import { count } from './words.ts';

/** Fields of people's own stay in the file, and nothing goes by them: said once for each. */
export const unusedFields: CheckRule = {
  name: 'unused-field',
  about: 'fields that nothing reads',
  find: ({ document: { unused } }) =>
    unused.map((field) => ({
      path: field.path,
      part: 'key',
      message: `\`${shown(field.name)}\` of ${holders(field)} is kept in the file, and nothing goes by it`,
    })),
};

function holders({ of, count: number }: UnusedField): string {
  return of === 'plan' ? 'the plan' : count(number, of);
}

function shown(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}
