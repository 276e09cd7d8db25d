import type { Look, TrainRepository } from './train-repository.ts';

/** A base or train that has gone back is believed when it still has after this long: somebody put it there. */
const BELIEVED_MS = 60_000;

/** A remote that does not answer for longer ends the step: whoever waits meanwhile loses nothing by waiting. */
const MAX_SILENCE_MS = 10 * 60_000;

/**
 * Looks at base, train and claims, and takes no step back: GitHub may answer with what was a minute ago.
 */
export class Lookout {
  readonly #repository: TrainRepository;
  #newest: Look | undefined;
  /** Since when looks have been older than the newest (ms). */
  #olderSince: number | undefined;
  /** Since when the remote has not answered (ms). */
  #silentSince: number | undefined;
  /** The highest number of a train that was ever seen. */
  #seq = 0;

  constructor(repository: TrainRepository) {
    this.#repository = repository;
  }

  /** One conversation. @param now Milliseconds of a clock that is never set back. @throws when the remote is silent. */
  async look(now: number): Promise<Look> {
    const seen = await this.#repository.look(this.#newest);
    if ('silent' in seen) {
      this.#silentSince ??= now;
      if (this.#newest && now - this.#silentSince < MAX_SILENCE_MS) return this.#newest;
      throw new Error(seen.silent);
    }
    this.#silentSince = undefined;
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
    return head !== newest.head && this.#repository.isAncestor({ commit: head, head: newest.head });
  }
}
