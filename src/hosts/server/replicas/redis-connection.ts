import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { StartProblem } from '../start-problem.ts';

export interface RedisConnection {
  readonly redis: Redis;
  /** Whether it answers now. */
  readonly isReached: () => Promise<boolean>;
  readonly close: () => void;
}

export interface ConnectionOptions {
  /** Holds the password: never shown. */
  readonly url: string;
  readonly warn: (what: string) => void;
  /** Called whenever it is reached again after an outage. */
  readonly onReturn: () => void;
}

/** Pauses between tries at the start (ms): it may be started beside the server. */
const PAUSES = [500, 1_000, 2_000, 4_000];
const CONNECT_MS = 5_000;
const MAX_RETRY_MS = 1_000;
/** Redis that takes longer for `PING` is away (ms). */
const PING_MS = 1_000;
/** BullMQ and our own scripts are tried with none that is older. */
const OLDEST = [6, 2] as const;

/**
 * Connects to the Redis server that replicas share. Once it was reached, whatever is asked while it is away waits until it
 * is back.
 * @throws StartProblem with what to change.
 */
export async function connectRedis({ url, warn, onReturn }: ConnectionOptions): Promise<RedisConnection> {
  const redis = await firstConnection(url, warn);
  await look(redis, warn).catch((error) => {
    redis.disconnect();
    throw error;
  });
  let isAway = false;
  const leave = (why: string) => {
    if (isAway) return;
    isAway = true;
    warn(`Redis cannot be reached (${why}): webhooks are answered 503 and no pass begins until it is back`);
  };
  // Its messages name host and port, and never the password.
  redis.on('error', (error) => leave(nameOf(error)));
  redis.on('close', () => leave('the connection ended'));
  redis.on('ready', () => {
    if (!isAway) return;
    isAway = false;
    warn('Redis is reached again');
    onReturn();
  });
  return {
    redis,
    isReached: async () =>
      redis.status === 'ready' &&
      Promise.race([redis.ping().then(Boolean, () => false), sleep(PING_MS, false, { ref: false })]),
    close: () => {
      isAway = true;
      redis.disconnect();
    },
  };
}

async function firstConnection(url: string, warn: (what: string) => void): Promise<Redis> {
  for (let tries = 0; ; tries++) {
    // It retries by itself once it was connected.
    let wasReached = false;
    const redis = new Redis(url, {
      lazyConnect: true,
      connectTimeout: CONNECT_MS,
      // As BullMQ wants it: a command waits as long as it takes.
      maxRetriesPerRequest: null,
      retryStrategy: (times) => (wasReached ? Math.min(50 * 2 ** times, MAX_RETRY_MS) : null),
    });
    let last: unknown;
    const note = (error: unknown) => {
      last = error;
    };
    redis.on('error', note);
    try {
      await redis.connect();
      await redis.ping();
      wasReached = true;
      redis.off('error', note);
      return redis;
    } catch (error) {
      redis.disconnect();
      const why = nameOf(last ?? error);
      const pause = PAUSES[tries];
      if (isRefused(last) || isRefused(error))
        throw new StartProblem('the Redis server of REDIS_URL does not take its user and password: compare them', {
          cause: error,
        });
      if (pause === undefined)
        throw new StartProblem(
          `the Redis server of REDIS_URL cannot be reached (${why}): look whether it runs, and at the host and the port there`,
          { cause: error },
        );
      warn(`the Redis server of REDIS_URL cannot be reached (${why}); asked again in ${pause / 1_000} s`);
      await sleep(pause);
    }
  }
}

/** @throws StartProblem where it is too old. */
async function look(redis: Redis, warn: (what: string) => void): Promise<void> {
  // Some services let nobody ask.
  const info = await redis.info().catch(() => '');
  const version = /^redis_version:(\d+)\.(\d+)/m.exec(info);
  const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
  if (version && (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])))
    throw new StartProblem(
      `the Redis server of REDIS_URL is version ${major}.${minor}: take ${OLDEST.join('.')} or later`,
    );
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy !== undefined && policy !== 'noeviction')
    warn(`Redis may throw away what waits in it: its maxmemory-policy is ${policy}, set it to noeviction`);
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && /^(WRONGPASS|NOAUTH|ERR invalid password|ERR AUTH|NOPERM)/.test(error.message);
}

/** The code of a failure; its message where there is none, without anything that looks like an address. */
function nameOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\w+:\/\/\S+/g, '…').slice(0, 100);
}
