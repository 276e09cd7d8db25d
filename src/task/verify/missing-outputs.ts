import type { Repository } from '../git/git.ts';
import { globMatcher } from '../git/path-glob.ts';
import { SUBMODULE_MODE, SYMLINK_MODE, treeLinks } from '../git/symlinks.ts';
import { treeFiles } from '../git/workspace.ts';

/**
 * Looks in the tree that would land, not in the checkout: a file that is ignored, or a link out of the repository,
 * delivers nothing.
 * @returns Declared outputs that match no file.
 */
export async function missingOutputs(
  repository: Repository,
  { tree, outputs }: { readonly tree: string; readonly outputs: readonly string[] },
): Promise<readonly string[]> {
  if (outputs.length === 0) return [];
  const files = await treeFiles(repository, tree);
  const links = treeLinks(repository, files);
  const missing: string[] = [];
  for (const output of outputs) {
    const matches = globMatcher(output);
    let found = false;
    for (const file of files.filter(({ path, mode }) => mode !== SUBMODULE_MODE && matches(path))) {
      found ||= file.mode !== SYMLINK_MODE || !(await links.escapes(file.path));
    }
    if (!found) missing.push(output);
  }
  return missing;
}
