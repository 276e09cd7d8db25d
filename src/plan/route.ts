import type { Config } from './config.ts';
import { type Agent, type AgentRoute, FALLBACK_AGENT, fallbackAgent } from './default-routes.ts';
import { matchesGlob } from './glob.ts';
import type { Task } from './plan.ts';

/** Who does a task, with which model, and how that agent is run. */
export interface Routed {
  readonly agent: string;
  /** `default` where nobody names one: the agent's own choice. */
  readonly model: string;
  readonly run: Agent['run'];
  /** The program, for `run: command`. */
  readonly command?: string;
  /** Most that one run may cost, in US dollars. */
  readonly max_usd?: number;
  /** Most replies of the model in one run. */
  readonly max_turns?: number;
}

/** Which try at a task this is. */
export interface AttemptContext {
  readonly attempt: number;
  /** The last attempt before a person is asked, where `/retry` moved it. */
  readonly ceiling: number | undefined;
  /** Model that a person asked for with `/retry model=…`. */
  readonly model: string | undefined;
}

/** `/retry model=…` beats `escalate_model`, which is for the last attempt; that beats what `routeTask` finds. */
export function routeAttempt({
  task,
  config,
  attempt: { attempt, ceiling, model },
}: {
  readonly task: Pick<Task, 'id' | 'category' | 'agent' | 'model'>;
  readonly config: Pick<Config, 'agents' | 'routes' | 'attempts' | 'escalate_model'>;
  readonly attempt: AttemptContext;
}): Routed {
  const routed = routeTask(task, config);
  if (model !== undefined) return { ...routed, model };
  const last = attempt >= (ceiling ?? config.attempts);
  return last && config.escalate_model !== 'off' ? { ...routed, model: config.escalate_model } : routed;
}

/**
 * The task's own field beats the first route that matches, which beats general-purpose. An agent type without an
 * entry of its own under `agents` is run as general-purpose is, under its own name.
 */
export function routeTask(
  task: Pick<Task, 'id' | 'category' | 'agent' | 'model'>,
  config: Pick<Config, 'agents' | 'routes'>,
): Routed {
  const { agent, model } = agentAndModel(task, config);
  const { run, command, max_usd, max_turns } = entryOf(agent, config);
  return {
    agent,
    model,
    run,
    ...(command === undefined ? {} : { command }),
    ...(max_usd === undefined ? {} : { max_usd }),
    ...(max_turns === undefined ? {} : { max_turns }),
  };
}

/** What people read of it in the issue of each task. */
export function agentAndModel(
  task: Pick<Task, 'id' | 'category' | 'agent' | 'model'>,
  config: Pick<Config, 'agents' | 'routes'>,
): Pick<Routed, 'agent' | 'model'> {
  const route = routeOf(task, config);
  const agent = task.agent ?? route?.agent ?? FALLBACK_AGENT;
  // A route's model was chosen for the route's agent; a task that names another agent gets that one's model.
  const routed = agent === (route?.agent ?? FALLBACK_AGENT) ? route?.model : undefined;
  return { agent, model: task.model ?? routed ?? entryOf(agent, config).model ?? 'default' };
}

function entryOf(agent: string, { agents }: Pick<Config, 'agents'>): Agent {
  return agents[agent] ?? agents[FALLBACK_AGENT] ?? fallbackAgent;
}

/** The first route that matches a task; undefined where it goes to its agent type without one. */
export function routeOf(
  task: Pick<Task, 'id' | 'category'>,
  { routes }: Pick<Config, 'routes'>,
): AgentRoute | undefined {
  return routes.find((candidate) => matches(candidate, task));
}

function matches(route: AgentRoute, task: Pick<Task, 'id' | 'category'>): boolean {
  if (task.category !== undefined && route.category.includes(task.category)) return true;
  return route.match.some((glob) => matchesGlob(task.id, glob));
}
