import { mkdir } from 'node:fs/promises';
import type { RepositoryRecord } from '../model/records.ts';
import { GitError, git } from './command.ts';

export const ZERO_OID = '0'.repeat(40);

export interface RefRecord {
  readonly kind: 'Ref';
  readonly repository: RepositoryRecord;
  /** Full name: `refs/heads/main`. */
  readonly name: string;
  readonly oid: string;
  readonly type: 'commit' | 'tag' | 'blob' | 'tree';
}

/** Creates an empty bare repository that takes pushes over HTTP to any ref below refs/. */
export async function createBareRepository(gitDir: string, defaultBranch: string): Promise<void> {
  await mkdir(gitDir, { recursive: true });
  await git(gitDir, ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`]);
  const settings = {
    'http.receivepack': 'true',
    'uploadpack.allowFilter': 'true',
    'uploadpack.allowAnySHA1InWant': 'true',
    // What GitHub keeps of pull requests nobody may push to.
    'receive.hideRefs': 'refs/pull',
    'receive.autogc': 'false',
    'gc.auto': '0',
    // All but the git repositories is in memory: nothing needs to survive a power failure.
    'core.fsync': 'none',
  };
  for (const [name, value] of Object.entries(settings)) await git(gitDir, ['config', name, value]);
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
 * away). False when one of them stood elsewhere.
 */
export async function changeRefs(repository: RepositoryRecord, changes: readonly RefChange[]): Promise<boolean> {
  const commands = changes.map(({ name, before, after }) =>
    after === ZERO_OID ? `delete ${name} ${before}\n` : `update ${name} ${after} ${before}\n`,
  );
  try {
    await git(repository.gitDir, ['update-ref', '--stdin'], { input: `start\n${commands.join('')}prepare\ncommit\n` });
    return true;
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}

export async function isRefName(repository: RepositoryRecord, name: string): Promise<boolean> {
  if (!name.startsWith('refs/') || name.split('/').length < 3) return false;
  return git(repository.gitDir, ['check-ref-format', name]).then(
    () => true,
    () => false,
  );
}
