import type { DetectableCheck, Ecosystem, SuggestedChecks, SuggestedCommand } from './ecosystems/ecosystem.ts';
import { go } from './ecosystems/go.ts';
import { java } from './ecosystems/java.ts';
import { make } from './ecosystems/make.ts';
import { node } from './ecosystems/node.ts';
import { python } from './ecosystems/python.ts';
import { rust } from './ecosystems/rust.ts';
import { openDir, projectFolders } from './project-dir.ts';

const ECOSYSTEMS: readonly Ecosystem[] = [node, python, rust, go, java, make];

const NAMES: readonly DetectableCheck[] = ['compile', 'test', 'lint'];

/**
 * The checks that one folder's own files suggest, by reading alone. A repository of several languages has the checks
 * of each; Make fills what is left, because its targets mostly call the same tools.
 * @param folder Path from the root of the checkout; empty for the root.
 */
function detectChecks(workspace: string, folder: string): SuggestedChecks {
  const dir = openDir(workspace, folder);
  const found = ECOSYSTEMS.filter((ecosystem) => ecosystem !== make).map((ecosystem) => ecosystem.checks(dir));
  const made = make.checks(dir);
  const entries = NAMES.flatMap((name) => {
    const all: readonly SuggestedCommand[] = found.flatMap((checks) => checks[name] ?? []);
    const list = all.length > 0 ? all : (made[name] ?? []);
    return list.length > 0 ? [[name, list] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** Detects each folder once: one verification asks for the same folders again and again. */
export function detector(workspace: string): (folder: string) => SuggestedChecks {
  const known = new Map<string, SuggestedChecks>();
  return (folder) => {
    const found = known.get(folder) ?? detectChecks(workspace, folder);
    known.set(folder, found);
    return found;
  };
}

/** @returns Names of the languages whose manifests a checkout holds, in any folder of a project; Make is none. */
export function detectLanguages(workspace: string): readonly string[] {
  const dirs = projectFolders(workspace).map((folder) => openDir(workspace, folder));
  const languages = ECOSYSTEMS.filter((ecosystem) => ecosystem !== make);
  return languages
    .filter(({ manifests }) => manifests.some((file) => dirs.some((dir) => dir.has(file))))
    .map(({ name }) => name);
}
