import { baseBranch } from './base-branch.ts';
import { type Config, type LoadedConfig, loadConfig } from './config.ts';
import type { FileProblem } from './plan.ts';
import { type Project, projectOf } from './project.ts';
import { loadRepositoryPlan, type RepositoryFiles, type RepositoryPlan } from './repository-plan.ts';

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
 * @param known What was loaded before, in whatever version: returned as it is where the texts are the same, and the
 * base stays where it was as long as a broken plan or configuration does not say where it is.
 */
export function loadProject({ plan, config, otherConfig }: RepositoryFiles, known?: LoadedProject): LoadedProject {
  const files = { plan, config, otherConfig };
  if (known && FILES.every((file) => isSameFile(known.files[file], files[file]))) return known;
  const settings = loadConfig(config && { file: config.path, text: config.text });
  const loaded = loadRepositoryPlan(files, settings);
  const location = locationOf(loaded, { settings, known });
  return loaded.ok
    ? { files, location, ok: true, project: projectOf(loaded.plan, loaded.config) }
    : { files, location, ok: false, problems: loaded.problems, config: settings.ok ? settings.config : undefined };
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
