import { type ConfigFile, configSchema, knownKeys } from './config-schema.ts';
import { type Agent, type AgentRoute, defaultAgents, defaultRoutes } from './default-routes.ts';
import { nearest } from './nearest.ts';
import type { FileProblem } from './plan.ts';
import { type Locate, locateFindings, type TextFinding, withoutByteOrderMark } from './position.ts';
import { schemaFindings } from './schema-messages.ts';
import { parseYaml } from './yaml.ts';

/**
 * The configuration with every default filled in. Keys are those of the file. `slice` is in minutes; `install` and
 * the entries of `checks` are undefined where they are to be detected and empty where there is nothing to run.
 */
export interface Config extends Readonly<Omit<ConfigFile, 'agents' | 'routes'>> {
  readonly agents: Readonly<Record<string, Agent>>;
  readonly routes: readonly AgentRoute[];
}

export type LoadedConfig = { ok: true; config: Config } | { ok: false; problems: readonly FileProblem[] };

/** Reads `.github/agent-waves.yml`; no file at all means the defaults. Lists every problem, in file order. */
export function loadConfig(source: { readonly file: string; readonly text: string } | undefined): LoadedConfig {
  const file = source?.file ?? '';
  const text = withoutByteOrderMark(source?.text ?? '');
  const refuse = (findings: readonly TextFinding[]): LoadedConfig => ({
    ok: false,
    problems: locateFindings({ file, text }, findings),
  });
  const yaml = parseYaml(text);
  if (!yaml.ok) return refuse(yaml.findings);
  const parsed = configSchema.safeParse(withoutEmptyKeys(yaml.value), { reportInput: true });
  if (!parsed.success) return refuse(schemaFindings(parsed.error.issues, { locate: yaml.locate, known: knownKeys }));
  const config = withDefaults(parsed.data);
  const findings = unknownAgents(config, yaml.locate);
  return findings.length > 0 ? refuse(findings) : { ok: true, config };
}

/** What counts where no file says otherwise. */
export function defaultConfig(): Config {
  const loaded = loadConfig(undefined);
  if (!loaded.ok) throw new Error('the default configuration does not load');
  return loaded.config;
}

/** `agents:` with nothing after it is as good as absent. An unknown key stays, to be refused. */
function withoutEmptyKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const known = knownKeys([]);
  return Object.fromEntries(Object.entries(value).filter(([key, entry]) => entry !== null || !known.includes(key)));
}

function withDefaults(file: ConfigFile): Config {
  const agents: Record<string, Agent> = Object.assign(Object.create(null), defaultAgents, file.agents);
  return { ...file, agents, routes: file.routes ?? defaultRoutes.map((route) => withFittingModel(route, agents)) };
}

/** The models of the default routes are Claude's; an agent type that was moved to another vendor keeps its own. */
function withFittingModel(route: AgentRoute, agents: Readonly<Record<string, Agent>>): AgentRoute {
  const run = agents[route.agent ?? '']?.run;
  if (run !== 'codex' && run !== 'gemini') return route;
  const { model, ...rest } = route;
  return rest;
}

function unknownAgents(config: Config, locate: Locate): readonly TextFinding[] {
  const known = Object.keys(config.agents);
  const named = [
    ...config.routes.map((route, index) => ({ agent: route.agent, path: ['routes', index, 'agent'] })),
    { agent: config.review === 'off' ? undefined : config.review, path: ['review'] },
  ];
  return named.flatMap(({ agent, path }) => {
    if (agent === undefined || known.includes(agent)) return [];
    const meant = nearest(agent, known);
    const hint =
      meant === undefined
        ? `add it under \`agents\`, or name one of ${known.join(', ')}`
        : `did you mean \`${meant}\`?`;
    return [{ offset: locate(path), message: `there is no agent type \`${agent}\`; ${hint}` }];
  });
}
