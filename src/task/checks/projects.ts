import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { DetectableCheck, SuggestedChecks } from './ecosystems/ecosystem.ts';
import { isProjectFolder, parentOf, projectFolders } from './project-dir.ts';

/** Projects whose checks one verification runs for one line of the checklist. */
export const MAX_PROJECTS = 20;

export interface ProjectSelection {
  /** Folders whose own commands are to run, in order; the root is the empty path. */
  readonly folders: readonly string[];
  /** How many more there would be. */
  readonly omitted: number;
}

export interface ProjectQuery {
  readonly workspace: string;
  readonly name: DetectableCheck;
  readonly detect: (folder: string) => SuggestedChecks;
  /** These folders, and those of projects that use them. */
  readonly withDependents: (folders: readonly string[]) => readonly string[];
  /** Paths that changed; undefined while nobody knows. */
  readonly changed: readonly string[] | undefined;
}

/**
 * The projects that answer for a change: for each changed file the nearest folder upwards that has such a check, and
 * for each changed project those that use it. A file that no project holds is shared by all of them. Without a change
 * the root speaks for the whole, and where it has no such check, every project does.
 */
export function projectsFor({ workspace, name, detect, withDependents, changed }: ProjectQuery): ProjectSelection {
  const has = (folder: string) => detect(folder)[name] !== undefined;
  const every = () => bounded(projectFolders(workspace).filter(has));
  if (changed === undefined || changed.length === 0) return has('') ? { folders: [''], omitted: 0 } : every();
  const nearest = new Map(changed.map((path) => [path, nearestFolder(workspace, path, has)]));
  const held = [...nearest.values()].filter((folder) => folder !== undefined);
  const shared = changed.filter((path) => nearest.get(path) === undefined);
  // Prose beside code asks for nothing; alone it is a change like any other.
  const all = shared.length > 0 && (held.length === 0 || shared.some((path) => !PROSE.test(path)));
  if (all) return every();
  // A project that uses a changed one answers with the check that is nearest to itself.
  const projects = [...new Set(changed.flatMap((path) => nearestFolder(workspace, path, isProject(workspace)) ?? []))];
  const users = withDependents(projects)
    .slice(projects.length)
    .map((folder) => nearestFolder(workspace, posix.join(folder, 'manifest'), has));
  // What changed itself comes first: it is not what may be left out.
  return bounded([...new Set([...held.sort(), ...users.filter((folder) => folder !== undefined).sort()])]);
}

/** True for a folder with a manifest that says what it is called and what it uses. */
function isProject(workspace: string): (folder: string) => boolean {
  return (folder) => ['package.json', 'Cargo.toml', 'go.mod'].some((file) => existsSync(join(workspace, folder, file)));
}

const PROSE = /\.(?:md|mdx|rst|adoc)$|(?:^|\/)(?:LICENSE|NOTICE|CODEOWNERS)$/;

function bounded(folders: readonly string[]): ProjectSelection {
  return { folders: folders.slice(0, MAX_PROJECTS), omitted: Math.max(0, folders.length - MAX_PROJECTS) };
}

function nearestFolder(workspace: string, path: string, has: (folder: string) => boolean): string | undefined {
  for (let folder = parentOf(path); ; folder = parentOf(folder)) {
    // A folder may be gone with the change; fixtures have manifests that nobody means to run.
    if (isProjectFolder(folder) && existsSync(join(workspace, folder)) && has(folder)) return folder;
    if (folder === '') return undefined;
  }
}
