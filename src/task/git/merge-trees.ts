import { git, gitText, IDENTITY, type Repository } from './git.ts';

export function commitTree(
  repository: Repository,
  { tree, parents, message }: { readonly tree: string; readonly parents: readonly string[]; readonly message: string },
): Promise<string> {
  const from = parents.flatMap((parent) => ['-p', parent]);
  return gitText(repository, ['commit-tree', tree, ...from], { input: message, identity: IDENTITY });
}

export type MergeResult =
  | { readonly kind: 'merged'; readonly tree: string }
  /** The tree holds both sides of the files between conflict markers. */
  | { readonly kind: 'conflict'; readonly tree: string; readonly files: readonly string[] };

/** Merges two commits without a checkout. Drivers act only where configuration defines them, and here none does. */
export async function mergeTrees(repository: Repository, ours: string, theirs: string): Promise<MergeResult> {
  const answer = await git(repository, [
    'merge-tree',
    '--write-tree',
    '-z',
    '--name-only',
    '--no-messages',
    ours,
    theirs,
  ]);
  const [tree = '', ...files] = answer.stdout.split('\0');
  if (!/^[0-9a-f]{40,64}$/.test(tree))
    throw new Error(
      `the work cannot be merged with the newest base: ${answer.stderr.trim()}; git must be 2.38 or newer`,
    );
  return answer.ok ? { kind: 'merged', tree } : { kind: 'conflict', tree, files: [...new Set(files.filter(Boolean))] };
}
