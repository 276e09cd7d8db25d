import type { Work } from '../../../src/task/git/work.ts';
import { type Entry, isSameRun, readTrain, writeTrain } from '../../../src/task/land/train/train.ts';
import { mergeSets, readTree, writeTree } from './set-trees.ts';

export interface WorldCommit {
  readonly id: string;
  readonly parent: string | undefined;
  readonly tree: string;
  /** The run whose trailers it bears. */
  readonly by: RunName | undefined;
}

export type RunName = Pick<Entry, 'issue' | 'dispatch' | 'run'>;

/** What the refs of the remote point at. */
export interface Refs {
  readonly head: string;
  readonly train: string | undefined;
  readonly claims: ReadonlyMap<number, string>;
}

export interface Landing extends RunName {
  readonly at: number;
  readonly claim: string | undefined;
  readonly before: WorldCommit;
  readonly commit: WorldCommit;
}

/** A remote that does what pushes ask of it, and remembers what it was. */
export class RemoteWorld {
  readonly commits = new Map<string, WorldCommit>();
  readonly works = new Map<string, Work & { readonly from: string }>();
  readonly landings: Landing[] = [];
  /** Everything that was ever the base's head, and until when. */
  readonly heads: { readonly from: number; readonly commit: WorldCommit }[] = [];
  /** Parts that a force push took off the base. */
  readonly dropped: { readonly at: number; readonly part: string }[] = [];
  /** Entries that others removed while they lived, and for how long they had been first and nothing else had landed (ms). */
  readonly takenOut: { readonly entry: Entry; readonly firstFor: number }[] = [];
  refusesTrain = false;
  readonly #trains = new Map<string, string>();
  readonly #was: { readonly at: number; readonly refs: Refs }[] = [];
  readonly #now: () => number;
  #first: { readonly entry: Entry; readonly head: string; readonly since: number } | undefined;
  #ids = 0;
  #others = 0;

  constructor(now: () => number) {
    this.#now = now;
    const { id } = this.commit({ parent: undefined, tree: writeTree([], 0), by: undefined });
    this.#become({ head: id, train: undefined, claims: new Map() });
  }

  get refs(): Refs {
    return this.refsAt(Number.POSITIVE_INFINITY);
  }

  refsAt(at: number): Refs {
    const found = this.#was.findLast((was) => was.at <= at) ?? this.#was[0];
    if (!found) throw new Error('the world has begun');
    return found.refs;
  }

  get head(): WorldCommit {
    return this.commitOf(this.refs.head);
  }

  newId(): string {
    this.#ids += 1;
    return this.#ids.toString(16).padStart(40, '0');
  }

  commit(commit: Omit<WorldCommit, 'id'>): WorldCommit {
    const made = { id: this.newId(), ...commit };
    this.commits.set(made.id, made);
    return made;
  }

  commitOf(id: string): WorldCommit {
    const commit = this.commits.get(id);
    if (!commit) throw new Error(`${id} is no commit`);
    return commit;
  }

  /** @param parent The parent of a work, as git names it. */
  startOf(parent: string): string {
    const work = this.works.get(parent.replace(/\^$/, ''));
    if (!work) throw new Error(`${parent} is no start of a work`);
    return work.from;
  }

  /** A commit and those that it stands on, newest first. */
  history(head: string): readonly WorldCommit[] {
    const found: WorldCommit[] = [];
    for (let at: string | undefined = head; at !== undefined; at = found.at(-1)?.parent) found.push(this.commitOf(at));
    return found;
  }

