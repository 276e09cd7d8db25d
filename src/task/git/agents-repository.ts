import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type IsolatedUser, runAs } from '../isolation/isolated-user.ts';
import { runSystem } from '../isolation/privilege.ts';
import type { JobContext } from '../protocol/job.ts';
import { captureFolder, indexFile } from '../protocol/job-files.ts';
import { type GitOptions, git, gitText, pipeGit, type Repository } from './git.ts';
import { writeBareRepository } from './private-repository.ts';

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

/** Git that reads the files of an agent, as whoever may. */
export interface FileReader {
  readonly repository: Repository;
  readonly files: NonNullable<GitOptions['files']>;
  /** @returns What a short command prints that looks at them. */
  readonly look: (argv: readonly [string, ...string[]]) => Promise<string>;
  /** @returns The tree of what is in the index, in our own repository. */
  readonly takeTree: () => Promise<string>;
}

interface Reading {
  readonly job: JobContext;
  /** Whose the files are now, and who reads them; ourselves where it is absent. */
  readonly user: IsolatedUser | undefined;
  readonly workTree: string;
  /** Path of our index. */
  readonly index: string;
  /** Name of the user's; `index` begins as ours was when the checkout was given away. */
  readonly usersIndex: string;
}

/** @param ours Where trees are taken to. */
export function fileReader(ours: Repository, { job, user, workTree, index, usersIndex }: Reading): FileReader {
  if (!user) {
    const files = { workTree, index };
    return {
      repository: ours,
      files,
      look: async (argv) => (await runSystem(argv)).stdout,
      takeTree: () => gitText(ours, ['write-tree'], { files }),
    };
  }
  // No path of it is ours to follow.
  const repository = { gitDir: join(captureFolder(job), 'git'), remote: '', token: '', user };
  const borrowed = join(job.workspace, '.git', 'objects');
  const files = { workTree, index: join(captureFolder(job), usersIndex), borrowed };
  return {
    repository,
    files,
    look: async (argv) => (await runAs(user, argv)).stdout,
    takeTree: () => adoptTree(ours, { from: repository, files }),
  };
}

/**
 * Takes a tree over from a repository of the agent's. Every object is checked and complete, or nothing is taken: what
 * the agent makes of its own repository is its own loss.
 * @returns The tree.
 */
async function adoptTree(
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
