import { lstat, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { git, gitText, type Repository } from '../git/git.ts';
import { commitTree } from '../git/merge-trees.ts';

/** A tree that travels from job to job, as a git bundle of what it has over the base. */

const REF = 'refs/agent-waves/handed';

/** An artifact that is larger would take longer than the work. */
const MAX_BUNDLE_BYTES = 1024 * 1024 * 1024;

function bundleFile(folder: string): string {
  return join(folder, 'work.bundle');
}

/** @throws when the work is too large to travel. */
export async function packTree(
  repository: Repository,
  { tree, base, folder }: { readonly tree: string; readonly base: string; readonly folder: string },
): Promise<void> {
  // The message makes the commit differ from the base even where nothing was changed: git makes no empty bundle.
  const commit = await commitTree(repository, { tree, parents: [base], message: 'work' });
  await gitText(repository, ['update-ref', REF, commit]);
  const file = bundleFile(folder);
  await gitText(repository, ['bundle', 'create', '--quiet', file, REF, '--not', base]);
  const { size } = await lstat(file);
  if (size > MAX_BUNDLE_BYTES)
    throw new Error(`the work has ${size} bytes packed; ${MAX_BUNDLE_BYTES} is the most that is handed on`);
}

export interface ExpectedBundle {
  readonly folder: string;
  /** The commit that the work started from, which is in our repository already. */
  readonly base: string;
  readonly tree: string;
}

/**
 * Takes the objects of a bundle as data: each is checked, and nothing of the bundle but the tree counts, neither its
 * commit's parents nor its message.
 * @returns The tree, or undefined when there is no bundle.
 * @throws when it is not what was promised.
 */
export async function unpackTree(repository: Repository, promised: ExpectedBundle): Promise<string | undefined> {
  const file = bundleFile(promised.folder);
  const found = await lstat(file).catch(() => undefined);
  if (!found) return undefined;
  if (!found.isFile() || found.size > MAX_BUNDLE_BYTES)
    throw new Error('the bundle of the work is no file that is read');
  const fetch = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head'];
  const fetched = await git(repository, [...fetch, file, `+${REF}:${REF}`]);
  if (!fetched.ok) throw new Error(`the bundle of the work is not taken: ${fetched.stderr.trim().slice(-1_000)}`);
  await checkObjects(repository, promised.base);
  const tree = await gitText(repository, ['rev-parse', '--verify', `${REF}^{tree}`]);
  if (tree !== promised.tree) throw new Error(`the bundle holds the tree ${tree}, and ${promised.tree} was promised`);
  return tree;
}

/** Older gits fetch from a bundle without a look at what is in it, whatever `transfer.fsckObjects` says. */
async function checkObjects(repository: Repository, base: string): Promise<void> {
  const folder = await mkdtemp(join(repository.gitDir, 'check-'));
  try {
    const packed = await gitText(repository, ['pack-objects', '--quiet', '--revs', join(folder, 'work')], {
      input: `${REF}\n^${base}\n`,
    });
    const checked = await git(repository, ['index-pack', '--strict', join(folder, `work-${packed}.pack`)]);
    if (!checked.ok) throw new Error(`the bundle of the work is not taken: ${checked.stderr.trim().slice(-1_000)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
