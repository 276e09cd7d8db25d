import { randomUUID } from 'node:crypto';
import type { SharedViews } from '../dashboard/shared-views.ts';
import { PassBook } from './pass-book.ts';
import { connectRedis } from './redis-connection.ts';
import { openViews } from './redis-views.ts';
import { SharedPasses } from './shared-passes.ts';
import { type SharedPauses, sharePauses } from './shared-pauses.ts';

export interface Replicas {
  readonly passes: SharedPasses;
  readonly pauses: SharedPauses;
  readonly views: SharedViews;
  /** Whether Redis answers now. */
  readonly isReached: () => Promise<boolean>;
  readonly close: () => void;
}

export interface ReplicasOptions {
  /** Holds the password: never shown. */
  readonly url: string;
  readonly appId: string;
  /** API of the GitHub that knows this app. */
  readonly baseUrl: string | undefined;
  readonly gather: number;
  readonly warn: (what: string) => void;
  /** Redis was away, and may have lost what it held. */
  readonly onReturn: () => void;
}

/** What this process shares with the others of the same app. @throws StartProblem */
export async function openReplicas(options: ReplicasOptions): Promise<Replicas> {
  const { url, appId, baseUrl = 'https://api.github.com', gather, warn, onReturn } = options;
  const connection = await connectRedis({ url, warn, onReturn });
  const { redis } = connection;
  // Apps of two GitHubs may have one number; a cluster keeps in one place what has the same name in braces.
  const prefix = `{agent-waves:${new URL(baseUrl).host.replace(/[^\w.-]/g, '_')}:${appId}}`;
  // Redis being away is told once, by the connection.
  const onError = (error: Error) => {
    if (redis.status === 'ready') warn(`Redis: ${error.message.slice(0, 200)}`);
  };
  const book = new PassBook(redis, { prefix, replica: randomUUID(), gather });
  const views = await openViews(redis, { prefix, book });
  return {
    passes: new SharedPasses({ redis, book, prefix, onError }),
    pauses: sharePauses(redis, prefix),
    views,
    isReached: connection.isReached,
    close: () => {
      views.close();
      connection.close();
    },
  };
}
