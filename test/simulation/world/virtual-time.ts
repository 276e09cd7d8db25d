import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { type Timer, Timers } from './timers.ts';

/** As Node's own, for those who keep what `setTimeout` gave them. */
class Handle {
  readonly timer: Timer;

  constructor(timer: Timer) {
    this.timer = timer;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return false;
  }

  [Symbol.dispose](): void {
    clearTimeout(this as never);
  }
}

const real = {
  Date,
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  fetch,
  setImmediate,
  now: performance.now.bind(performance),
  randomUUID: crypto.randomUUID,
  randomBytes: crypto.randomBytes,
  webRandomUUID: globalThis.crypto.randomUUID.bind(globalThis.crypto),
};

/**
 * What Node lists where something goes on without time: work that waits for its turn, and for a file. Requests are counted
 * by whoever answers them, there are no sockets, and what is left of a turn once it is over is nothing but promises, which
 * have all been kept by then. Node does not list compression and cryptography in other threads: nothing here does them there.
 */
const GOES_ON = /^Immediate$|Req(?:Callback|Promise)?$/;
/** More turns than any request takes that is answered in this process. */
const MAX_TURNS = 100_000;

/** Of the clock that is installed: a class of dates for each world would leave the engine a kind of object for each. */
let dateNow = (): number => real.now();

class VirtualDate extends Date {
  constructor(...args: [] | [number | string | Date]) {
    if (args.length === 0) super(dateNow());
    else super(...args);
  }
  static override now(): number {
    return dateNow();
  }
}

export interface VirtualTimeInput {
  /** When it begins (epoch ms). */
  readonly startAt: number;
  /** Numbers from 0 to 1, for identifiers that would be random. */
  readonly draw: () => number;
  readonly fetch: typeof fetch;
}

/**
 * The clock of one simulated world. While it is installed, every timer and every clock of this process is the world's:
 * time stands still while anybody works, and moves to the next timer once nobody does.
 */
export class VirtualTime {
  readonly #startAt: number;
  readonly #input: VirtualTimeInput;
  readonly #timers = new Timers();
  #now: number;
  #orders = 0;
  /** Requests under way: what they wait for is no timer. */
  busy = 0;

  constructor(input: VirtualTimeInput) {
    this.#input = input;
    this.#startAt = input.startAt;
    this.#now = input.startAt;
  }

  get now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#add(resolve, milliseconds));
  }

  at(moment: number, work: () => void): void {
    this.#add(work, moment - this.#now);
  }

  /** @returns What puts the real ones back. */
  install(): () => void {
    dateNow = () => this.#now;
    const set = (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      new Handle(this.#add(() => work(...args), ms));
    const every = (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      new Handle(this.#add(() => work(...args), ms, Math.max(1, ms)));
    const clear = (handle: unknown) => {
      if (handle instanceof Handle) this.#timers.delete(handle.timer);
      else real.clearTimeout(handle as never);
    };
    const uuid = () => this.#uuid();
    const bytes = (size: number) =>
      Buffer.from(Array.from({ length: size }, () => Math.floor(this.#input.draw() * 256)));
    Object.assign(globalThis, { Date: VirtualDate, setTimeout: set, setInterval: every, fetch: this.#input.fetch });
    Object.assign(globalThis, { clearTimeout: clear, clearInterval: clear });
    performance.now = () => this.#now - this.#startAt;
    Object.assign(crypto, { randomUUID: uuid, randomBytes: bytes });
    Object.defineProperty(globalThis.crypto, 'randomUUID', { value: uuid, configurable: true, writable: true });
    syncBuiltinESMExports();
    return () => {
      const { now: _, randomUUID, randomBytes, webRandomUUID, ...globals } = real;
      Object.assign(globalThis, globals);
      performance.now = real.now;
      Object.assign(crypto, { randomUUID, randomBytes });
      Object.defineProperty(globalThis.crypto, 'randomUUID', {
        value: webRandomUUID,
        configurable: true,
        writable: true,
      });
      syncBuiltinESMExports();
    };
  }

  /** Everything that happens up to a moment (epoch ms). */
  async runUntil(end: number, isOver: () => boolean = () => false): Promise<void> {
    for (;;) {
      await this.settle();
      if (isOver()) return;
      const next = this.#timers.first();
      if (!next || next.at > end) break;
      this.#timers.shift();
      this.#now = Math.max(this.#now, next.at);
      this.#fire(next);
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Lets time go by until the work is done. @throws where it is not within an hour. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    await this.runUntil(this.#now + 3_600_000, () => isOver);
    if (!isOver) throw new Error('the work of an observer takes longer than an hour');
    return work;
  }

  /** Settles once nothing goes on without time. @throws where something never ends. */
  async settle(): Promise<void> {
    for (let turns = 0; turns < MAX_TURNS; turns++) {
      await new Promise<void>((resolve) => real.setImmediate(resolve));
      if (this.busy === 0 && !process.getActiveResourcesInfo().some((each) => GOES_ON.test(each))) return;
    }
    throw new Error(`${this.busy} requests of the simulation are never answered`);
  }

  #add(work: () => void, milliseconds: number, every?: number): Timer {
    const ms = Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
    const timer = { at: this.#now + ms, order: this.#orders++, every, work };
    this.#timers.add(timer);
    return timer;
  }

  #fire(timer: Timer): void {
    if (timer.every !== undefined) {
      timer.at = this.#now + timer.every;
      timer.order = this.#orders++;
      this.#timers.add(timer);
    }
    timer.work();
  }

  #uuid(): string {
    const hex = Array.from({ length: 4 }, () =>
      Math.floor(this.#input.draw() * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}

/** Milliseconds of this machine, whatever clock is installed. */
export const realNow = real.now;
