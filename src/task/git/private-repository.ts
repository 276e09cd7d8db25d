import { cp, link, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobContext } from '../protocol/job.ts';
import { gitFolder } from '../protocol/job-files.ts';
import type { Repository } from './git.ts';

/** Our own repository: configuration and hooks in it are ours, whatever an agent does to the checkout's. */
export function privateRepository(job: JobContext): Repository {
  return { gitDir: gitFolder(job), remote: job.remote, token: job.token };
}

/**
 * Makes our own repository, with nothing in it: what it needs is fetched. Nothing is taken from the checkout, which a
 * machine may have kept since an agent had it. Written by hand: a bare repository is four files, and `git init` would be
 * a process.
 */
export async function createPrivateRepository(job: JobContext): Promise<Repository> {
  const repository = privateRepository(job);
  // A self-hosted runner may have left the folder of an earlier job.
  await rm(job.folder, { recursive: true, force: true });
  await mkdir(job.folder, { recursive: true });
  await writeBareRepository(repository.gitDir);
  return repository;
}

/** Nobody else enters it: it holds what an agent has not shown to anybody yet. */
export async function writeBareRepository(gitDir: string): Promise<void> {
  await mkdir(gitDir, { mode: 0o700 });
  for (const folder of ['refs', 'objects']) await mkdir(join(gitDir, folder));
  await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/none\n');
  await writeFile(join(gitDir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
}

/**
 * Gives the objects of a repository another name each. Git may fetch meanwhile, since others land while a work is verified:
 * what it has not written to the end is no object yet, and gone in a moment.
 */
export async function linkObjects(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (UNFINISHED.test(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkObjects(source, target);
    // Another file system cannot link: copy.
    else await link(source, target).catch(() => cp(source, target));
  }
}

const UNFINISHED = /^tmp_|\.(?:lock|keep)$/;
