import type { Octokit } from '@octokit/rest';
import type { Turn } from '../../../github/write/turn.ts';

/**
 * A replica that is silent for so long has lost its turn (ms). It says every few seconds that it lives; a decision about
 * ten thousand tasks keeps it from that for a second or two.
 */
export const LOCK_MS = 10_000;

/** What follows is one request to GitHub: it has the rest. */
const SURE_MS = (LOCK_MS * 2) / 3;

/** Where the lock is not answered for so long, nothing is written: a later pass does it (ms). */
const ASK_MS = 5_000;

export interface PassTurnParts {
  /** Prolongs the lock by LOCK_MS. @returns Whether it was still held. */
  readonly prolong: () => Promise<boolean>;
  readonly now?: () => number;
}

/** The right of one replica to make one pass: every write asks for it, right before it is sent. */
export class PassTurn implements Turn {
  readonly #prolong: () => Promise<boolean>;
  readonly #now: () => number;
  #sureUntil = Number.NEGATIVE_INFINITY;
  #isLost = false;

  constructor({ prolong, now = passedTime() }: PassTurnParts) {
    this.#prolong = prolong;
    this.#now = now;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  async isSure(): Promise<boolean> {
    if (this.#isLost) return false;
    const asked = this.#now();
    const answer = await answered(this.#prolong());
    if (answer === 'held') this.#sureUntil = asked + SURE_MS;
    if (answer === 'lost') this.#isLost = true;
    return this.#isFresh();
  }

  announce(): Promise<boolean> {
    return this.isSure();
  }

  /**
   * Has a client refuse writes once the turn is lost. It looks where a request leaves for the network: what waited in a
   * queue, or for a rate limit, or in a process that was stopped, may be late.
   */
  guard(client: Pick<Octokit, 'hook'>): void {
    client.hook.before('request', (options) => {
      if (!isWrite(options)) return;
      const send: typeof fetch = options.request?.fetch ?? fetch;
      const guarded: typeof fetch = async (...request) => {
        if (!this.#isFresh() && !(await this.isSure())) throw new Error('another replica makes this pass by now');
        return send(...request);
      };
      options.request = { ...options.request, fetch: guarded };
    });
  }

  #isFresh(): boolean {
    return !this.#isLost && this.#now() < this.#sureUntil;
  }
}

/** Redis that is not reached does not say that the turn is lost, nor that it is not. */
async function answered(asked: Promise<boolean>): Promise<'held' | 'lost' | 'unknown'> {
  const late = Promise.withResolvers<'unknown'>();
  const timer = setTimeout(() => late.resolve('unknown'), ASK_MS);
  const answer = asked.then(
    (isHeld) => (isHeld ? 'held' : 'lost'),
    () => 'unknown' as const,
  );
  return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
}

/** Milliseconds. A machine that was suspended goes on with the monotonic clock where it stood, and its other one is set. */
function passedTime(): () => number {
  const monotonic = performance.now();
  const wall = Date.now();
  return () => Math.max(performance.now() - monotonic, Date.now() - wall);
}

interface Sent {
  readonly method?: string;
  readonly url?: string;
  readonly query?: unknown;
}

function isWrite({ method = 'GET', url = '', query }: Sent): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return !url.endsWith('/graphql') || String(query).trimStart().startsWith('mutation');
}
