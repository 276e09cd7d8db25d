import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RepositoryRecord } from '../model/records.ts';
import { GitError, git } from './command.ts';
import { arePacked, moveRefFiles } from './ref-files.ts';
import { isRefName } from './ref-name.ts';

export const ZERO_OID = '0'.repeat(40);

export interface RefRecord {
  readonly kind: 'Ref';
  readonly repository: RepositoryRecord;
  /** Full name: `refs/heads/main`. */
  readonly name: string;
  readonly oid: string;
  readonly type: 'commit' | 'tag' | 'blob' | 'tree';
}

const SETTINGS = `[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
	# All but the git repositories is in memory: nothing needs to survive a power failure.
	fsync = none
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[receive]
	# What GitHub keeps of pull requests nobody may push to.
	hideRefs = refs/pull
	autogc = false
[gc]
	auto = 0
[pack]
	# What is fetched goes nowhere but over loopback: the processor is dearer than its bytes.
	compression = 0
	window = 0
	threads = 1
`;

/**
 * Creates an empty bare repository that takes pushes to any ref below refs/, as `git init --bare` does.
 * https://git-scm.com/docs/gitrepository-layout
 */
export function createBareRepository(gitDir: string, defaultBranch: string): void {
  for (const folder of ['hooks', 'objects/info', 'objects/pack', 'refs/heads', 'refs/tags']) {
    mkdirSync(join(gitDir, folder), { recursive: true });
  }
  writeFileSync(join(gitDir, 'HEAD'), `ref: refs/heads/${defaultBranch}\n`);
  writeFileSync(join(gitDir, 'config'), SETTINGS);
}

export async function readRef(repository: RepositoryRecord, name: string): Promise<RefRecord | null> {
  if (!name.startsWith('refs/')) return null;
  const object = await repository.objects.read(name);
  return object && { kind: 'Ref', repository, name, oid: object.oid, type: object.type };
}

/** Refs whose full name begins with `prefix`, in order of name. */
export async function listRefs(repository: RepositoryRecord, prefix: string): Promise<RefRecord[]> {
  const refs = await repository.objects.refs();
  return refs.filter(({ name }) => name.startsWith(prefix)).map((ref) => ({ kind: 'Ref', repository, ...ref }));
}

export interface RefChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Moves refs together or not at all, each only from `before` (40 zeros: must not exist) to `after` (40 zeros: goes
 * away). False when one of them stood elsewhere, or cannot stand there.
 */
export async function changeRefs(repository: RepositoryRecord, changes: readonly RefChange[]): Promise<boolean> {
  for (const change of changes) if (!(await isPossible(repository, change))) return false;
  // No ref lies below another, neither now nor for a moment.
  if (changes.some(({ name }) => changes.some((other) => other.name.startsWith(`${name}/`)))) return false;
  const { gitDir } = repository;
  if (arePacked(gitDir)) return movePacked(gitDir, changes);
  const place = (oid: string) => (oid === ZERO_OID ? null : oid);
  return moveRefFiles(
    gitDir,
    changes.map(({ name, before, after }) => ({ name, before: place(before), after: place(after) })),
  );
}

/** A ref leads to an object that is there, a branch to a commit. */
async function isPossible(repository: RepositoryRecord, { name, after }: RefChange): Promise<boolean> {
  if (!isRefName(name)) return false;
  if (after === ZERO_OID) return true;
  const object = await repository.objects.read(after);
  return object !== null && (object.type === 'commit' || !name.startsWith('refs/heads/'));
}

async function movePacked(gitDir: string, changes: readonly RefChange[]): Promise<boolean> {
  const commands = changes.map(({ name, before, after }) =>
    after === ZERO_OID ? `delete ${name} ${before}\n` : `update ${name} ${after} ${before}\n`,
  );
  try {
    await git(gitDir, ['update-ref', '--stdin'], { input: `start\n${commands.join('')}prepare\ncommit\n` });
    return true;
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}
