import { failure } from '../protocol/assignment.ts';
import type { Environment } from '../protocol/job.ts';
import type { Adapter, AgentResult, ModelAccess } from './adapter.ts';
import { checkKey, checkUpstream } from './model-proxy/ask-provider.ts';
import { APIS } from './model-proxy/providers.ts';
import { startModelProxy } from './model-proxy/proxy.ts';
import type { Traffic } from './model-proxy/traffic.ts';

/** An agent's way to its model, for as long as it runs. */
export interface ModelConnection {
  readonly access: ModelAccess | undefined;
  /** Undefined where the agent speaks to its provider itself. */
  readonly traffic: () => Traffic | undefined;
  readonly close: () => Promise<void>;
}

const NONE: ModelConnection = { access: undefined, traffic: () => undefined, close: async () => undefined };

/** Why no proxy can be opened in front of the provider: what the workflow gives the action can be no key, or no address. */
export function accessProblem(adapter: Adapter, environment: Environment): AgentResult | undefined {
  const { key, upstream } = given(adapter, environment) ?? {};
  if (adapter.provider === undefined || !key) return undefined;
  try {
    checkKey(key);
    if (upstream) checkUpstream(upstream);
    return undefined;
  } catch (problem) {
    const what = `${adapter.name} was not started: ${problem instanceof Error ? problem.message : problem}`;
    const fix = `give the action another \`${adapter.provider}-api-key\` or \`${adapter.provider}-base-url\``;
    return { kind: 'login', summary: '', failure: failure(what), fix, worked: false };
  }
}

/** Opens a proxy in front of the provider, so that the key stays with us. */
export async function openModelAccess(adapter: Adapter, environment: Environment): Promise<ModelConnection> {
  const { provider } = adapter;
  const { key, upstream } = given(adapter, environment) ?? {};
  if (provider === undefined || !key) return NONE;
  const proxy = await startModelProxy({ api: APIS[provider], key, upstream, environment });
  return { access: { key: proxy.placeholder, url: proxy.url }, traffic: proxy.traffic, close: proxy.close };
}

function given({ provider }: Adapter, environment: Environment) {
  if (provider === undefined) return undefined;
  const input = provider.toUpperCase();
  return {
    key: environment[`INPUT_${input}_API_KEY`]?.trim(),
    upstream: environment[`INPUT_${input}_BASE_URL`]?.trim(),
  };
}

/** @returns Variables by which a program asks loopback itself, whatever proxy leads to the network. */
export function bypassProxyForLoopback(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const proxied = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].some((name) => environment[name]);
  if (!proxied) return {};
  const hosts = [environment.NO_PROXY ?? environment.no_proxy, '127.0.0.1'].filter(Boolean).join(',');
  return { NO_PROXY: hosts, no_proxy: hosts };
}
