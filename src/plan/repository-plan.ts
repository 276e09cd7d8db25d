import { type Config, type LoadedConfig, loadConfig } from './config.ts';
import { parseJson } from './json.ts';
import { loadPlan } from './load.ts';
import { nearest } from './nearest.ts';
import type { FileProblem, Plan } from './plan.ts';
import { locateFindings, withoutByteOrderMark } from './position.ts';

/** A file of the repository as it stands on the default branch. */
interface RepositoryFile {
  readonly path: string;
  readonly text: string;
}

/** What a project is loaded from. */
export interface RepositoryFiles {
  readonly plan: RepositoryFile | undefined;
  readonly config: RepositoryFile | undefined;
}

export type RepositoryPlan =
  | { readonly ok: true; readonly plan: Plan; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/**
 * The plan and the configuration of a repository, or every problem of both: configuration first, in file order.
 * @param config What `files.config` was loaded as, where the caller knows.
 */
export function loadRepositoryPlan(
  files: RepositoryFiles,
  config: LoadedConfig = loadConfig(files.config && { file: files.config.path, text: files.config.text }),
): RepositoryPlan {
  if (!config.ok) {
    const plan = files.plan && loadPlan({ file: files.plan.path, text: files.plan.text });
    return { ok: false, problems: [...config.problems, ...(plan?.ok === false ? plan.problems : [])] };
  }
  if (!files.plan) return { ok: false, problems: [missingPlan(config.config)] };
  const plan = loadPlan({ file: files.plan.path, text: files.plan.text });
  const problems = plan.ok
    ? unconfiguredChecks({ plan: plan.plan, config: config.config, file: files.plan })
    : plan.problems;
  return plan.ok && problems.length === 0
    ? { ok: true, plan: plan.plan, config: config.config }
    : { ok: false, problems };
}

function missingPlan({ plan }: Config): FileProblem {
  return {
    file: plan,
    line: 1,
    column: 1,
    message: 'the plan file is not on the default branch; restore it, or name another as `plan` in the configuration',
  };
}

/** A plan holds no commands: the integration checks that its tasks name must stand in the configuration. */
function unconfiguredChecks({
  plan,
  config: { checks },
  file: { path, text },
}: {
  readonly plan: Plan;
  readonly config: Config;
  readonly file: RepositoryFile;
}): readonly FileProblem[] {
  const known = Object.keys(checks.integration);
  const missing = plan.tasks.flatMap(({ integration }, index) =>
    integration === undefined || known.includes(integration) ? [] : [{ integration, index }],
  );
  if (missing.length === 0) return [];
  const source = { file: path, text: withoutByteOrderMark(text) };
  const json = parseJson(source.text);
  if (!json.ok) throw new Error(`${path} was read a moment ago and is no JSON now`);
  const findings = missing.map(({ integration, index }) => ({
    offset: json.locate(['tasks', index, 'integration']),
    message: `\`checks.integration\` of the configuration has no \`${integration}\`; ${checkHint(integration, known)}`,
  }));
  return locateFindings(source, findings);
}

function checkHint(name: string, known: readonly string[]): string {
  const close = nearest(name, known);
  if (close !== undefined) return `did you mean \`${close}\`?`;
  return known.length === 0 ? 'add it there' : `add it there, or name one of ${known.join(', ')}`;
}
