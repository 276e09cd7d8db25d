import { type UnusedField, unknownFields } from '../../plan/plan-fields.ts';
import { planSchema } from '../../plan/schema.ts';

/** What the file of a plan says, where the plan that was made of it says less. */
export interface PlanDocument {
  readonly waves: readonly { readonly number: number }[];
  /** In file order, as the tasks of the plan. */
  readonly tasks: readonly { readonly wave?: number | undefined; readonly dependencies: readonly string[] }[];
  readonly unused: readonly UnusedField[];
}

/** @param value The file as parsed; a plan that loaded. */
export function planDocument(value: unknown): PlanDocument {
  const { waves, tasks } = planSchema.parse(value);
  return { waves, tasks, unused: unknownFields(value).unused };
}
