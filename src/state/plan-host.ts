import { earliest } from './earliest.ts';
import type { GroupRecord } from './record.ts';
import { type Instant, millis } from './snapshot.ts';
import type { Timings } from './timings.ts';

/**
 * Which of several hosts works on a plan: the one that its record names. `/adopt` makes that one stand back for a while,
 * and any other one that sees it takes over.
 */

/** When it is (epoch ms), and how long hosts wait for each other. */
export interface HostWaits {
  readonly now: number;
  readonly timings: Pick<Timings, 'hostOffer' | 'hostSettles'>;
}

/** Whether it was said before the present host had the plan: then it is answered by that. */
export function isBeforeHost({ host }: GroupRecord, at: Instant): boolean {
  return host !== undefined && millis(at) <= millis(host.since);
}

/** @param record Of the plan issue. @returns Until when (epoch ms) another host may take the plan; undefined where none may. */
export function offeredUntil({ host }: GroupRecord, { now, timings }: HostWaits): number | undefined {
  if (host?.offered === undefined) return undefined;
  const until = millis(host.offered) + timings.hostOffer;
  return now < until ? until : undefined;
}

/**
 * @returns Until when (epoch ms) nothing starts after a host got the plan; undefined where that is over. Also where none had
 *   it before: another one may have written its name at the same time, and the last one counts.
 */
export function settlingUntil({ host }: GroupRecord, { now, timings }: HostWaits): number | undefined {
  if (!host) return undefined;
  const until = millis(host.since) + timings.hostSettles;
  return now < until ? until : undefined;
}

/** When who works on the plan makes a difference next (epoch ms). */
export function hostChangeAt(record: GroupRecord | undefined, waits: HostWaits): number | undefined {
  return record && earliest([offeredUntil(record, waits), settlingUntil(record, waits)]);
}
