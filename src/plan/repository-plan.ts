import { type Config, type LoadedConfig, loadConfig } from './config.ts';
import { parseJson } from './json.ts';
import { loadPlan } from './load.ts';
import { nearest } from './nearest.ts';
import type { FileProblem, Plan } from './plan.ts';
import { locateFindings, withoutByteOrderMark } from './position.ts';

/** A file of the repository as it stands on the default branch. */
export interface RepositoryFile {
  readonly path: string;
  readonly text: string;
  /** It is larger than the app reads. */
  readonly tooLarge?: boolean;
}

/** What a project is loaded from. */
export interface RepositoryFiles {
  readonly plan: RepositoryFile | undefined;
  readonly config: RepositoryFile | undefined;
  /** A second configuration, under the other of its two names: nobody knows which of them counts. */
  readonly otherConfig?: RepositoryFile | undefined;
}

export type RepositoryPlan =
  | { readonly ok: true; readonly plan: Plan; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/**
 * The plan and the configuration of a repository, or every problem of both: configuration first, in file order. The one
 * judgement of both: what is refused here is refused by `check`, by a rehearsal, by the app and on a pull request.
 * @param config What `files.config` was loaded as, where the caller knows.
 */
export function loadRepositoryPlan(
  files: RepositoryFiles,
  config: LoadedConfig = loadConfig(files.config && { file: files.config.path, text: files.config.text }),
): RepositoryPlan {
  const tooLarge = tooLargeFiles(files);
  if (tooLarge.length > 0) return { ok: false, problems: tooLarge };
  const plan = files.plan && loadPlan({ file: files.plan.path, text: files.plan.text });
  const problems = [
    ...(config.ok ? [] : config.problems),
    ...doubledConfig(files),
    ...(plan?.ok === false ? plan.problems : []),
  ];
  if (!config.ok) return { ok: false, problems };
  if (!files.plan || !plan) return { ok: false, problems: [...problems, missingPlan(config.config)] };
  if (!plan.ok) return { ok: false, problems };
  problems.push(...unconfiguredChecks({ plan: plan.plan, config: config.config, file: files.plan }));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, plan: plan.plan, config: config.config };
}

function tooLargeFiles({ config, otherConfig, plan }: RepositoryFiles): readonly FileProblem[] {
  const message =
    'the file is larger than the 25 MB that the app reads; move what it says at length into files that tasks name';
  return [config, otherConfig, plan].flatMap((file) =>
    file?.tooLarge ? [{ file: file.path, line: 1, column: 1, message }] : [],
  );
}

function doubledConfig({ config, otherConfig }: RepositoryFiles): readonly FileProblem[] {
  if (!config || !otherConfig) return [];
  const other = config.path.slice(config.path.lastIndexOf('/') + 1);
  const message = `\`${other}\` is there as well; keep one of the two`;
  return [{ file: otherConfig.path, line: 1, column: 1, message }];
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
