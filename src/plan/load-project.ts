import { baseBranch } from './base-branch.ts';
import { type Config, type LoadedConfig, loadConfig } from './config.ts';
import type { FileProblem } from './plan.ts';
import { type Project, projectAgain } from './project.ts';
import { loadRepositoryPlan, type RepositoryFiles, type RepositoryPlan } from './repository-plan.ts';
import { withKnownParts } from './restated.ts';

/** Where a project lies in its repository. */
export interface ProjectLocation {
  /** Paths from the root of the repository, on the default branch. */
  readonly plan: string;
  readonly progress: string;
  /** The branch that work lands on; undefined where it is the default branch. */
  readonly base: string | undefined;
}

/** The project of a repository, or every problem of its plan and configuration. */
export type LoadedProject = {
  /** What it was loaded from. */
  readonly files: RepositoryFiles;
  /** As these files say it, also where they have problems. */
  readonly location: ProjectLocation;
} & (
  | { readonly ok: true; readonly project: Project }
  | {
      readonly ok: false;
      readonly problems: readonly FileProblem[];
      /** Undefined where it is the configuration that cannot be read. */
      readonly config: Config | undefined;
    }
);

/**
 * Loads the project of a repository from the texts of its plan and configuration.
 * @param known What was loaded before, in whatever version: returned as it is where the texts are the same, and so is
 * every task that is. The base stays where it was as long as a broken plan or configuration does not say where it is.
 */
export function loadProject(
  { plan: planFile, config, otherConfig }: RepositoryFiles,
  known?: LoadedProject,
): LoadedProject {
  const files = { plan: planFile, config, otherConfig };
  if (known && FILES.every((file) => isSameFile(known.files[file], files[file]))) return known;
  const before = known?.ok ? known.project : undefined;
  const isSameConfig = before && isSameFile(known?.files.config, config);
  const settings: LoadedConfig = isSameConfig
    ? { ok: true, config: before.config }
    : loadConfig(config && { file: config.path, text: config.text });
  const loaded = loadRepositoryPlan(files, settings);
  const location = locationOf(loaded, { settings, known });
  if (!loaded.ok)
    return { files, location, ok: false, problems: loaded.problems, config: settings.ok ? settings.config : undefined };
  const plan = before ? withKnownParts(loaded.plan, before.plan) : loaded.plan;
  return { files, location, ok: true, project: projectAgain({ plan, config: loaded.config }, before) };
}

const FILES = ['plan', 'config', 'otherConfig'] as const;

/** Where a project lies that has no configuration. */
export function defaultLocation(): ProjectLocation {
  return loadProject({ plan: undefined, config: undefined }).location;
}

export function isSameLocation(one: ProjectLocation, other: ProjectLocation): boolean {
  return one.plan === other.plan && one.progress === other.progress && one.base === other.base;
}

function isSameFile(one: RepositoryFiles['plan'], other: RepositoryFiles['plan']): boolean {
  return one?.path === other?.path && one?.text === other?.text;
}

interface LocationSources {
  readonly settings: LoadedConfig;
  readonly known: LoadedProject | undefined;
}

function locationOf(loaded: RepositoryPlan, { settings, known }: LocationSources): ProjectLocation {
  if (!settings.ok) return { ...defaultLocation(), base: known?.location.base };
  const { plan, progress, base } = settings.config;
  if (base === 'default') return { plan, progress, base: undefined };
  if (!base.includes('{plan}')) return { plan, progress, base };
  const named = loaded.ok
    ? baseBranch({ config: loaded.config, plan: loaded.plan, defaultBranch: base })
    : known?.location.base;
  return { plan, progress, base: named };
}
