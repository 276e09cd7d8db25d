import type { Config } from '../plan/config.ts';
import type { Task, TaskId } from '../plan/plan.ts';
import { routeTask } from '../plan/route.ts';
import type { GroupRecord } from './record.ts';
import { type Instant, millis } from './snapshot.ts';

/** Limits and outages of model providers: what is known of them holds every task that would meet the same one. */

export interface ProviderLimit {
  /** Epoch milliseconds. */
  readonly until: number;
  /** When an outage was first met; undefined for a limit. */
  readonly since: Instant | undefined;
}

/** Whose limit a task meets: its adapter's provider; of programs of people's own, each agent type has its own. */
export function limitOf(task: Pick<Task, 'id' | 'category' | 'agent' | 'model'>, config: Config): string {
  const { agent, run } = routeTask(task, config);
  return run === 'command' ? agent : run;
}

/** The same by the agent type that a result names. */
export function limitOfType(type: string, config: Config): string {
  return limitOf({ id: '' as TaskId, agent: type }, config);
}

/** Those that hold at that moment. */
export function limitsAt(
  record: Pick<GroupRecord, 'quota'> | undefined,
  now: number,
): ReadonlyMap<string, ProviderLimit> {
  const known =
    record?.quota?.map(({ agent, until, since }) => [agent, { until: millis(until), since }] as const) ?? [];
  return new Map(known.filter(([, { until }]) => until > now));
}
