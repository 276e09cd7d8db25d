import { budgetFindings } from './budget.ts';
import { type ConfigFile, configSchema, knownKeys } from './config-schema.ts';
import { type Agent, type AgentRoute, defaultAgents, defaultRoutes, FALLBACK_AGENT } from './default-routes.ts';
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
  const written = Object.keys(parsed.data.agents);
  const findings = [...unknownAgents(config, yaml.locate), ...budgetFindings(config, { written, locate: yaml.locate })];
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
  const agents: Record<string, Agent> = Object.assign(Object.create(null), agentsBeside(file.agents), file.agents);
  const written = Object.keys(file.agents);
  return {
    ...file,
    agents,
    routes: file.routes ?? defaultRoutes.map((route) => fittingRoute(route, { agents, written })),
  };
}

/** Whoever says how general-purpose runs says it of every type that has no entry of its own. */
function agentsBeside(written: Readonly<Record<string, Agent>>): Readonly<Record<string, Agent>> {
  const general = written[FALLBACK_AGENT];
  return general ? Object.fromEntries(Object.keys(defaultAgents).map((type) => [type, general])) : defaultAgents;
}

interface Written {
  readonly agents: Readonly<Record<string, Agent>>;
  /** Agent types with an entry in the file. */
  readonly written: readonly string[];
}

/** The models of the default routes are Claude's, and nobody's choice: a person's, of an agent or of its model, goes before. */
function fittingRoute(route: AgentRoute, { agents, written }: Written): AgentRoute {
  const type = route.agent ?? FALLBACK_AGENT;
  const agent = agents[type];
  const isChosen = written.includes(type) || written.includes(FALLBACK_AGENT);
  const isOther = agent?.run === 'codex' || agent?.run === 'gemini' || agent?.run === 'copilot';
  const keepsModel = !isOther && !(isChosen && agent?.model !== undefined);
  const { model, ...rest } = route;
  return { ...rest, ...(keepsModel && model !== undefined ? { model } : {}), isDefault: true };
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
