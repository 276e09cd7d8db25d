import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gitText, type Repository } from '../git/git.ts';
import { linkFolder } from '../git/private-repository.ts';

/**
 * Makes a checkout of its own for a reviewer, with the work as one commit on the base: nothing that the reviewer
 * changes is anywhere near what lands, and nothing that the working agent left around its files (git's configuration
 * and hooks, ignored files) is near the reviewer. It shares our objects, which it may only read.
 */
export async function copyForReview(
  repository: Repository,
  { folder, commit }: { readonly folder: string; readonly commit: string },
): Promise<void> {
  const gitDir = join(folder, '.git');
  await mkdir(join(gitDir, 'refs'), { recursive: true });
  await linkFolder(join(repository.gitDir, 'objects'), join(gitDir, 'objects'));
  await writeFile(join(gitDir, 'HEAD'), `${commit}\n`);
  await writeFile(join(gitDir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = false\n');
  // A shallow checkout stays one: without this file its missing parents would look like damage.
  await cp(join(repository.gitDir, 'shallow'), join(gitDir, 'shallow')).catch(() => undefined);
  const files = { workTree: folder, index: join(gitDir, 'index') };
  await gitText({ ...repository, gitDir }, ['read-tree', '--reset', '-u', commit], { files });
}
