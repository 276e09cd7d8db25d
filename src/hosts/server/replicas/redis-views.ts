import type { Redis } from 'ioredis';
import * as z from 'zod';
import { keyOf, type Locator } from '../../../github/locator.ts';
import type { SharedViews, ViewListener } from '../dashboard/shared-views.ts';
import type { PassBook } from './pass-book.ts';
import { readView } from './view-text.ts';

/**
 * - `looked:<repository>` expires when nobody has looked at its dashboard on any replica for a minute
 * - `view:<repository>`, a hash: what its dashboard shows, as long as somebody looks
 * - `plans`, a set: repositories whose last pass saw a plan
 * - `views`, a channel: which replica wants a view, and which one has put one there
 */

/** Milliseconds. */
const LOOKED_FOR = 60_000;
const VIEW_FOR = 600_000;

const message = z.object({ kind: z.enum(['want', 'put']), key: z.string(), by: z.string() });

export interface OpenViews extends SharedViews {
  readonly close: () => void;
}

/** Dashboards of replicas: whoever made the last pass tells what is shown, and only where somebody looks. */
export async function openViews(
  redis: Redis,
  { prefix, book }: { prefix: string; book: PassBook },
): Promise<OpenViews> {
  const channel = `${prefix}:views`;
  const name = (what: string, key: string) => `${prefix}:${what}:${key}`;
  const send = (kind: 'want' | 'put', key: string) =>
    redis.publish(channel, JSON.stringify({ kind, key, by: book.replica }));
  let listener: ViewListener | undefined;
  // A connection that listens can ask for nothing. It listens again by itself after an outage.
  const ears = redis.duplicate();
  ears.on('error', () => undefined);
  ears.on('message', (_, text) => {
    const heard = readMessage(text);
    if (heard && heard.by !== book.replica) listener?.[heard.kind === 'want' ? 'onWant' : 'onPut'](heard.key);
  });
  await ears.subscribe(channel);
  return {
    listen: (given) => {
      listener = given;
    },
    look: async (key) => void (await redis.set(name('looked', key), 1, 'PX', LOOKED_FOR)),
    isLookedAt: async (key) => (await redis.exists(name('looked', key))) === 1,
    isNewestHere: async (locator: Locator) => {
      const home = await book.home(locator);
      return home === undefined || home === book.replica;
    },
    want: async (key) => void (await send('want', key)),
    put: async (key, view) => {
      await redis.set(name('view', key), JSON.stringify(view), 'PX', VIEW_FOR);
      await send('put', key);
    },
    get: async (key) => {
      const text = await redis.get(name('view', key));
      return text === null ? undefined : readView(text);
    },
    notePlan: async (key) => void (await redis.sadd(`${prefix}:plans`, key)),
    plans: () => redis.smembers(`${prefix}:plans`),
    forget: async (locator) => {
      const key = keyOf(locator);
      await redis.srem(`${prefix}:plans`, key);
      await redis.del(name('view', key), name('looked', key));
    },
    close: () => ears.disconnect(),
  };
}

/** @returns Undefined where a replica of another version says something else. */
function readMessage(text: string): z.infer<typeof message> | undefined {
  try {
    return message.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
