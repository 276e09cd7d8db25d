import type { RepositoryRecord } from '../model/records.ts';
import { git } from './command.ts';
import { countLines } from './count-lines.ts';
import { memoryOf } from './in-memory.ts';
import { remember } from './remember.ts';
import { FOLDER, isFolder, type TreeEntry } from './tree-entries.ts';
import { readTree } from './trees.ts';

export interface ChangedPath {
  readonly path: string;
  readonly status: 'added' | 'removed' | 'modified';
}

export interface ChangedFile extends ChangedPath {
  readonly additions: number;
  readonly deletions: number;
}

interface Commits {
  /** Null: the empty tree. */
  readonly from: string | null;
  readonly to: string;
}

/** Files that differ between two commits, in order of their paths. */
export async function changedPaths(repository: RepositoryRecord, { from, to }: Commits): Promise<ChangedPath[]> {
  const paths = await differences(repository, {
    path: '',
    before: from === null ? undefined : rootOf(from),
    after: rootOf(to),
  });
  return paths.sort((one, other) => (one.path < other.path ? -1 : 1));
}

function rootOf(commit: string): TreeEntry {
  return { mode: FOLDER, oid: `${commit}^{tree}` };
}

/** What lies at one path before and after; a folder of the same id is the same to its last file. */
async function differences(
  repository: RepositoryRecord,
  {
    path,
    before,
    after,
  }: { readonly path: string; readonly before: TreeEntry | undefined; readonly after: TreeEntry | undefined },
): Promise<ChangedPath[]> {
  if (before?.oid === after?.oid && before?.mode === after?.mode) return [];
  const found: ChangedPath[] = [];
  const [was, is] = [before && !isFolder(before), after && !isFolder(after)];
  if (was || is) found.push({ path, status: was && is ? 'modified' : was ? 'removed' : 'added' });
  const [old, young] = [await within(repository, before), await within(repository, after)];
  for (const name of new Set([...old.keys(), ...young.keys()])) {
    const below = path === '' ? name : `${path}/${name}`;
    found.push(...(await differences(repository, { path: below, before: old.get(name), after: young.get(name) })));
  }
  return found;
}

async function within(repository: RepositoryRecord, entry: TreeEntry | undefined) {
  return isFolder(entry) ? await readTree(repository, entry.oid) : new Map<string, TreeEntry>();
}

/** As `changedPaths`, with the lines that git counts. */
export const changedFiles = remember(({ from, to }: Commits) => `${from} ${to}`, withLines);

async function withLines(repository: RepositoryRecord, { from, to }: Commits): Promise<readonly ChangedFile[]> {
  const paths = await changedPaths(repository, { from, to });
  if (paths.length === 0) return [];
  if (memoryOf(repository.gitDir)) {
    const text = async (commit: string | null, path: string) =>
      commit === null ? '' : ((await repository.objects.read(`${commit}:${path}`))?.content.toString('utf8') ?? '');
    const counted = paths.map(async (each) => {
      const [before, after] = [await text(from, each.path), await text(to, each.path)];
      return { ...each, ...countLines(before, after) };
    });
    return Promise.all(counted);
  }
  const range = from === null ? ['--root', to] : [from, to];
  const flags = ['diff-tree', '-r', '--no-commit-id', '--no-renames', '-z', '--numstat'];
  const output = (await git(repository.gitDir, [...flags, ...range])).toString('utf8');
  const counts = new Map(
    output.split('\0').map((line) => {
      const [additions = '', deletions = '', path = ''] = line.split('\t');
      return [path, { additions: Number(additions) || 0, deletions: Number(deletions) || 0 }] as const;
    }),
  );
  return paths.map((each) => ({ ...each, ...(counts.get(each.path) ?? { additions: 0, deletions: 0 }) }));
}
