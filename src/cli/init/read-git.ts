import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gitIn } from '../git-in.ts';
import { UsageError } from '../usage-error.ts';
import { type GitRemote, parseRemote } from './git-remote.ts';

/** What git says of a folder, without the network. */
export interface GitFacts {
  /** The folder that holds the whole checkout. */
  readonly root: string;
  /** The branch that is checked out; undefined where HEAD is detached. */
  readonly branch: string | undefined;
  readonly hasCommits: boolean;
  readonly defaultBranch: string;
  readonly remote: GitRemote | undefined;
}

type Git = ReturnType<typeof gitIn>;

/** @throws UsageError where the folder is no checkout of a git repository. */
export async function readGit(folder: string): Promise<GitFacts> {
  if (!existsSync(folder)) throw new UsageError(`there is no folder ${folder}; name one that holds a git repository`);
  const git = gitIn(folder);
  const inside = (await git('rev-parse', '--is-inside-work-tree'))?.trim();
  if (inside === undefined) throw new UsageError(noRepository(folder));
  if (inside !== 'true') {
    throw new UsageError(`${folder} is a bare repository, or its .git folder: it has no files; name a clone of it`);
  }
  const root = line(await git('rev-parse', '--show-toplevel'));
  if (root === undefined) throw new UsageError(noRepository(folder));
  const branch = line(await git('symbolic-ref', '--quiet', '--short', 'HEAD'));
  const hasCommits = (await git('rev-parse', '--verify', '--quiet', 'HEAD')) !== undefined;
  const name = await remoteName(git);
  const address = name === undefined ? undefined : line(await git('remote', 'get-url', name));
  const defaultBranch = await defaultBranchOf(git, { branch, remote: name });
  return { root, branch, hasCommits, defaultBranch, remote: address === undefined ? undefined : parseRemote(address) };
}

function noRepository(folder: string): string {
  if (isBelowGit(folder)) return `git does not read the repository at ${folder}; \`git status\` says there why`;
  return `${folder} is in no git repository; run \`git init\` there, or name a folder that is in one`;
}

/** True for a checkout that git refuses to read: one of another user, or a broken one. */
function isBelowGit(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true;
  const parent = dirname(folder);
  return parent !== folder && isBelowGit(parent);
}

async function remoteName(git: Git): Promise<string | undefined> {
  const names = (await git('remote'))?.split('\n').filter((name) => name !== '') ?? [];
  if (names.includes('origin')) return 'origin';
  return names.length === 1 ? names[0] : undefined;
}

interface Branches {
  readonly branch: string | undefined;
  readonly remote: string | undefined;
}

/** As the remote had it when it was cloned; else by its usual name; else what is checked out. */
async function defaultBranchOf(git: Git, { branch, remote }: Branches): Promise<string> {
  if (remote !== undefined) {
    const head = line(await git('symbolic-ref', '--quiet', '--short', `refs/remotes/${remote}/HEAD`));
    if (head?.startsWith(`${remote}/`)) return head.slice(remote.length + 1);
  }
  const places = ['refs/heads', ...(remote === undefined ? [] : [`refs/remotes/${remote}`])];
  for (const usual of ['main', 'master']) {
    for (const place of places) {
      if ((await git('rev-parse', '--verify', '--quiet', `${place}/${usual}`)) !== undefined) return usual;
    }
  }
  return branch ?? line(await git('config', 'init.defaultBranch')) ?? 'main';
}

function line(text: string | undefined): string | undefined {
  const trimmed = text?.replace(/\n$/, '');
  return trimmed === '' ? undefined : trimmed;
}
