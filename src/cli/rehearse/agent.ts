import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Agent } from '../../plan/default-routes.ts';
import { ADAPTERS } from '../../task/agent/adapters/adapters.ts';
import { checkUpstream } from '../../task/agent/model-proxy/ask-provider.ts';
import { checkKey } from '../../task/agent/model-proxy/credential.ts';
import { APIS, keyInput, type ModelProvider } from '../../task/agent/model-proxy/providers.ts';
import { UsageError } from '../usage-error.ts';

/** Who does the tasks of a rehearsal. */
export type RehearsalAgent =
  /** A program that every agent type runs. */
  { readonly kind: 'command'; readonly command: string } | ModelAgent;

/** A real agent, through its adapter. Its key is in memory alone, until it is the input of the action. */
export interface ModelAgent {
  readonly kind: 'model';
  readonly run: ModelRun;
  /** Model for every task; undefined: as configured, or the agent's own choice. */
  readonly model: string | undefined;
  readonly key: string;
  /** Address of the API where it is not the provider's own. */
  readonly address: string | undefined;
  /** Where its program was found. */
  readonly folder: string;
}

export type ModelRun = Exclude<Agent['run'], 'command'>;

interface ModelInputs {
  /** Input of the action that takes the key, and the one that takes the address. */
  readonly key: string;
  readonly address: string;
  readonly upstream: string;
  /** Where people usually keep such a key: for the message that asks for its name. */
  readonly usual: string;
}

export const MODEL_INPUTS: Readonly<Record<ModelRun, ModelInputs>> = {
  claude: inputs('anthropic', 'ANTHROPIC_API_KEY'),
  codex: inputs('openai', 'OPENAI_API_KEY'),
  gemini: inputs('gemini', 'GEMINI_API_KEY'),
  copilot: inputs('copilot', 'COPILOT_GITHUB_TOKEN'),
};

function inputs(provider: ModelProvider, usual: string): ModelInputs {
  return { key: keyInput(provider), address: `${provider}-base-url`, upstream: APIS[provider].upstream, usual };
}

export interface AgentFlags {
  readonly agent?: string;
  readonly keyFrom?: string;
  readonly urlFrom?: string;
  readonly model?: string;
}

/**
 * Reads which agent is asked for, and of the environment nothing but what the flags name.
 * @returns Undefined where the scripted one is.
 * @throws UsageError which never holds a value of the environment, nor what was given in place of a variable's name.
 */
export function readAgent(
  { agent, keyFrom, urlFrom, model }: AgentFlags,
  environment: NodeJS.ProcessEnv,
): RehearsalAgent | undefined {
  if (!isModelRun(agent)) {
    const flag = Object.entries({ '--key-from': keyFrom, '--url-from': urlFrom, '--model': model }).find(
      ([, value]) => value !== undefined,
    )?.[0];
    if (flag) throw new UsageError(`${flag} is for an agent with a model: --agent ${names().join(', ')}`);
    return agent === undefined ? undefined : { kind: 'command', command: agent };
  }
  const { usual } = MODEL_INPUTS[agent];
  if (keyFrom === undefined)
    throw new UsageError(
      `--agent ${agent} calls a model: name the variable of your environment that holds its key, as in --key-from ${usual}`,
    );
  const key = readVariable('--key-from', keyFrom, environment);
  const address = urlFrom === undefined ? undefined : readVariable('--url-from', urlFrom, environment);
  try {
    checkKey(key);
    if (address !== undefined) checkUpstream(address);
  } catch (problem) {
    throw new UsageError(problem instanceof Error ? problem.message : String(problem));
  }
  return { kind: 'model', run: agent, model, key, address, folder: folderOf(agent, environment.PATH ?? '') };
}

function isModelRun(agent: string | undefined): agent is ModelRun {
  return agent !== undefined && Object.hasOwn(MODEL_INPUTS, agent);
}

function names(): readonly string[] {
  return Object.keys(MODEL_INPUTS);
}

function readVariable(flag: string, variable: string, environment: NodeJS.ProcessEnv): string {
  if (!/^[A-Za-z_]\w*$/.test(variable)) throw new UsageError(`${flag} takes the name of a variable, not its value`);
  const value = environment[variable]?.trim();
  if (!value)
    throw new UsageError(`${flag} names a variable that your environment does not have, or that is empty: export it`);
  return value;
}

function folderOf(run: ModelRun, path: string): string {
  const folder = path.split(delimiter).find((candidate) => candidate !== '' && existsSync(join(candidate, run)));
  if (folder === undefined)
    throw new UsageError(`--agent ${run}: there is no ${run} on your PATH; ${ADAPTERS[run].install}`);
  return folder;
}
