import { setTimeout as sleep } from 'node:timers/promises';
import type { Outgoing } from '../../github/write/outgoing.ts';
import { NOTIFY_SECRET, type NotifyTarget } from '../../plan/notify-fields.ts';
import { type Notice, noticeKey } from '../../state/notice.ts';
import { noticeBody } from '../../text/notify/notice-body.ts';
import type { NotifySettings } from './notify-settings.ts';
import { type Posted, post } from './post.ts';

export interface OutboxOptions {
  readonly settings: NotifySettings;
  readonly warn: (what: string) => void;
  /** A notice, by `noticeKey`, has reached everybody or was given up: the next pass takes it out of the record. */
  readonly onSettled: (key: string) => void;
  readonly tries?: Tries;
}

export interface Tries {
  /** So often one notice is sent to one address. */
  readonly most: number;
  /** Milliseconds before the second try; it doubles up to the other. */
  readonly firstPause: number;
  readonly maxPause: number;
  /** Milliseconds that one try may take. */
  readonly within: number;
  /** What was not reached by then is left to another process. */
  readonly isLeft: boolean;
}

/** About two hours in all. */
const SERVER_TRIES: Tries = {
  most: 12,
  firstPause: 5_000,
  maxPause: 15 * 60_000,
  within: 10_000,
  isLeft: false,
};

/** A job costs minutes: the jobs after it try again. */
export const JOB_TRIES: Tries = { most: 2, firstPause: 2_000, maxPause: 2_000, within: 10_000, isLeft: true };

/**
 * Sends what passes over one repository leave to be sent, beside them: no pass waits for anybody out there. What a process
 * has not brought to everybody is still in the record when it ends, and goes out again: at least once.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #tries: Tries;
  readonly #stop = new AbortController();
  /** Notices that this process knows of, and what became of each at every address. */
  readonly #known = new Map<string, Promise<boolean>>();
  readonly #settled = new Set<string>();
  readonly #told = new Set<string>();

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#tries = options.tries ?? SERVER_TRIES;
  }

  /** Notices that need not be sent any more, by `noticeKey`: for the next pass. */
  get settled(): ReadonlySet<string> {
    return new Set(this.#settled);
  }

  /** Begins to send what nobody sends yet. Returns at once. */
  offer(outgoing: Outgoing | undefined): void {
    if (!outgoing || this.#stop.signal.aborted) return;
    const { plan, notices } = outgoing;
    const there = new Map(notices.map((notice) => [noticeKey({ issue: plan.issue, id: notice.id }), notice]));
    for (const key of this.#known.keys()) {
      if (there.has(key)) continue;
      // It has left the record, or belongs to another plan: nobody asks for it again.
      this.#known.delete(key);
      this.#settled.delete(key);
    }
    for (const [key, notice] of there) {
      if (this.#known.has(key)) continue;
      this.#known.set(key, this.#send(notice, { outgoing, key }));
    }
  }

  /** Settles once nothing is under way. @returns Whether anything was settled that the record does not know of yet. */
  async idle(): Promise<boolean> {
    await Promise.all(this.#known.values());
    return this.#settled.size > 0;
  }

  /** Ends what is under way: the record still has it. */
  stop(): void {
    this.#stop.abort();
  }

  async #send(notice: Notice, { outgoing, key }: { outgoing: Outgoing; key: string }): Promise<boolean> {
    const targets = outgoing.targets.filter(({ events }) => events.includes(notice.about.event));
    const ends = await Promise.all(targets.map((target) => this.#sendTo(target, { notice, outgoing, key })));
    const isSettled = ends.every(Boolean);
    // Nobody knows it any more where the plan is another one by now.
    if (isSettled && this.#known.has(key)) {
      this.#settled.add(key);
      this.#options.onSettled(key);
    }
    return isSettled;
  }

  /** @returns Whether nothing is left to do for this address. */
  async #sendTo({ url_env: name, format }: NotifyTarget, { notice, outgoing, key }: Sent): Promise<boolean> {
    const { settings } = this.#options;
    const address = settings.addresses.get(name);
    // Once somebody sets it, it goes out.
    if (!address) return this.#warnOnce(`${name} is not set for this host: nobody is told there`);
    if (format === 'json' && address.secret === undefined)
      return this.#warnOnce(`${name}${NOTIFY_SECRET} is not set: nothing is sent to ${name} that is not signed`);
    const { plan, repository } = outgoing;
    const body = noticeBody(notice, { format, source: { plan, repository } });
    const posting = { ...address, body, delivery: `${repository.name}/${key}`, event: notice.about.event };
    return this.#tryEach(name, () =>
      post({
        ...posting,
        isPrivateAllowed: settings.isPrivateAllowed,
        within: this.#tries.within,
        signal: this.#stop.signal,
      }),
    );
  }

  async #tryEach(name: string, send: () => Promise<Posted>): Promise<boolean> {
    const { most, firstPause, maxPause, isLeft } = this.#tries;
    for (let tries = 1; ; tries++) {
      const posted = await send();
      if (this.#stop.signal.aborted) return posted.kind === 'arrived';
      if (posted.kind === 'arrived') return true;
      const isLast = posted.kind === 'refused' || tries === most;
      if (isLast) {
        const isGivenUp = posted.kind === 'refused' || !isLeft;
        this.#options.warn(
          `${name} was not told: ${posted.why}${isGivenUp ? '' : '; it is tried again by a later job'}`,
        );
        return isGivenUp;
      }
      const pause = Math.min(maxPause, Math.max(firstPause * 2 ** (tries - 1), posted.after ?? 0));
      await sleep(pause, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      if (this.#stop.signal.aborted) return false;
    }
  }

  #warnOnce(what: string): false {
    if (!this.#told.has(what)) this.#options.warn(what);
    this.#told.add(what);
    return false;
  }
}

interface Sent {
  readonly notice: Notice;
  readonly outgoing: Outgoing;
  readonly key: string;
}
