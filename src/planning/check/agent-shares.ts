import type { Config } from '../../plan/config.ts';
import type { Plan } from '../../plan/plan.ts';
import { type Routed, routeOf, routeTask } from '../../plan/route.ts';

/** Tasks that the same agent does with the same model. */
export interface AgentShare extends Pick<Routed, 'agent' | 'run' | 'model'> {
  readonly tasks: number;
  /** How many of them get there by a route that nobody wrote. */
  readonly byDefault: number;
}

/** @returns Completed tasks apart, those with most tasks first. */
export function tasksByAgent({ tasks }: Plan, config: Config): readonly AgentShare[] {
  const shares = new Map<string, AgentShare>();
  for (const task of tasks) {
    if (task.status === 'completed') continue;
    const { agent, run, model } = routeTask(task, config);
    const key = JSON.stringify([agent, run, model]);
    const { tasks: count, byDefault } = shares.get(key) ?? { tasks: 0, byDefault: 0 };
    const isDefault = routeOf(task, config)?.isDefault === true && task.agent === undefined && task.model === undefined;
    shares.set(key, { agent, run, model, tasks: count + 1, byDefault: byDefault + (isDefault ? 1 : 0) });
  }
  return [...shares.values()].sort((a, b) => b.tasks - a.tasks || (a.agent + a.model < b.agent + b.model ? -1 : 1));
}
