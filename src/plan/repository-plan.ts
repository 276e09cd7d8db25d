import { type Config, loadConfig } from './config.ts';
import { loadPlan } from './load.ts';
import type { Plan, Problem } from './plan.ts';

/** A file of the repository as it stands on the default branch. */
interface RepositoryFile {
  readonly path: string;
  readonly text: string;
}

export type RepositoryPlan =
  | { readonly ok: true; readonly plan: Plan; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The plan and the configuration of a repository, or every problem of both: configuration first, in file order. */
export function loadRepositoryPlan(files: {
  readonly plan: RepositoryFile | undefined;
  readonly config: RepositoryFile | undefined;
}): RepositoryPlan {
  const config = loadConfig(files.config && { file: files.config.path, text: files.config.text });
  if (!config.ok) return config;
  if (!files.plan) return { ok: false, problems: [absent(config.config)] };
  const plan = loadPlan({ file: files.plan.path, text: files.plan.text });
  const unsupported = files.config ? unsupportedSettings(config.config, files.config) : [];
  if (plan.ok && unsupported.length === 0) return { ok: true, plan: plan.plan, config: config.config };
  return { ok: false, problems: [...unsupported, ...(plan.ok ? [] : plan.problems)] };
}

function absent({ plan }: Config): Problem {
  return {
    file: plan,
    line: 1,
    column: 1,
    message: 'the plan is not on the default branch; push it, or name another file under `plan`',
  };
}

/** Settings that are well formed and that this version cannot act on: refused before anything is touched. */
function unsupportedSettings(config: Config, { path, text }: RepositoryFile): readonly Problem[] {
  const at = (key: string, message: string): Problem => {
    const line = text.split('\n').findIndex((candidate) => candidate.startsWith(`${key}:`)) + 1;
    return { file: path, line: Math.max(line, 1), column: 1, message };
  };
  return [
    ...(config.base === 'default'
      ? []
      : [at('base', `work lands on the default branch in this version; set \`base: default\``)]),
    ...(config.landing === 'push' ? [] : [at('landing', `this version lands work by \`landing: push\` alone; set it`)]),
  ];
}