  trainAt(commit: string | undefined): string {
    return (commit && this.#trains.get(commit)) ?? '';
  }

  /** @param from What the ref must be; anything where it is absent. */
  moveTrain({
    from,
    entries,
    seq,
    by,
  }: {
    readonly from: string | undefined;
    readonly seq: number;
    readonly entries: readonly Entry[];
    /** The issue whose run moves it. */
    readonly by: number;
  }): string | undefined {
    if (this.refs.train !== from) return undefined;
    for (const entry of this.live) {
      if (entry.issue === by || entries.some((other) => isSameRun(other, entry))) continue;
      const firstFor = isSameEntry(this.#first?.entry, entry) ? this.#now() - (this.#first?.since ?? 0) : 0;
      this.takenOut.push({ entry, firstFor });
    }
    return this.#putTrain(writeTrain({ seq, entries }));
  }

  #putTrain(message: string): string {
    const train = this.newId();
    this.#trains.set(train, message);
    this.#become({ ...this.refs, train });
    return train;
  }

  claim(issue: number): string {
    const commit = this.newId();
    this.#become({ ...this.refs, claims: new Map([...this.refs.claims, [issue, commit]]) });
    return commit;
  }

  /** Deletes a claim where it still is this one. */
  release(issue: number, claim: string): void {
    if (this.refs.claims.get(issue) === claim) this.#become({ ...this.refs, claims: without(this.refs.claims, issue) });
  }

  /** One atomic push: the base to the new commit, the claim away. @returns the commit; undefined where a lease does not hold. */
  land(landing: {
    readonly run: RunName;
    readonly parent: string;
    readonly tree: string;
    readonly claim: string;
  }): string | undefined {
    const { run, parent, tree, claim } = landing;
    const { head, claims } = this.refs;
    if (head !== parent) return undefined;
    if (claims.get(run.issue) !== claim) return undefined;
    const before = this.head;
    const commit = this.commit({ parent, tree, by: run });
    this.#become({ ...this.refs, head: commit.id, claims: without(claims, run.issue) });
    this.landings.push({ ...run, at: this.#now(), claim: claims.get(run.issue), before, commit });
    return commit.id;
  }

  /** @param part Their next commit where none is named. */
  commitByOthers(part = `p${++this.#others}`): void {
    const { parts, projected } = readTree(this.head.tree);
    this.#push(writeTree(new Set([...parts, part]), projected));
  }

  project(): void {
    const { parts, projected } = readTree(this.head.tree);
    this.#push(writeTree(parts, projected + 1));
  }

  #push(tree: string): void {
    const commit = this.commit({ parent: this.refs.head, tree, by: undefined });
    this.#become({ ...this.refs, head: commit.id });
  }

  /** Somebody takes a commit out of the history and pushes what came after it anew. */
  forcePush(back: number): void {
    const history = this.history(this.refs.head);
    const gone = history[back];
    if (!gone?.parent) return;
    let head = this.commitOf(gone.parent);
    const { added } = mergeSets({ start: head.tree, tree: gone.tree, onto: head.tree });
    for (const part of added) this.dropped.push({ at: this.#now(), part });
    for (const { tree, by } of history.slice(0, back).reverse()) {
      const { parts, projected } = readTree(tree);
      const kept = [...parts].filter((part) => !added.includes(part));
      head = this.commit({ parent: head.id, tree: writeTree(kept, projected), by });
    }
    this.#become({ ...this.refs, head: head.id });
  }

  deleteTrain(): void {
    this.#become({ ...this.refs, train: undefined });
  }

  garbleTrain(): void {
    this.#putTrain('{"seq":');
  }

  /** The entries whose claims are the ones that they name. */
  get live(): readonly Entry[] {
    const { train, claims } = this.refs;
    return readTrain(this.trainAt(train)).entries.filter(({ issue, claim }) => claims.get(issue) === claim);
  }

  #become(refs: Refs): void {
    const at = this.#now();
    if (this.#was.at(-1)?.refs.head !== refs.head) this.heads.push({ from: at, commit: this.commitOf(refs.head) });
    this.#was.push({ at, refs });
    const [entry] = this.live;
    if (entry && isSameEntry(this.#first?.entry, entry) && this.#first?.head === refs.head) return;
    this.#first = entry && { entry, head: refs.head, since: at };
  }
}

function isSameEntry(one: Entry | undefined, other: Entry): boolean {
  return one !== undefined && isSameRun(one, other) && one.work === other.work;
}

function without(claims: Refs['claims'], issue: number): Refs['claims'] {
  return new Map([...claims].filter(([other]) => other !== issue));
}
