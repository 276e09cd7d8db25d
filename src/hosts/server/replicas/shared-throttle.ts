import Bottleneck from 'bottleneck';
import { Redis } from 'ioredis';

export interface SharedThrottle {
  /** Of Octokit's throttling, beside our own. */
  readonly options: {
    readonly Bottleneck: typeof Bottleneck;
    readonly connection: object;
    readonly global: object;
    readonly auth: object;
    readonly search: object;
  };
  readonly close: () => void;
}

/** Without a request for so long, a queue is forgotten (ms). */
const IDLE_MS = 2 * 60_000;

/**
 * The queues in which requests of one installation wait for each other, as the plugin has them, for all replicas together:
 * GitHub counts what an installation asks at the same time, whoever asks. Probot's own way to share them fetches a client for
 * Redis from a registry while it starts.
 */
export function shareThrottle(redis: Redis, prefix: string): SharedThrottle {
  // It makes another connection like this one, which nobody else would open.
  const client = redis.duplicate({ lazyConnect: false });
  client.on('error', () => undefined);
  const connection = new Bottleneck.IORedisConnection({ client, Redis });
  connection.on('error', () => undefined);
  const queue = (name: string, limits: object) =>
    new Bottleneck.Group({ id: `${prefix}:${name}`, connection, timeout: IDLE_MS, ...limits });
  return {
    options: {
      Bottleneck,
      connection,
      global: queue('requests', { maxConcurrent: 10 }),
      auth: queue('auth', { maxConcurrent: 1 }),
      search: queue('search', { maxConcurrent: 1, minTime: 2_000 }),
    },
    close: () => void connection.disconnect(false).catch(() => undefined),
  };
}
