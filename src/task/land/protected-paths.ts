import type { Repository } from '../git/git.ts';
import { globMatcher } from '../git/path-glob.ts';
import { SUBMODULE_MODE, SYMLINK_MODE, symlinkEscapes } from '../git/symlinks.ts';
import { treeChanges } from '../git/workspace.ts';
import type { Rules } from '../protocol/assignment.ts';
import { ALWAYS_PROTECTED } from './always-protected.ts';

/** @returns For each change that may not land: the path, and why. */
export async function forbiddenChanges(
  repository: Repository,
  { from, tree, rules }: { readonly from: string; readonly tree: string; readonly rules: Rules },
): Promise<readonly string[]> {
  // Some file systems know no case: there `claude.md` steers as well as `CLAUDE.md` does.
  const matchers = [...ALWAYS_PROTECTED, rules.plan, rules.progress, ...rules.protected].map((glob) =>
    globMatcher(glob.toLowerCase()),
  );
  const refused: string[] = [];
  for (const change of await treeChanges(repository, { from, tree })) {
    const { path, mode } = change;
    if (matchers.some((matches) => matches(path.toLowerCase()))) refused.push(`${path} is protected`);
    else if (mode === SUBMODULE_MODE) refused.push(`${path} is a repository of its own`);
    else if (mode === SYMLINK_MODE && (await symlinkEscapes(repository, change)))
      refused.push(`${path} links out of the repository`);
  }
  return refused;
}
