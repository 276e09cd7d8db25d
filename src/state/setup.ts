import type { Config } from '../plan/config.ts';
import type { Task, TaskId } from '../plan/plan.ts';
import { routeTask } from '../plan/route.ts';
import { eachActive, type Tracked } from './active-tasks.ts';
import { limitOf, limitOfType } from './limits.ts';
import type { MissingSetup } from './needs-person.ts';
import { endOf } from './rules.ts';
import { millis } from './snapshot.ts';

/** What runs found missing that a person has to bring: it holds every task that would find the same. */

interface Met extends MissingSetup {
  readonly ended: number;
  /** What holds the same tasks is one thing to ask for. */
  readonly scope: string;
}

export interface MissingSetups {
  /** Each missing thing once, with the task whose run found it first. */
  readonly asked: readonly MissingSetup[];
  /** Tasks whose own run found it, and nobody has answered since: the thing, and who asks for it. */
  readonly found: ReadonlyMap<TaskId, MissingSetup>;
}

/** One `/retry` on any of the tasks that found a thing missing answers for all of them: what is missing still is found again. */
export function missingSetups(tracked: Tracked, config: Config): MissingSetups {
  const met: Met[] = [];
  const answered = new Map<string, number>();
  eachActive(tracked, ({ issue, record }, task) => {
    for (const { cause } of record.history) {
      if (cause?.kind !== 'setup' || record.retried === undefined) continue;
      const scope = scopeOf(cause, config);
      answered.set(scope, Math.max(answered.get(scope) ?? 0, millis(record.retried)));
    }
    const last = record.history.at(-1);
    if (last?.cause?.kind !== 'setup' || record.live || endOf({ issue, record }) !== undefined) return;
    const { cause, ended } = last;
    met.push({ task, issue: issue.number, cause, ended: millis(ended), scope: scopeOf(cause, config) });
  });
  const first = new Map<string, Met>();
  const found = new Map<TaskId, MissingSetup>();
  for (const each of met.sort((a, b) => a.ended - b.ended || a.issue - b.issue)) {
    if (each.ended <= (answered.get(each.scope) ?? 0)) continue;
    const asking = first.get(each.scope) ?? each;
    first.set(each.scope, asking);
    found.set(each.task, asking);
  }
  return { asked: [...first.values()], found };
}

/** Which of them the run of a task would meet. */
export function metBy(task: Task, { asked, found }: MissingSetups, config: Config): MissingSetup | undefined {
  const own = found.get(task.id);
  if (own) return own;
  return asked.find(({ cause: { agent, model } }) => {
    // Whoever reviews the work of all is lacked by all.
    const isShared = agent === undefined || agent === config.review;
    const isSame = isShared || limitOfType(agent, config) === limitOf(task, config);
    return isSame && (model === undefined || isShared || routeTask(task, config).model === model);
  });
}

function scopeOf({ agent, model }: MissingSetup['cause'], config: Config): string {
  const whose = agent === undefined ? '' : agent === config.review ? `review ${agent}` : limitOfType(agent, config);
  return JSON.stringify([whose, model ?? '']);
}
