import type { Config } from './config.ts';
import type { Plan } from './plan.ts';

/**
 * The branch that work lands on: the default branch, or the one that the configuration names, where `{plan}` stands for
 * the plan's name in letters and digits that every git server takes.
 */
export function baseBranch({
  config: { base },
  plan: { name },
  defaultBranch,
}: {
  readonly config: Pick<Config, 'base'>;
  readonly plan: Pick<Plan, 'name'>;
  readonly defaultBranch: string;
}): string {
  return base === 'default' ? defaultBranch : base.replaceAll('{plan}', slug(name));
}

function slug(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return words.slice(0, 60).replace(/-+$/, '') || 'plan';
}
