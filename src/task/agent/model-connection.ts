import type { AgentResult, ModelAccess, ModelSource } from './adapter.ts';
import type { SpendingCap } from './model-proxy/spending-cap.ts';
import type { Traffic } from './model-proxy/traffic.ts';

/** An agent's way to its model, for as long as it runs. */
export interface ModelConnection {
  readonly kind: 'open';
  readonly access: ModelAccess | undefined;
  /** Undefined where the agent speaks to its provider itself. */
  readonly traffic: () => Traffic | undefined;
  /** Holds the agent to what it may spend; undefined where nothing bounds it, or nobody knows what its model costs. */
  readonly cap: SpendingCap | undefined;
  readonly close: () => Promise<void>;
}

/** Of an agent that speaks to its provider itself, or to none. */
export const NO_CONNECTION: ModelConnection = {
  kind: 'open',
  access: undefined,
  traffic: () => undefined,
  cap: undefined,
  close: async () => undefined,
};

/** The way, or the end of the run where what the workflow gives the action leads nowhere. */
export type OpenedConnection = ModelConnection | { readonly kind: 'unusable'; readonly end: AgentResult };

/** What a run on this source costs in dollars, where the agent says so: a subscription is paid for whatever is used of it. */
export function isMetered(source: ModelSource | undefined): boolean {
  return source?.kind !== 'subscription';
}

/** @returns Variables by which a program asks loopback itself, whatever proxy leads to the network. */
export function bypassProxyForLoopback(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const proxied = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].some((name) => environment[name]);
  if (!proxied) return {};
  const hosts = [environment.NO_PROXY ?? environment.no_proxy, '127.0.0.1'].filter(Boolean).join(',');
  return { NO_PROXY: hosts, no_proxy: hosts };
}
