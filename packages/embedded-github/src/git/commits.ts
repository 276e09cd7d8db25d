import type { RepositoryRecord } from '../model/records.ts';
import { git, gitLines, gitText } from './command.ts';

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Epoch milliseconds. */
  readonly date: number;
}

export interface GitCommit {
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

/** The commit that an expression leads to, or null. */
export async function readCommit(repository: RepositoryRecord, expression: string): Promise<GitCommit | null> {
  const object = await repository.objects.read(`${expression}^{commit}`);
  return object ? parseCommit(object.oid, object.content.toString('utf8')) : null;
}

function parseCommit(oid: string, text: string): GitCommit {
  const split = text.indexOf('\n\n');
  const headers = text.slice(0, split).split('\n');
  const values = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return {
    oid,
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: parseSignature(values('author')[0] ?? ''),
    committer: parseSignature(values('committer')[0] ?? ''),
    message: text.slice(split + 2).replace(/\n$/, ''),
  };
}

function parseSignature(text: string): Signature {
  const [, name = '', email = '', seconds = '0'] = /^(.*) <(.*)> (\d+)/.exec(text) ?? [];
  return { name, email, date: Number(seconds) * 1000 };
}

export interface FileChanges {
  readonly additions: readonly { readonly path: string; readonly content: Buffer }[];
  readonly deletions: readonly string[];
}

/** Writes a commit on top of `parent`, moving no ref. Throws GitError when a path cannot be. */
export async function writeCommit(
  repository: RepositoryRecord,
  request: {
    readonly parent: string;
    readonly changes: FileChanges;
    readonly message: string;
    readonly author: Signature;
    readonly indexFile: string;
  },
): Promise<string> {
  const { gitDir } = repository;
  const env = { GIT_INDEX_FILE: request.indexFile };
  await git(gitDir, ['read-tree', request.parent], { env });
  const lines = request.changes.deletions.map((path) => `0 ${'0'.repeat(40)}\t${path}\0`);
  for (const { path, content } of request.changes.additions) {
    const oid = (await git(gitDir, ['hash-object', '-w', '--stdin'], { input: content })).toString('utf8').trim();
    lines.push(`100644 ${oid}\t${path}\0`);
  }
  await git(gitDir, ['update-index', '-z', '--index-info'], { env, input: lines.join('') });
  const tree = (await git(gitDir, ['write-tree'], { env })).toString('utf8').trim();
  const { parent, message, author } = request;
  return writeCommitOf(repository, { tree, parents: [parent], message, author });
}

/** Writes a commit of a tree that is there, moving no ref. */
export async function writeCommitOf(
  { gitDir }: RepositoryRecord,
  request: Pick<GitCommit, 'tree' | 'parents' | 'message' | 'author'>,
): Promise<string> {
  const { tree, parents, message, author } = request;
  const date = `${Math.floor(author.date / 1000)} +0000`;
  const commit = await git(gitDir, ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])], {
    input: message,
    env: {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: 'GitHub',
      GIT_COMMITTER_EMAIL: 'noreply@github.com',
      GIT_COMMITTER_DATE: date,
    },
  });
  return commit.toString('utf8').trim();
}

/** Commits reachable from `to` and not from `from` (null: all of them), oldest first. */
export async function commitsBetween(
  repository: RepositoryRecord,
  { from, to, limit = 2048 }: { readonly from: string | null; readonly to: string; readonly limit?: number },
) {
  const range = from === null ? [to] : [`${from}..${to}`];
  const text = await gitText(repository.gitDir, ['rev-list', '--reverse', `--max-count=${limit}`, ...range, '--']);
  const commits = await Promise.all(gitLines(text).map((oid) => readCommit(repository, oid)));
  return commits.filter((commit) => commit !== null);
}

export async function isAncestor(
  repository: RepositoryRecord,
  { older, newer }: { readonly older: string; readonly newer: string },
): Promise<boolean> {
  return git(repository.gitDir, ['merge-base', '--is-ancestor', older, newer]).then(
    () => true,
    () => false,
  );
}

export interface ChangedFile {
  readonly path: string;
  readonly status: 'added' | 'removed' | 'modified';
  readonly additions: number;
  readonly deletions: number;
}

/** Files that differ between two commits (from null: against the empty tree), with line counts. */
export async function changedFiles(
  repository: RepositoryRecord,
  { from, to }: { readonly from: string | null; readonly to: string },
): Promise<ChangedFile[]> {
  const range = from === null ? ['--root', to] : [from, to];
  const flags = ['diff-tree', '-r', '--no-commit-id', '--no-renames', '-z', '--raw', '--numstat'];
  const parts = (await git(repository.gitDir, [...flags, ...range])).toString('utf8').split('\0');
  const statuses = new Map<string, ChangedFile['status']>();
  const files: ChangedFile[] = [];
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? '';
    if (part.startsWith(':')) {
      at += 1;
      statuses.set(parts[at] ?? '', statusOf(part.slice(-1)));
    } else if (part !== '') {
      const [added = '-', deleted = '-', path = ''] = part.split('\t');
      files.push({
        path,
        status: statuses.get(path) ?? 'modified',
        additions: Number(added) || 0,
        deletions: Number(deleted) || 0,
      });
    }
  }
  return files;
}

function statusOf(letter: string): ChangedFile['status'] {
  if (letter === 'A') return 'added';
  return letter === 'D' ? 'removed' : 'modified';
}
