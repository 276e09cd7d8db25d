import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { IsolatedUser } from '../isolation/isolated-user.ts';
import type { JobContext } from '../protocol/job.ts';
import { captureFolder, indexFile } from '../protocol/job-files.ts';
import { type GitOptions, git, gitText, pipeGit, type Repository } from './git.ts';
import { workspaceRepository, writeBareRepository } from './private-repository.ts';

/**
 * While an agent lives, whoever reads its files may be led astray between a look and a reading: a link that leads to
 * what only we may read is put in the place of a file. So its files are read by git that runs as the agent's own user,
 * with a repository of that user's, and reach us as a pack on a pipe.
 */

/** An artifact or a checkpoint that is larger would take longer than the work. */
const MAX_PACK_BYTES = 1024 * 1024 * 1024;

/** Puts what that git needs into place. Nothing of the agent may be alive. */
export async function prepareAgentsRepository(job: JobContext): Promise<void> {
  const folder = captureFolder(job);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  await writeBareRepository(join(folder, 'git'));
  await cp(indexFile(job), join(folder, 'index')).catch(() => undefined); // Not every checkout has been taken once.
}

/** The repository that a user's files are read into: no path of it is ours to follow. */
export function agentsRepository(job: JobContext, user: IsolatedUser): Repository {
  return { gitDir: join(captureFolder(job), 'git'), remote: '', token: '', user };
}

/** @param index Name of the index; `index` begins as ours was when the checkout was given away. */
export function agentsFiles(
  job: JobContext,
  { workTree, index }: { readonly workTree: string; readonly index: string },
): NonNullable<GitOptions['files']> {
  const borrowed = join(workspaceRepository(job).gitDir, 'objects');
  return { workTree, index: join(captureFolder(job), index), borrowed };
}

/**
 * Takes a tree over from a repository of the agent's. Every object is checked and complete, or nothing is taken: what
 * the agent makes of its own repository is its own loss.
 * @returns The tree.
 */
export async function adoptTree(
  repository: Repository,
  { from, files }: { readonly from: Repository; readonly files: GitOptions['files'] },
): Promise<string> {
  // What is borrowed we have ourselves, or do not take.
  const tree = await gitText(from, ['write-tree', '--missing-ok'], files ? { files } : {});
  const objects = await gitText(from, [
    'cat-file',
    '--batch-all-objects',
    '--batch-check=%(objectname)',
    '--unordered',
  ]);
  if (objects !== '') {
    await pipeGit(
      { repository: from, args: ['pack-objects', '--quiet', '--stdout', '--window=0'], input: `${objects}\n` },
      { repository, args: ['index-pack', '--stdin', '--strict'], mostBytes: MAX_PACK_BYTES },
    );
    await git(from, ['prune', '--expire=now']);
  }
  const name = /^[0-9a-f]{40,64}$/.test(tree) ? tree : 'none';
  return gitText(repository, ['rev-parse', '--verify', '--end-of-options', `${name}^{tree}`]);
}
