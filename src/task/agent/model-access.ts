import type { Environment } from '../protocol/job.ts';
import type { Adapter, ModelAccess } from './adapter.ts';
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

/** Opens a proxy in front of the provider, so that the key stays with us. */
export async function openModelAccess({ provider }: Adapter, environment: Environment): Promise<ModelConnection> {
  if (provider === undefined) return NONE;
  const input = provider.toUpperCase();
  const key = environment[`INPUT_${input}_API_KEY`]?.trim();
  if (!key) return NONE;
  const upstream = environment[`INPUT_${input}_BASE_URL`]?.trim();
  const proxy = await startModelProxy({ api: APIS[provider], key, upstream, environment });
  return { access: { key: proxy.placeholder, url: proxy.url }, traffic: proxy.traffic, close: proxy.close };
}

/** @returns Variables by which a program asks loopback itself, whatever proxy leads to the network. */
export function bypassProxyForLoopback(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const proxied = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].some((name) => environment[name]);
  if (!proxied) return {};
  const hosts = [environment.NO_PROXY ?? environment.no_proxy, '127.0.0.1'].filter(Boolean).join(',');
  return { NO_PROXY: hosts, no_proxy: hosts };
}
