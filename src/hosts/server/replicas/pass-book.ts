import type { Redis } from 'ioredis';
import { keyOf, type Locator } from '../../../github/locator.ts';
import type { Ask } from '../ask.ts';
import { BURST, MAX_GROWTH, SILENCE } from '../passes.ts';
import { askText, readAsks } from './ask-text.ts';

/**
 * What replicas know together of each repository: what was asked for, when the next pass is due, who made the last one and
 * what it remembers. It is the truth about what is to be done; BullMQ's queue says who does it, and when.
 *
 * - `asks:<repository>`, a list: what was asked for and no pass that has ended has answered
 * - `due`, sorted by epoch milliseconds: when a pass is due, and NEVER while one is made
 * - `state:<repository>`, a hash, and `memory:<repository>`: what the last pass left
 * - `alive:<replica>`: expires with the replica
 */

/** No pass is due: one is made, or none was asked for. */
const NEVER = 9e15;

/** Plain asks above it say nothing that those before did not. */
const MANY = 200;

/** Notes an ask. Returns when the pass is due, as far as that is earlier than what was known; else nothing. */
const ASK = `
local key, text, isPlain, now, delay, gather = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
if isPlain == '0' or redis.call('LLEN', KEYS[1]) < ${MANY} then redis.call('RPUSH', KEYS[1], text) end
local due = now
if delay >= 0 then
  due = now + delay
else
  local state = redis.call('HMGET', KEYS[3], 'began', 'bursts', 'heard')
  local bursts = tonumber(state[2] or 0)
  if now > tonumber(state[3] or 0) + ${SILENCE} then bursts = 0 end
  redis.call('HSET', KEYS[3], 'heard', now, 'bursts', bursts)
  redis.call('HINCRBY', KEYS[3], 'events', 1)
  due = math.max(now, tonumber(state[1] or 0) + gather * 3 ^ math.min(bursts, ${MAX_GROWTH}))
end
local known = redis.call('ZSCORE', KEYS[2], key)
if known and tonumber(known) <= due then return false end
redis.call('ZADD', KEYS[2], string.format('%.0f', due), key)
return string.format('%.0f', due)`;

/** A pass begins, where the lock is still held: or it is left to the replica that made the last one, if that lives. */
const BEGIN = `
local key, token, me, now, hops, alive = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6]
if redis.call('GET', KEYS[5]) ~= token then return {'lost'} end
local state = redis.call('HMGET', KEYS[3], 'home', 'hops', 'events', 'bursts', 'pass', 'failures', 'installation', 'wakeAt')
local home, events, bursts = state[1], tonumber(state[3] or 0), tonumber(state[4] or 0)
if home and home ~= me and tonumber(state[2] or 0) < hops and redis.call('EXISTS', alive .. home) == 1 then
  redis.call('HINCRBY', KEYS[3], 'hops', 1)
  return {'elsewhere'}
end
if events >= ${BURST} then bursts = bursts + 1 else bursts = 0 end
redis.call('HSET', KEYS[3], 'hops', 0, 'events', 0, 'bursts', bursts, 'began', now)
redis.call('ZADD', KEYS[2], '${NEVER}', key)
return {'begun', redis.call('LRANGE', KEYS[1], 0, -1), home or '', state[5] or '0', state[6] or '0', state[7] or '', state[8] or '', redis.call('GET', KEYS[4]) or ''}`;

/** A pass is over, where the lock is still held. Returns when the next one is due; nothing where the lock is lost. */
const END = `
local key, token, me, taken, due, failures, installation, memory, path = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6], ARGV[7], ARGV[8], ARGV[9]
if redis.call('GET', KEYS[5]) ~= token then return false end
redis.call('LTRIM', KEYS[1], taken, -1)
for i = #ARGV, 10, -1 do redis.call('LPUSH', KEYS[1], ARGV[i]) end
redis.call('SET', KEYS[4], memory)
redis.call('HSET', KEYS[3], 'home', me, 'failures', failures, 'installation', installation, 'path', path, 'wakeAt', due)
redis.call('HINCRBY', KEYS[3], 'pass', 1)
local known = redis.call('ZSCORE', KEYS[2], key)
if known and tonumber(known) < due then due = tonumber(known) end
redis.call('ZADD', KEYS[2], string.format('%.0f', due), key)
return string.format('%.0f', due)`;

export interface BookOptions {
  /** Of every key, BullMQ's too. In braces, so that a cluster keeps them in one place. */
  readonly prefix: string;
  /** This process, unlike any other. */
  readonly replica: string;
  /** Milliseconds; see `HostOptions.gather`. */
  readonly gather: number;
}

