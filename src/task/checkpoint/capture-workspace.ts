import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { addFiles } from '../git/add-files.ts';
import { type FileReader, fileReader } from '../git/agents-repository.ts';
import { git, type Repository } from '../git/git.ts';
import type { IsolatedUser } from '../isolation/isolated-user.ts';
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
 * index of its own: the agent's index and history stay as they are.
 * @param user Whose the workspace is now, and who reads it; ourselves where the agent has ended and it is ours again, or
 *   is of our own user.
 * @throws when the files change faster than they can be read.
 */
export async function captureWorkspace(
  repository: Repository,
  job: JobContext,
  user?: IsolatedUser,
): Promise<CapturedWorkspace> {
  if (!user && !existsSync(checkpointIndexFile(job))) await cp(indexFile(job), checkpointIndexFile(job));
  const reader = fileReader(repository, {
    job,
    user,
    workTree: job.workspace,
    index: checkpointIndexFile(job),
    usersIndex: 'index',
  });
  let problem = '';
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const skipped = await findLargeFiles(reader);
    const without = [...SECRETS.map((glob) => `:(exclude,glob,icase)**/${glob}`), ...skipped.map(excludeLiteral)];
    const added = await addFiles(reader.repository, { files: reader.files, args: ['--', '.', ...without] });
    if (added.ok) return { tree: await reader.takeTree(), skipped };
    problem = added.stderr.trim().split('\n').at(-1) ?? '';
  }
  throw new Error(`the workspace cannot be read while the agent changes it: ${problem}`);
}

async function findLargeFiles({ repository, files, look }: FileReader): Promise<readonly string[]> {
  const { workTree } = files;
  const find = ['find', workTree, '-path', join(workTree, '.git'), '-prune', '-o'] as const;
  const stdout = await look([...find, '-type', 'f', '-size', `+${MAX_FILE_BYTES}c`, '-print0']);
  const found = new Set(stdout.split('\0').flatMap((path) => (path === '' ? [] : [relative(workTree, path)])));
  if (found.size === 0) return [];
  const listed = await git(repository, ['ls-files', '-z', '--others', '--modified', '--exclude-standard'], { files });
  return [...new Set(listed.stdout.split('\0'))].filter((path) => found.has(path));
}

function excludeLiteral(path: string): string {
  return `:(exclude,top,literal)${path}`;
}
