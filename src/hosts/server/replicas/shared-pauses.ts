import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';

/** Pauses that GitHub asks one replica for, and that all of them keep. */
export interface SharedPauses {
  /** @param who The installation that was told. @param seconds How long it is to wait. */
  readonly note: (who: string, seconds: number) => void;
  /** Waits until GitHub may be asked again. */
  readonly wait: (who: string) => Promise<void>;
}

/** As long as a request sits through one (ms); a longer one is left to a later pass. */
const LONGEST_MS = 60_000;
/** Redis that does not answer for so long keeps nobody from asking (ms). */
const ASK_MS = 1_000;

/**
 * What an installation may ask GitHub is counted for all replicas together, and GitHub tells one of them when it was too much.
 * Who goes on asking is locked out for longer.
 */
export function sharePauses(redis: Redis, prefix: string): SharedPauses {
  const key = (who: string) => `${prefix}:pause:${who}`;
  return {
    note: (who, seconds) => {
      const milliseconds = Math.min(LONGEST_MS, Math.max(1, Math.ceil(seconds * 1_000)));
      redis.set(key(who), 1, 'PX', milliseconds).catch(() => undefined);
    },
    wait: async (who) => {
      const left = redis.pttl(key(who)).catch(() => 0);
      const pause = await Promise.race([left, sleep(ASK_MS, 0, { ref: false })]);
      if (pause > 0) await sleep(pause);
    },
  };
}
