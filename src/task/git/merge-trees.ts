import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { git, IDENTITY, type Repository } from './git.ts';

/**
 * Writes a commit into our own repository, as `git commit-tree` does: a process for one small file would take ten times as
 * long. Whether what it names is there is not asked: a push of it would fail.
 * https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
 * @param commit.tree Its id, as those of the parents.
 * @returns The id of the commit.
 */
export async function commitTree(
  { gitDir }: Repository,
  commit: { readonly tree: string; readonly parents: readonly string[]; readonly message: string },
): Promise<string> {
  const content = Buffer.from(commitText(commit));
  const object = Buffer.concat([Buffer.from(`commit ${content.length}\0`), content]);
  const id = createHash('sha1').update(object).digest('hex');
  const folder = join(gitDir, 'objects', id.slice(0, 2));
  const file = join(folder, id.slice(2));
  const written = join(gitDir, 'objects', `tmp_obj_${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  await writeFile(written, deflateSync(object), { flag: 'wx', mode: 0o444 });
  await rename(written, file);
  return id;
}

function commitText({ tree, parents, message }: Parameters<typeof commitTree>[1]): string {
  for (const id of [tree, ...parents])
    if (!/^[0-9a-f]{40}$/.test(id)) throw new Error(`${id.slice(0, 80)} is not the id of an object`);
  if (message.includes('\0')) throw new Error('the message of a commit holds a NUL, which git refuses');
  const signature = `${IDENTITY.name} <${IDENTITY.email}> ${Math.floor(Date.now() / 1_000)} +0000`;
  const lines = [`tree ${tree}`, ...[...new Set(parents)].map((parent) => `parent ${parent}`)];
  return `${[...lines, `author ${signature}`, `committer ${signature}`].join('\n')}\n\n${message}`;
}

export type MergeResult =
  | { readonly kind: 'merged'; readonly tree: string }
  /** The tree holds both sides of the files between conflict markers. */
  | { readonly kind: 'conflict'; readonly tree: string; readonly files: readonly string[] };

/** Merges two commits without a checkout. Drivers act only where configuration defines them, and here none does. */
export async function mergeTrees(
  repository: Repository,
  { ours, theirs }: { readonly ours: string; readonly theirs: string },
): Promise<MergeResult> {
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
