import type { Config } from '../../plan/config.ts';
import type { Plan } from '../../plan/plan.ts';
import { routeTask } from '../../plan/route.ts';
import { MODEL_INPUTS, type ModelAgent } from './agent.ts';

/**
 * What the configuration says of agents and routes where every one of them runs this agent. Models that were chosen for
 * another one are left out.
 */
export function modelAgentChanges(
  { run, model }: ModelAgent,
  { agents, routes }: Config,
): Readonly<Record<string, unknown>> {
  // It is as people have it: the default routes count, too.
  if (model === undefined && Object.values(agents).every((agent) => agent.run === run)) return {};
  const modelFor = (type: string | undefined, chosen: string | undefined) => {
    const kept = type === undefined || agents[type]?.run === run ? chosen : undefined;
    const name = model ?? kept;
    return name === undefined ? {} : { model: name };
  };
  const written = routes.filter(({ isDefault }) => !isDefault);
  return {
    agents: Object.fromEntries(
      Object.entries(agents).map(([type, { model: chosen, max_usd }]) => [
        type,
        { run, ...modelFor(type, chosen), ...(max_usd === undefined ? {} : { max_usd }) },
      ]),
    ),
    ...(written.length === 0
      ? {}
      : {
          routes: written.map(({ match, category, agent, model: chosen }) => ({
            ...(match.length === 0 ? {} : { match }),
            ...(category.length === 0 ? {} : { category }),
            ...(agent === undefined ? {} : { agent }),
            ...modelFor(agent, chosen),
          })),
        }),
  };
}

/** What a person should know before a rehearsal begins that calls a model. @param config As it is rehearsed. */
export function modelNotice(
  agent: ModelAgent,
  { plan, config, keyFrom }: { readonly plan: Plan; readonly config: Config; readonly keyFrom: string },
): string {
  const models = [...new Set(plan.tasks.map((task) => routeTask(task, config).model))].sort();
  const named = models.map((model) => (model === 'default' ? 'its own choice of model' : model)).join(', ');
  const address = agent.address ?? MODEL_INPUTS[agent.run].upstream;
  const who =
    config.isolation === 'user'
      ? 'Agents and checks run as other users of this machine.'
      : 'Agents and checks run as you, and can read what you can, the key too.';
  return `This calls a model and costs money: ${agent.run} (${named}) at ${address}, with the key in ${keyFrom}. ${who}`;
}
