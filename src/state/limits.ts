import type { Config } from '../plan/config.ts';
import type { Task, TaskId } from '../plan/plan.ts';
import { routeTask } from '../plan/route.ts';
import type { GroupRecord } from './record.ts';
import { millis } from './snapshot.ts';

/** Limits of model providers: what is known of them holds every task that would meet the same one. */

/** Whose limit a task meets: its adapter's provider; of programs of people's own, each agent type has its own. */
export function limitOf(task: Pick<Task, 'id' | 'category' | 'agent' | 'model'>, config: Config): string {
  const { agent, run } = routeTask(task, config);
  return run === 'command' ? agent : run;
}

/** The same by the agent type that a result names. */
export function limitOfType(type: string, config: Config): string {
  return limitOf({ id: '' as TaskId, agent: type }, config);
}

/** Limits that hold at that moment, with their ends (epoch milliseconds). */
export function limitsAt(record: Pick<GroupRecord, 'quota'> | undefined, now: number): ReadonlyMap<string, number> {
  const known = record?.quota?.map(({ agent, until }) => [agent, millis(until)] as const) ?? [];
  return new Map(known.filter(([, until]) => until > now));
}
