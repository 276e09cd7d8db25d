import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Config, defaultConfig, loadConfig } from '../plan/config.ts';
import { LIMITS } from '../plan/json.ts';
import { loadPlan } from '../plan/load.ts';
import type { FileProblem, Plan } from '../plan/plan.ts';
import { loadRepositoryPlan, type RepositoryFile, type RepositoryPlan } from '../plan/repository-plan.ts';
import { configPathsIn } from './config-files.ts';
import { shownPath } from './shown-path.ts';
import { UsageError } from './usage-error.ts';

/** A text file that a person named, with the name to be shown in messages. */
export interface TextFile {
  readonly file: string;
  readonly text: string;
}

export type OpenedPlan =
  | { readonly ok: true; readonly plan: Plan; readonly config: Config; readonly source: TextFile }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/**
 * Reads the plan that a command is about, with the configuration of the repository around it.
 *
 * @param named A plan, or the folder of a repository, as on the command line; without it, the plan that the configuration
 *   around here names.
 * @throws UsageError where there is no such file.
 */
export async function openPlan(named: string | undefined): Promise<OpenedPlan> {
  if (named !== undefined && (await isFolder(named))) return openPlan(await planIn(named));
  const root = repositoryAround(named === undefined ? process.cwd() : dirname(resolve(named)));
  const settings = await settingsOf(root);
  const config = loadConfig(settings.config);
  const { plan } = config.ok ? config.config : defaultConfig();
  const usual = join(root ?? process.cwd(), plan);
  const path = named ?? shownPath(usual);
  if (!existsSync(path)) {
    if (!config.ok && named === undefined) return config;
    const remedy = named === undefined ? 'name a plan, or make one with `agent-waves import FILE`' : 'name another';
    throw new UsageError(`there is no plan at ${path}; ${remedy}`);
  }
  const source = await readText(path);
  const elsewhere = settings.config === undefined && !isInItsPlace(path, plan);
  const loaded = elsewhere ? alone(source) : besideSettings(source, settings);
  return loaded.ok ? { ok: true, plan: loaded.plan, config: loaded.config, source } : loaded;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/** @throws UsageError where the folder holds no plan. */
async function planIn(folder: string): Promise<string> {
  const config = loadConfig((await settingsOf(folder)).config);
  const { plan } = config.ok ? config.config : defaultConfig();
  const path = join(folder, plan);
  if (existsSync(path)) return path;
  throw new UsageError(`there is no plan at ${path}; name a plan, or a repository that holds one`);
}

/** A plan that lies in no repository of ours: nothing is known of the checks that its tasks may name. */
function alone(source: TextFile): RepositoryPlan {
  const loaded = loadPlan(source);
  return loaded.ok ? { ok: true, plan: loaded.plan, config: defaultConfig() } : loaded;
}

/** Where the app would find it in a repository without a configuration. */
function isInItsPlace(path: string, usual: string): boolean {
  const whole = resolve(path);
  return whole.endsWith(`/${usual}`) && existsSync(join(whole.slice(0, -usual.length), '.git'));
}

/** As the orchestrator reads both, so that what it would refuse is refused here. */
function besideSettings(source: TextFile, { config, otherConfig }: SettingsFiles): RepositoryPlan {
  return loadRepositoryPlan({
    plan: asRepositoryFile(source),
    config: config && asRepositoryFile(config),
    otherConfig: otherConfig && asRepositoryFile(otherConfig),
  });
}

function asRepositoryFile({ file, text }: TextFile): RepositoryFile {
  return { path: file, text };
}

/** Where `import` writes, and where a plan is looked for: as the configuration says. */
export async function usualPlanPath(): Promise<string> {
  const root = repositoryAround(process.cwd());
  const config = loadConfig((await settingsOf(root)).config);
  const { plan } = config.ok ? config.config : defaultConfig();
  return shownPath(join(root ?? process.cwd(), plan));
}

/**
 * @throws UsageError where the file is missing, is no file, or is larger than any plan may be: it is not read then.
 */
export async function readText(path: string): Promise<TextFile> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new UsageError(`${path} is not a file; name one`);
  if (found.size > LIMITS.characters) {
    throw new UsageError(`${path} has ${found.size} bytes; at most ${LIMITS.characters} are read, so divide it`);
  }
  const bytes = await readFile(path);
  if (bytes.length > 1 && UTF_16_MARKS.includes(bytes.readUInt16BE(0)))
    throw new UsageError(`${path} is in UTF-16; save it as UTF-8`);
  return { file: path, text: bytes.toString('utf8') };
}

/** How a text in UTF-16 begins, one byte order and the other. */
const UTF_16_MARKS: readonly number[] = [0xfeff, 0xfffe];

interface SettingsFiles {
  readonly config: TextFile | undefined;
  /** A second one, under its other name. */
  readonly otherConfig: TextFile | undefined;
}

async function settingsOf(root: string | undefined): Promise<SettingsFiles> {
  const paths = root === undefined ? [] : configPathsIn(root).map((path) => join(root, path));
  const [config, otherConfig] = await Promise.all(
    paths.map(async (path) => ({ ...(await readText(path)), file: shownPath(path) })),
  );
  return { config, otherConfig };
}

/** The nearest folder, from here upwards, that holds a configuration. */
function repositoryAround(folder: string): string | undefined {
  if (configPathsIn(folder).length > 0) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : repositoryAround(parent);
}
