import type { GitObject } from '../model/git-objects.ts';
import type { RepositoryRecord } from '../model/records.ts';
import { writeObject } from './loose-objects.ts';

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

/** Objects never change, and the same commit is looked at again and again. */
const parsed = new WeakMap<GitObject, GitCommit>();

/** The commit that an expression leads to, or null. */
export async function readCommit(repository: RepositoryRecord, expression: string): Promise<GitCommit | null> {
  const object = await repository.objects.read(`${expression}^{commit}`);
  if (!object) return null;
  const commit = parsed.get(object) ?? parseCommit(object.oid, object.content.toString('utf8'));
  parsed.set(object, commit);
  return commit;
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

interface NewCommit extends Pick<GitCommit, 'tree' | 'parents' | 'message' | 'author'> {
  /** Epoch milliseconds of the commit; by default the author's. */
  readonly now?: number;
}

/** Writes a commit of a tree that is there, committed by GitHub; no ref moves. Trees and parents by id. @returns Its id. */
export function writeCommit({ gitDir }: Pick<RepositoryRecord, 'gitDir'>, wanted: NewCommit): string {
  const { tree, parents, message, author, now = author.date } = wanted;
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${signed(author)}`,
    `committer ${signed({ name: 'GitHub', email: 'noreply@github.com', date: now })}`,
  ];
  return writeObject(gitDir, { type: 'commit', content: Buffer.from(`${lines.join('\n')}\n\n${message}`) });
}

/** In UTC. What would end a name early is left out of it, as git does. */
function signed({ name, email, date }: Signature): string {
  const plain = (text: string) => text.replace(/[<>\n]/g, '');
  return `${plain(name)} <${plain(email)}> ${Math.floor(date / 1000)} +0000`;
}
