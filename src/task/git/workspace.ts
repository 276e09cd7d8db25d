import type { JobContext } from '../protocol/job.ts';
import { indexFile } from '../protocol/job-files.ts';
import { addFiles } from './add-files.ts';
import { git, gitText, type Repository } from './git.ts';

/**
 * Takes the files of the checkout as they are, by our own rules: ignored files are left out, filters do nothing.
 * @param only Paths of those that are taken; of all others the tree has what it had.
 * @returns The tree.
 */
export async function writeTree(repository: Repository, job: JobContext, only?: readonly string[]): Promise<string> {
  const files = { workTree: job.workspace, index: indexFile(job) };
  const args = only ? ['--', ...only.map((path) => `:(top,literal)${path}`)] : [];
  const added = await addFiles(repository, { files, args });
  if (!added.ok) throw new Error(`git add failed: ${added.stderr.trim().split('\n').slice(-5).join(' | ')}`);
  return gitText(repository, ['write-tree'], { files });
}

/** Puts a tree into the checkout; ignored files stay. */
export async function readTree(
  repository: Repository,
  { job, tree }: { readonly job: JobContext; readonly tree: string },
): Promise<void> {
  const files = { workTree: job.workspace, index: indexFile(job) };
  await gitText(repository, ['read-tree', '--reset', '-u', tree], { files });
}

export interface TreeEntry {
  /** `100644`, `100755`; `120000` is a symbolic link, `160000` another repository. */
  readonly mode: string;
  readonly object: string;
  readonly path: string;
}

export interface TreeChange extends TreeEntry {
  readonly before: Pick<TreeEntry, 'mode' | 'object'>;
}

/** A tree, as what it changes of a commit. */
export interface WorkChange {
  readonly from: string;
  readonly tree: string;
  readonly changes: readonly TreeChange[];
}

export async function readChange(
  repository: Repository,
  { from, tree }: Pick<WorkChange, 'from' | 'tree'>,
): Promise<WorkChange> {
  return { from, tree, changes: await treeChanges(repository, { from, tree }) };
}

/** @returns What a tree has that differs from a commit, with the empty mode `000000` for what it has no more, or had not. */
export async function treeChanges(
  repository: Repository,
  { from, tree }: { readonly from: string; readonly tree: string },
): Promise<readonly TreeChange[]> {
  const raw = await gitText(repository, ['diff-tree', '-r', '-z', '--no-renames', '--raw', '--no-abbrev', from, tree]);
  const fields = raw.split('\0').filter(Boolean);
  const entries: TreeChange[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [old = '', mode = '', oldObject = '', object = ''] = (fields[at] ?? '').split(' ');
    const before = { mode: old.replace(':', ''), object: oldObject };
    entries.push({ mode, object, path: fields[at + 1] ?? '', before });
  }
  return entries;
}

/** @returns Every file of a tree. */
export async function treeFiles(repository: Repository, tree: string): Promise<readonly TreeEntry[]> {
  const listed = await gitText(repository, ['ls-tree', '-r', '-z', tree]);
  return listed.split('\0').flatMap((line) => {
    const [, mode, object, path] = /^(\d+) \w+ (\w+)\t([\s\S]*)$/.exec(line) ?? [];
    return mode && object && path ? [{ mode, object, path }] : [];
  });
}

/** @returns Where a symbolic link of a tree points, or the text of a file; undefined when there is none. */
export async function readBlob(repository: Repository, name: string): Promise<string | undefined> {
  const answer = await git(repository, ['cat-file', 'blob', name]);
  return answer.ok ? answer.stdout : undefined;
}
