import type { Repository } from '../git/git.ts';
import { SUBMODULE_MODE, SYMLINK_MODE, treeLinks } from '../git/symlinks.ts';
import { treeFiles, type WorkChange } from '../git/workspace.ts';
import { type Conclusion, failure } from '../protocol/assignment.ts';
import { type ForbiddenBy, protectionBy } from './protection.ts';

/** Follows the refused changes where somebody could allow one. */
const HOW_TO_ALLOW =
  'A task that is meant to change such a file names it in its `outputs`, and `protected_except` in .github/agent-waves.yml allows it.';

/** What may not land: @returns how the run ends then, or undefined where every change is one that a task may make. */
export async function refuseForbidden(
  repository: Repository,
  work: WorkChange & { readonly assignment: ForbiddenBy },
): Promise<Conclusion | undefined> {
  const refused = await forbiddenChanges(repository, work);
  if (refused.length === 0) return undefined;
  const what = `changes that a task may not make: ${refused.slice(0, 10).join('; ')}`;
  return { outcome: 'verification', failure: failure(what, refused.join('\n')) };
}

/** @returns For each change that may not land: the path, and why; after them, how to allow what can be allowed. */
async function forbiddenChanges(
  repository: Repository,
  { from, tree, changes, assignment }: WorkChange & { readonly assignment: ForbiddenBy },
): Promise<readonly string[]> {
  const protection = protectionBy(assignment);
  const refused: string[] = [];
  let canBeAllowed = false;
  const leaving = changes.some(({ mode }) => mode === SYMLINK_MODE)
    ? await linksThatLeave(repository, { from, tree, changed: new Set(changes.map(({ path }) => path)) })
    : [];
  for (const { path, mode } of changes) {
    const protectedBy = protection(path);
    if (protectedBy) {
      refused.push(`${path} is protected${protectedBy.does ? `: ${protectedBy.does}` : ''}`);
      canBeAllowed ||= protectedBy.does !== undefined;
    } else if (mode === SUBMODULE_MODE) refused.push(`${path} is a repository of its own`);
  }
  refused.push(...leaving.map((path) => `${path} links out of the repository`));
  return canBeAllowed ? [...refused, HOW_TO_ALLOW] : refused;
}

/** @returns Links that are new or other, and those that a new one on their way has led out of the repository. */
async function linksThatLeave(
  repository: Repository,
  { from, tree, changed }: { readonly from: string; readonly tree: string; readonly changed: ReadonlySet<string> },
): Promise<readonly string[]> {
  const [links, before] = await Promise.all(
    [tree, from].map(async (each) => treeLinks(repository, await treeFiles(repository, each))),
  );
  const leaving: string[] = [];
  for (const path of links?.paths ?? [])
    if ((await links?.escapes(path)) && (changed.has(path) || !(await before?.escapes(path)))) leaving.push(path);
  return leaving;
}
