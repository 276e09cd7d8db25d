import { claimRef } from '../../../state/names.ts';
import { isAncestor } from '../../git/base.ts';
import { fetchRefs } from '../../git/fetch.ts';
import { type GitAnswer, git, gitText, type Repository } from '../../git/git.ts';
import { NO_TRAIN, readTrain, TRAIN_REF, type Train } from './train.ts';

/** What the remote shows to a run that lands. */
export interface Look {
  /** Newest commit of the base, and its tree. */
  readonly head: string;
  readonly tree: string;
  /** The commit that the train's ref points at; absent before the first run has used it. */
  readonly trainCommit: string | undefined;
  readonly train: Train;
  /** The commit of each claim, by issue. */
  readonly claims: ReadonlyMap<number, string>;
}

const LOCAL = 'refs/agent-waves/tip/';
const CLAIMS = claimRef(0).replace(/0$/, '');

/** A base or train that has gone back is believed when it still has after this long: somebody put it there. */
const BELIEVED_MS = 60_000;

/** A remote that does not answer for longer ends the step: whoever waits meanwhile loses nothing by waiting. */
const MAX_SILENCE_MS = 10 * 60_000;

/**
 * Looks at base, train and claims, and takes no step back: GitHub may answer with what was a minute ago.
 */
export class Lookout {
  readonly #repository: Repository;
  readonly #branch: string;
  #newest: Look | undefined;
  /** Since when looks have been older than the newest (ms). */
  #olderSince: number | undefined;
  /** Since when the remote has not answered (ms). */
  #silentSince: number | undefined;
  /** The highest number of a train that was ever seen. */
  #seq = 0;

  constructor(repository: Repository, branch: string) {
    this.#repository = repository;
    this.#branch = branch;
  }

  /** One conversation. @param now Milliseconds of a clock that is never set back. @throws when the remote is silent. */
  async look(now: number): Promise<Look> {
    const fetched = await this.#fetch();
    if (!fetched.ok) {
      this.#silentSince ??= now;
      if (this.#newest && now - this.#silentSince < MAX_SILENCE_MS) return this.#newest;
      throw new Error(`${this.#branch} cannot be fetched from ${this.#repository.remote}: ${fetched.stderr.trim()}`);
    }
    this.#silentSince = undefined;
    const seen = await this.#readRefs();
    if (!(await this.#isOlder(seen))) return this.#believe(seen);
    this.#olderSince ??= now;
    return now - this.#olderSince < BELIEVED_MS && this.#newest ? this.#newest : this.#believe(seen);
  }

  /** What a write of ours has made of it. */
  wrote(look: Look): Look {
    return this.#believe(look);
  }

  /** The number that the next train bears. */
  get nextSeq(): number {
    return this.#seq + 1;
  }

  #believe(look: Look): Look {
    this.#newest = look;
    this.#olderSince = undefined;
    this.#seq = Math.max(this.#seq, look.train.seq);
    return look;
  }

  async #isOlder({ head, train }: Look): Promise<boolean> {
    const newest = this.#newest;
    if (!newest) return false;
    if (train.seq < newest.train.seq) return true;
    return head !== newest.head && isAncestor(this.#repository, { commit: head, head: newest.head });
  }

  /** The first look asks several times; a later one is followed by another. */
  #fetch(): Promise<GitAnswer> {
    // Each pattern goes to the server as a prefix: a name that is not there would be an error, and no train is usual.
    const refspecs = [
      `+refs/heads/${this.#branch}:${LOCAL}base`,
      `+${TRAIN_REF}*:${LOCAL}train*`,
      `+${CLAIMS}*:${LOCAL}claims/*`,
    ];
    return fetchRefs(this.#repository, { refspecs, flags: ['--prune'], once: this.#newest !== undefined });
  }

  async #readRefs(): Promise<Look> {
    const format = '--format=%(refname) %(objectname) %(tree)';
    const listed = await gitText(this.#repository, ['for-each-ref', format, LOCAL]);
    const refs = new Map(
      listed.split('\n').map((line) => {
        const [name = '', commit = '', tree = ''] = line.split(' ');
        return [name.slice(LOCAL.length), { commit, tree }] as const;
      }),
    );
    const base = refs.get('base');
    if (!base) throw new Error(`branch ${this.#branch} is not on the remote`);
    const trainCommit = refs.get('train')?.commit;
    const claims = [...refs].flatMap(([name, { commit }]) => {
      const issue = Number(/^claims\/(\d+)$/.exec(name)?.[1]);
      return issue ? [[issue, commit] as const] : [];
    });
    return {
      head: base.commit,
      tree: base.tree,
      trainCommit,
      train: await this.#trainAt(trainCommit),
      claims: new Map(claims),
    };
  }

  async #trainAt(commit: string | undefined): Promise<Train> {
    if (commit === undefined) return NO_TRAIN;
    if (commit === this.#newest?.trainCommit) return this.#newest.train;
    // Somebody may have pointed the ref at anything.
    const { stdout } = await git(this.#repository, ['log', '-1', '--format=%P%n%B', commit]);
    const [parents = '', ...message] = stdout.split('\n');
    const { seq, entries } = readTrain(message.join('\n'));
    // A work that is no parent has not been fetched, and may be nowhere.
    return { seq, entries: entries.filter(({ work }) => parents.split(' ').includes(work)) };
  }
}
