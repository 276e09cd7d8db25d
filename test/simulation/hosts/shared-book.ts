import type { Locator } from '../../../src/github/locator.ts';
import type { Ask } from '../../../src/hosts/server/ask.ts';
import type { InstalledRepository } from '../../../src/hosts/server/installations.ts';
import { delayAfter, type PassesOptions } from '../../../src/hosts/server/passes.ts';
import { mergeAsks } from '../../../src/hosts/server/replicas/ask-text.ts';
import { LOCK_MS, PassTurn } from '../../../src/hosts/server/replicas/pass-turn.ts';
import type { SharedPasses, SharedPassesOptions } from '../../../src/hosts/server/replicas/shared-passes.ts';
import type { VirtualTime } from '../world/virtual-time.ts';

/** What Redis holds for all replicas: asks, when the next pass is due, who may make it, and what the last one left. */
export class SharedBook {
  asks: readonly Ask[] = [];
  due = Number.POSITIVE_INFINITY;
  lock: { readonly token: string; until: number } | undefined;
  home: string | undefined;
  pass = 0;
  failures = 0;
  memory = '';
  planPath = '';
  installation: number | undefined;
  /** Replicas that look again once a pass may be due sooner than they thought. */
  readonly watchers = new Set<() => void>();

  /** When somebody may make a pass: one that was begun and never ended is made once more when its lock has run out. */
  get from(): number {
    return this.lock?.until ?? this.due;
  }

  changed(): void {
    for (const watcher of this.watchers) watcher();
  }
}

export interface ReplicaParts {
  readonly book: SharedBook;
  readonly time: VirtualTime;
  readonly name: string;
  readonly isDead: () => boolean;
  /** Its process stands still: it says nothing, and its lock runs out. */
  readonly isStalled: () => boolean;
}

/** How often a replica looks whether a pass is due (ms). Looks that cannot find one are left out. */
const LOOK_EVERY = 1_000;

/**
 * Stands in for `SharedPasses`, which is Redis and BullMQ: one pass at a time under a lock that runs out, asks that are
 * kept until a pass has answered them, memory that goes from replica to replica.
 */
export function sharedPasses(parts: ReplicaParts): SharedPasses {
  const { book, time, name, isDead, isStalled } = parts;
  let options: SharedPassesOptions | undefined;
  let running: Locator | undefined;
  let stopped = false;
  let passes = 0;

  let since = 0;
  let nextLook = Number.POSITIVE_INFINITY;

  const look = () => {
    nextLook = Number.POSITIVE_INFINITY;
    if (stopped || isDead()) return;
    if (!isStalled() && !running && book.from <= time.now) void make();
    else waitForLook(time.now + 1);
  };

  /** The next look of its beat, not before `earliest`, that may find a pass due. */
  const waitForLook = (earliest = time.now) => {
    if (stopped || isDead() || running || book.from === Number.POSITIVE_INFINITY) return;
    const from = Math.max(earliest, book.from);
    const at = since + Math.ceil((from - since) / LOOK_EVERY) * LOOK_EVERY;
    if (at >= nextLook) return;
    nextLook = at;
    time.at(at, () => {
      if (nextLook === at) look();
    });
  };

  const make = async (): Promise<void> => {
    if (!options || book.installation === undefined) return;
    const token = `${name} ${passes++}`;
    const lock = { token, until: time.now + LOCK_MS };
    book.lock = lock;
    book.due = Number.POSITIVE_INFINITY;
    book.changed();
    const { asks, pass, memory, home, installation, failures } = book;
    const isHeld = () => !isDead() && book.lock?.token === token && book.lock.until > time.now;
    const prolong = async () => {
      if (!isHeld()) return false;
      lock.until = time.now + LOCK_MS;
      return true;
    };
    const renew = () => {
      if (!isHeld()) return;
      if (!isStalled()) lock.until = time.now + LOCK_MS;
      time.at(time.now + LOCK_MS / 2, renew);
    };
    time.at(time.now + LOCK_MS / 2, renew);
    const locator = { owner: 'acme', repo: 'daw' };
    running = locator;
    const given = {
      repository: { installation, locator },
      asks,
      turn: new PassTurn({ prolong }),
      before: { pass, memory },
    };
    const made = await options.pass({ ...given, isOwn: home === name });
    running = undefined;
    const counts = isHeld();
    made.settle(counts);
    if (!counts) return waitForLook();
    const again = made.kind === 'unneeded' ? failures : made.report.again ? failures + 1 : 0;
    const pauses: Pick<PassesOptions, 'firstPause' | 'maxPause'> = options;
    const next = time.now + (delayAfter(made.report, { ...pauses, failures: again }) ?? 60_000);
    const left = made.kind === 'failed' ? mergeAsks(asks) : made.left;
    const more = book.asks.slice(asks.length);
    book.asks = [...left, ...more];
    book.due = Math.min(book.due, next);
    book.pass = pass + 1;
    Object.assign(book, { home: name, failures: again, memory: made.memory, planPath: made.planPath, lock: undefined });
    book.changed();
  };

  const ask = async (one: Ask) => {
    book.asks = [...book.asks, one].slice(-200);
    book.installation = one.installation;
    book.due = Math.min(book.due, one.at + (one.delay ?? 200));
    book.changed();
  };

  const stand: Pick<SharedPasses, 'start' | 'ask' | 'ensure' | 'forget' | 'planPath' | 'running' | 'waiting' | 'stop'> =
    {
      start: (given) => {
        options = given;
        since = time.now;
        book.watchers.add(waitForLook);
        look();
      },
      ask,
      ensure: async (repository: InstalledRepository) => {
        if (book.installation === undefined) await ask({ ...repository, at: time.now });
      },
      forget: async () => undefined,
      planPath: async () => book.planPath || undefined,
      running: () => (running ? [running] : []),
      waiting: () => 0,
      stop: async () => {
        stopped = true;
        book.watchers.delete(waitForLook);
      },
    };
  // Its private parts are Redis.
  return stand as unknown as SharedPasses;
}
