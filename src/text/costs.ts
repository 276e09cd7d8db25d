import { dollars, toldAmount } from '../state/amounts.ts';
import type { TaskRecord } from '../state/record.ts';

/** What landed work has cost: of each task the attempt that landed it, where its runs told. */

/** @returns Undefined where nobody told. */
export function costText(records: readonly Pick<TaskRecord, 'done'>[]): string | undefined {
  const known = records.flatMap(({ done }) => toldAmount(done?.cost_usd) ?? []);
  return known.length === 0 ? undefined : dollars(known.reduce((sum, cost) => sum + cost, 0));
}
