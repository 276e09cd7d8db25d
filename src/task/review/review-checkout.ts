import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gitText, type Repository } from '../git/git.ts';

/**
 * Makes a checkout of its own for a reviewer, with the work as one commit on the base: nothing that the reviewer
 * changes is anywhere near what lands, and nothing that the working agent left around its files (git's configuration
 * and hooks, ignored files) is near the reviewer. It borrows our objects, and only reads them.
 */
export async function copyForReview(repository: Repository, folder: string, commit: string): Promise<void> {
  const gitDir = join(folder, '.git');
  await mkdir(join(gitDir, 'objects', 'info'), { recursive: true });
  await mkdir(join(gitDir, 'refs'));
  await writeFile(join(gitDir, 'objects', 'info', 'alternates'), `${join(repository.gitDir, 'objects')}\n`);
  await writeFile(join(gitDir, 'HEAD'), `${commit}\n`);
  await writeFile(join(gitDir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = false\n');
  // A shallow checkout stays one: without this file its missing parents would look like damage.
  await cp(join(repository.gitDir, 'shallow'), join(gitDir, 'shallow')).catch(() => undefined);
  const files = { workTree: folder, index: join(gitDir, 'index') };
  await gitText({ ...repository, gitDir }, ['read-tree', '--reset', '-u', commit], { files });
}
