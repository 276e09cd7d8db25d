import { saysOfTheWork } from './failures.ts';
import type { TaskRecord } from './record.ts';
import { millis } from './snapshot.ts';

/**
 * Whether the work that a dispatch finished is to be verified and landed as it is, without its agent: nothing was found
 * wrong with it since, and nobody has asked for anything that the agent has not heard.
 */
export function isLeftToLand(record: TaskRecord, dispatch: number): boolean {
  const since = record.history.filter((past) => past.dispatch >= dispatch);
  const [own] = since;
  if (own?.dispatch !== dispatch || record.told?.length) return false;
  if (since.some((past) => saysOfTheWork(past) && past.cause?.kind !== 'base-busy')) return false;
  const { retried, guidance, model } = record;
  const isAskedAnew = retried !== undefined && millis(retried) >= millis(own.sent);
  return !(isAskedAnew && (guidance !== undefined || model !== undefined));
}
