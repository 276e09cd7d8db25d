import { existsSync } from 'node:fs';
import { cp, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { addFiles } from '../git/add-files.ts';
import { type GitOptions, git, gitText, type Repository } from '../git/git.ts';
import type { JobContext } from '../protocol/job.ts';
import { checkpointIndexFile, indexFile } from '../protocol/job-files.ts';

/** What holds secrets by its name, wherever it lies: never saved, whether it is ignored or not. */
const SECRETS = [
  '.env',
  '.env.*',
  '.netrc',
  '.npmrc',
  '.pypirc',
  '.git-credentials',
  '*.pem',
  '*.key',
  '*.p12',
  '*.pfx',
  '*.jks',
  '*.keystore',
  'id_rsa*',
  'id_ed25519*',
  'id_ecdsa*',
  '.aws/**',
  '.ssh/**',
  '.gnupg/**',
  '.docker/config.json',
];

/** GitHub takes no file of 100 MB or more. */
const MAX_FILE_BYTES = 95 * 1024 * 1024;

/** The agent goes on writing while its files are read: one that vanishes in between spoils a reading, and the next is whole. */
const MAX_TRIES = 3;

export interface CapturedWorkspace {
  readonly tree: string;
  /** Files that are too large to be kept. */
  readonly skipped: readonly string[];
}

/**
 * Takes the files of the workspace as they are, untracked ones included, ignored ones and known secrets not, with an
 * index of our own: the agent's index and history stay as they are.
 * @throws when the files change faster than they can be read.
 */
export async function captureWorkspace(repository: Repository, job: JobContext): Promise<CapturedWorkspace> {
  const index = checkpointIndexFile(job);
  if (!existsSync(index)) await cp(indexFile(job), index);
  const files = { workTree: job.workspace, index };
  let problem = '';
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const skipped = await findLargeFiles(repository, job, files);
    const without = [...SECRETS.map((glob) => `:(exclude,glob,icase)**/${glob}`), ...skipped.map(excludeLiteral)];
    const added = await addFiles(repository, files, ['--', '.', ...without]);
    if (added.ok) return { tree: await gitText(repository, ['write-tree'], { files }), skipped };
    problem = added.stderr.trim().split('\n').at(-1) ?? '';
  }
  throw new Error(`the workspace cannot be read while the agent changes it: ${problem}`);
}

async function findLargeFiles(
  repository: Repository,
  { workspace }: JobContext,
  files: GitOptions['files'],
): Promise<readonly string[]> {
  const listed = await git(repository, ['ls-files', '-z', '--others', '--modified', '--exclude-standard'], {
    ...(files ? { files } : {}),
  });
  const paths = [...new Set(listed.stdout.split('\0').filter(Boolean))];
  const sizes = await Promise.all(paths.map((path) => sizeOf(join(workspace, path))));
  return paths.filter((_, nth) => (sizes[nth] ?? 0) > MAX_FILE_BYTES);
}

async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() ? found.size : 0;
}

function excludeLiteral(path: string): string {
  return `:(exclude,top,literal)${path}`;
}