export interface Begun {
  readonly kind: 'begun';
  readonly asks: readonly Ask[];
  /** How many lie there, those of other versions too. */
  readonly taken: number;
  /** The replica that made the pass before, and how many there were. */
  readonly home: string;
  readonly pass: number;
  readonly failures: number;
  readonly installation: number | undefined;
  /** When the next pass was due after the last one (epoch ms). */
  readonly wakeAt: number | undefined;
  readonly memory: string;
}

export interface EndedPass {
  readonly taken: number;
  /** Epoch milliseconds. */
  readonly due: number;
  readonly failures: number;
  readonly installation: number;
  readonly memory: string;
  readonly planPath: string;
  /** What is to be asked for again. */
  readonly left: readonly Ask[];
}

export interface PassLock {
  /** The key of BullMQ that holds it. */
  readonly key: string;
  readonly token: string;
}

export class PassBook {
  readonly #redis: Redis;
  readonly #options: BookOptions;

  constructor(redis: Redis, options: BookOptions) {
    this.#redis = redis;
    this.#options = options;
  }

  get replica(): string {
    return this.#options.replica;
  }

  /** @returns Epoch milliseconds at which a pass is due, where that is news. */
  async ask(ask: Ask): Promise<number | undefined> {
    const { locator, at, delay = -1, endedRun, review, isWhole } = ask;
    const isPlain = endedRun === undefined && review === undefined && isWhole === undefined;
    const values = [keyOf(locator), askText(ask), isPlain ? 1 : 0, at, delay, this.#options.gather];
    const due = await this.#redis.eval(ASK, 3, ...this.#keys(locator).slice(0, 3), ...values);
    return due === null ? undefined : Number(due);
  }

  /** @param hops How often it is left to the replica that made the pass before. */
  async begin(
    locator: Locator,
    lock: PassLock,
    hops: number,
  ): Promise<Begun | { readonly kind: 'lost' | 'elsewhere' }> {
    const { replica, prefix } = this.#options;
    const values = [keyOf(locator), lock.token, replica, Date.now(), hops, `${prefix}:alive:`];
    const answer = await this.#redis.eval(BEGIN, 5, ...this.#keys(locator), lock.key, ...values);
    const [kind, texts, ...rest] = answer as ['begun' | 'lost' | 'elsewhere', string[], ...string[]];
    if (kind !== 'begun') return { kind };
    const [home = '', pass, failures, installation, wakeAt, memory = ''] = rest;
    return {
      ...{ kind, asks: readAsks(texts), taken: texts.length, home, memory },
      ...{ pass: Number(pass), failures: Number(failures) },
      installation: installation ? Number(installation) : undefined,
      wakeAt: wakeAt ? Number(wakeAt) : undefined,
    };
  }

  /** @returns Epoch milliseconds at which the next pass is due; undefined where the lock is lost, and nothing was noted. */
  async end(locator: Locator, lock: PassLock, ended: EndedPass): Promise<number | undefined> {
    const { taken, due, failures, installation, memory, planPath, left } = ended;
    const values = [taken, Math.round(due), failures, installation, memory, planPath, ...left.map(askText)];
    const named = [keyOf(locator), lock.token, this.#options.replica];
    const next = await this.#redis.eval(END, 5, ...this.#keys(locator), lock.key, ...named, ...values);
    return next === null ? undefined : Number(next);
  }

  async dueAt(locator: Locator): Promise<number> {
    return Number((await this.#redis.zscore(this.#key('due'), keyOf(locator))) ?? NEVER);
  }

  /** Repositories whose pass was due by then. */
  async overdue(by: number): Promise<readonly string[]> {
    return this.#redis.zrangebyscore(this.#key('due'), 0, by);
  }

  async planPath(locator: Locator): Promise<string | undefined> {
    return (await this.#redis.hget(this.#key('state', locator), 'path')) || undefined;
  }

  /** The replica that made the last pass. */
  async home(locator: Locator): Promise<string | undefined> {
    return (await this.#redis.hget(this.#key('state', locator), 'home')) || undefined;
  }

  async forget(locator: Locator): Promise<void> {
    await this.#redis.zrem(this.#key('due'), keyOf(locator));
    await this.#redis.del(this.#key('asks', locator), this.#key('state', locator), this.#key('memory', locator));
  }

  /** Says that this replica lives. */
  async live(milliseconds: number): Promise<void> {
    await this.#redis.set(`${this.#options.prefix}:alive:${this.#options.replica}`, 1, 'PX', milliseconds);
  }

  async leave(): Promise<void> {
    await this.#redis.del(`${this.#options.prefix}:alive:${this.#options.replica}`);
  }

  #keys(locator: Locator): readonly string[] {
    return [this.#key('asks', locator), this.#key('due'), this.#key('state', locator), this.#key('memory', locator)];
  }

  #key(name: string, locator?: Locator): string {
    const of = locator ? `:${keyOf(locator)}` : '';
    return `${this.#options.prefix}:${name}${of}`;
  }
}
