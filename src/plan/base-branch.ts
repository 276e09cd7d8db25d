import type { Config } from './config.ts';
import type { Plan } from './plan.ts';

/**
 * The branch that work lands on: the default branch, or the one that the configuration names, where `{plan}` stands for
 * the id that the plan file gives, or its name in letters and digits that every git server takes.
 */
export function baseBranch({
  config: { base },
  plan: { id },
  defaultBranch,
}: {
  readonly config: Pick<Config, 'base'>;
  readonly plan: Pick<Plan, 'id'>;
  readonly defaultBranch: string;
}): string {
  return base === 'default' ? defaultBranch : base.replaceAll('{plan}', id);
}
