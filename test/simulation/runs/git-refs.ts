import { isAncestor } from '../../../packages/embedded-github/src/git/ancestry.ts';
import { type GitCommit, readCommit, writeCommit } from '../../../packages/embedded-github/src/git/commits.ts';
import { historyOf } from '../../../packages/embedded-github/src/git/history.ts';
import { memoryOf } from '../../../packages/embedded-github/src/git/in-memory.ts';
import { readRefFile } from '../../../packages/embedded-github/src/git/ref-files.ts';
import { EMPTY_TREE_ID } from '../../../packages/embedded-github/src/git/tree-entries.ts';
import { writeTree } from '../../../packages/embedded-github/src/git/trees.ts';
import { ACTIONS_LOGIN } from '../../../src/state/names.ts';
import type { BaseCommit } from '../../../src/state/snapshot.ts';
import { REPOSITORY, type Town } from '../world/town.ts';

export const BASE = 'refs/heads/main';

/** What git tells of the one repository, without a process of its own. */
export class GitRefs {
  readonly #town: () => Town;
  readonly #now: () => number;
  readonly #moves = new Map<string, { readonly until: number; readonly was: string | undefined }[]>();

  constructor(town: () => Town, now: () => number) {
    this.#town = town;
    this.#now = now;
  }

  /** From now on it is known where refs stood. */
  remember(): void {
    memoryOf(this.#town().repository.gitDir)?.listeners.add((ref, was) => {
      const moves = this.#moves.get(ref) ?? [];
      moves.push({ until: this.#now(), was: was ?? undefined });
      this.#moves.set(ref, moves);
    });
  }

  /** As it was some time ago: what a fetch may be answered, of all refs at once. @param age Milliseconds. */
  before(age: number): Sight {
    const read = (ref: string) => {
      const moved = age > 0 && this.#moves.get(ref)?.find(({ until }) => until > this.#now() - age);
      return moved ? moved.was : this.read(ref);
    };
    return { read, head: () => read(BASE) ?? this.head() };
  }

  get repository(): Town['repository'] {
    return this.#town().repository;
  }

  read(ref: string): string | undefined {
    return readRefFile(this.#town().repository.gitDir, ref) ?? undefined;
  }

  head(): string {
    const head = this.read(BASE);
    if (head === undefined) throw new Error('the base is gone');
    return head;
  }

  async commit(oid: string): Promise<GitCommit> {
    const commit = await readCommit(this.#town().repository, oid);
    if (!commit) throw new Error(`${oid} is no commit`);
    return commit;
  }

  /** Newest first. */
  async history(head: string): Promise<readonly GitCommit[]> {
    const known = this.#histories.get(head) ?? (await this.#readHistory(head));
    this.#histories.set(head, known);
    return known;
  }

  readonly #histories = new Map<string, readonly GitCommit[]>();

  async #readHistory(head: string): Promise<readonly GitCommit[]> {
    const { repository } = this.#town();
    const newest = await readCommit(repository, head);
    const [parent, ...others] = newest?.parents ?? [];
    // Below one parent lies what lay below it before.
    const before = parent !== undefined && others.length === 0 ? this.#histories.get(parent) : undefined;
    if (newest && before) return [newest, ...before];
    const found: GitCommit[] = [];
    for await (const commit of historyOf(repository, head)) found.push(commit);
    return found;
  }

  async baseCommits(head: string): Promise<readonly BaseCommit[]> {
    const history = await this.history(head);
    return history.map(({ oid, message, parents }) => ({ oid, message, parents }));
  }

  isAncestor(older: string, newer: string): Promise<boolean> {
    return isAncestor(this.#town().repository, { older, newer });
  }

  /** @returns A commit of the files on top of another; no ref moves. */
  async commitOn(parent: string, { files, message, by }: NewCommit): Promise<string> {
    const { repository } = this.#town();
    const { tree: from } = await this.commit(parent);
    const additions = Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) }));
    const tree = await writeTree(repository, { from, changes: { additions, deletions: [] } });
    return this.write({ tree, parents: [parent], message, by });
  }

  write({
    tree,
    parents,
    message,
    by,
  }: Omit<NewCommit, 'files'> & { tree: string; parents: readonly string[] }): string {
    const author = { name: by, email: `${by}@example.com`, date: this.#now() };
    return writeCommit(this.#town().repository, { tree, parents, message, author });
  }

  /** A commit that says something and holds nothing. */
  say(message: object): string {
    return this.write({ tree: EMPTY_TREE_ID, parents: [], message: JSON.stringify(message), by: ACTIONS_LOGIN });
  }

  /** As `git push --atomic` with leases. */
  push(by: string, moves: readonly Move[]): Promise<boolean> {
    return this.#town().github.moveRefs({ repository: REPOSITORY, by, moves });
  }
}

/** What one fetch tells. */
export interface Sight {
  readonly read: (ref: string) => string | undefined;
  readonly head: () => string;
}

export interface Move {
  readonly ref: string;
  readonly from: string | null;
  readonly to: string | null;
}

interface NewCommit {
  readonly files: Readonly<Record<string, string>>;
  readonly message: string;
  readonly by: string;
}
