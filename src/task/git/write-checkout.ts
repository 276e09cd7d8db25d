import { existsSync } from 'node:fs';
import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openClosedFolders, removeAllBut, removePath } from '../isolation/remove-path.ts';
import { git, gitText, type Repository } from './git.ts';
import { linkObjects } from './private-repository.ts';
import { SUBMODULE_MODE } from './symlinks.ts';
import { treeFiles } from './workspace.ts';

export interface CheckoutRequest {
  readonly folder: string;
  /** The commit whose files it holds. */
  readonly commit: string;
  /** The branch that it is for, and the commit that stands for its tip there. */
  readonly base: { readonly branch: string; readonly head: string };
}

/**
 * Makes a folder hold a commit, with a `.git` made anew: what stood there before (configuration, hooks, attributes,
 * objects, an index that looks away, files of nobody's) is removed and never read. Beside it stay the files that the
 * commit has git ignore, as earlier steps of the workflow left them, and a folder that the checkout action laid for a
 * submodule; nobody of ours looks into that.
 */
export async function writeCheckout(repository: Repository, request: CheckoutRequest): Promise<void> {
  const { folder, commit } = request;
  const gitDir = join(folder, '.git');
  const hasSubmodules = await hasLaidSubmodules(repository, request);
  await (hasSubmodules ? removeAllBut(MODULES, gitDir) : removePath(gitDir));
  await writeGitFolder(repository, { ...request, gitDir, hasSubmodules });
  // Our own repository and a new index: of the folder git reads no settings.
  const files = { workTree: folder, index: join(gitDir, 'index') };
  await gitText(repository, ['read-tree', '--reset', '-u', commit], { files });
  await clean(repository, files);
}

/** Where the checkout action puts the repositories of submodules, in `.git`. */
export const MODULES = 'modules';

/**
 * A folder that its owner may not enter keeps what is in it until it may be entered; and git, which names every file by
 * its whole path, leaves folders in folders that are deeper than the kernel takes a path for.
 */
async function clean(repository: Repository, files: { readonly workTree: string; readonly index: string }) {
  const args = ['clean', '--quiet', '-ffd'];
  if ((await git(repository, args, { files })).ok) return;
  await openClosedFolders([files.workTree]);
  if ((await git(repository, args, { files })).ok) return;
  const listed = ['ls-files', '--others', '--exclude-standard', '--directory', '-z'];
  for (const path of (await gitText(repository, listed, { files })).split('\0'))
    if (path !== '') await removePath(join(files.workTree, path));
  await gitText(repository, args, { files });
}

async function hasLaidSubmodules(
  repository: Repository,
  { folder, commit }: Pick<CheckoutRequest, 'folder' | 'commit'>,
): Promise<boolean> {
  for (const path of [join(folder, '.git'), join(folder, '.git', MODULES)])
    if (!(await lstat(path).catch(() => undefined))?.isDirectory()) return false;
  return (await treeFiles(repository, commit)).some(({ mode }) => mode === SUBMODULE_MODE);
}

export interface GitFolder extends Omit<CheckoutRequest, 'folder'> {
  readonly gitDir: string;
  readonly hasSubmodules: boolean;
}

/** What a clone has, for whoever works in the checkout: history, the branch here and at the remote, and its tags. No index. */
export async function writeGitFolder(
  repository: Repository,
  { gitDir, commit, base: { branch, head }, hasSubmodules }: GitFolder,
): Promise<void> {
  for (const name of ['refs/heads', 'refs/tags', 'info']) await mkdir(join(gitDir, name), { recursive: true });
  await linkObjects(join(repository.gitDir, 'objects'), join(gitDir, 'objects'));
  const refs = [`${head} refs/heads/${branch}`, `${head} refs/remotes/origin/${branch}`, ...(await tags(repository))];
  await writeFile(join(gitDir, 'packed-refs'), `${refs.join('\n')}\n`);
  await writeFile(join(gitDir, 'HEAD'), `${commit}\n`);
  await writeFile(join(gitDir, 'config'), configuration(repository.remote, hasSubmodules));
}

/** @returns Lines as `packed-refs` has them. */
async function tags(repository: Repository): Promise<readonly string[]> {
  // Most often there are none, and no process is needed to see that.
  if (!['refs/tags', 'packed-refs'].some((path) => existsSync(join(repository.gitDir, path)))) return [];
  const listed = await gitText(repository, ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/tags']);
  return listed.split('\n').filter(Boolean);
}

function configuration(remote: string, hasSubmodules: boolean): string {
  const core = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n';
  const origin = `[remote "origin"]\n\turl = ${JSON.stringify(remote)}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`;
  return `${core}${origin}[gc]\n\tauto = 0\n${hasSubmodules ? '[submodule]\n\tactive = .\n' : ''}`;
}
