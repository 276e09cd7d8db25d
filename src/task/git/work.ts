import { git, gitText, type Repository } from './git.ts';
import { commitTree, type MergeResult, mergeTrees } from './merge-trees.ts';

/** What a run would land, as the trees before and after it. */
export interface Work {
  /** Of the commit that it started from. */
  readonly start: string;
  readonly tree: string;
}

/**
 * Brings work onto a tree by a three-way merge whose base is the work's own start. Git's own merge base would bring along
 * what others landed, or were about to land, when the work started, and somebody has taken away since.
 */
export async function bringOnto(
  repository: Repository,
  { work, onto }: { readonly work: Work; readonly onto: string },
): Promise<MergeResult> {
  if (onto === work.start) return { kind: 'merged', tree: work.tree };
  const start = await commitTree(repository, { tree: work.start, parents: [], message: 'start' });
  const [ours, theirs] = await Promise.all(
    [onto, work.tree].map((tree) => commitTree(repository, { tree, parents: [start], message: 'side' })),
  );
  return mergeTrees(repository, { ours: ours ?? start, theirs: theirs ?? start });
}

/** @returns Each commit's own tree and that of its first parent; commits that are not there, or have none, are left out. */
export async function readWorks(
  repository: Repository,
  commits: readonly string[],
): Promise<ReadonlyMap<string, Work>> {
  if (commits.length === 0) return new Map();
  const names = commits.flatMap((commit) => [`${commit}^{tree}`, `${commit}^^{tree}`]);
  const { stdout } = await git(repository, ['cat-file', '--batch-check=%(objectname) %(objecttype)'], {
    input: `${names.join('\n')}\n`,
  });
  const trees = stdout.split('\n').map((line) => /^([0-9a-f]{40,64}) tree$/.exec(line)?.[1]);
  return new Map(
    commits.flatMap((commit, index) => {
      const [tree, start] = [trees[2 * index], trees[2 * index + 1]];
      return tree && start ? [[commit, { start, tree }] as const] : [];
    }),
  );
}

/** @param of A commit or a tree. */
export function treeOf(repository: Repository, of: string): Promise<string> {
  return gitText(repository, ['rev-parse', '--verify', `${of}^{tree}`]);
}

/** @param of A commit or a tree. @returns Undefined where the repository has none of that name. */
export async function treeIfThere(repository: Repository, of: string): Promise<string | undefined> {
  const { ok, stdout } = await git(repository, ['rev-parse', '--verify', '--quiet', `${of}^{tree}`]);
  return ok ? stdout.trim() : undefined;
}
