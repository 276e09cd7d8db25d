import { failure } from '../protocol/assignment.ts';
import type { Adapter, AgentResult, ModelAccess, ModelSource } from './adapter.ts';
import { addressFix } from './missing-fix.ts';
import { checkUpstream } from './model-proxy/ask-provider.ts';
import { startModelProxy } from './model-proxy/proxy.ts';
import type { Traffic } from './model-proxy/traffic.ts';
import { type FoundSource, findSource, type Given } from './model-source.ts';

/** An agent's way to its model, for as long as it runs. */
export interface ModelConnection {
  readonly kind: 'open';
  readonly access: ModelAccess | undefined;
  /** Undefined where the agent speaks to its provider itself. */
  readonly traffic: () => Traffic | undefined;
  readonly close: () => Promise<void>;
}

const NONE: ModelConnection = {
  kind: 'open',
  access: undefined,
  traffic: () => undefined,
  close: async () => undefined,
};

/**
 * Opens a proxy in front of the provider, so that the key stays with us.
 * @returns The end of the run where what the workflow gives the action can be no key, or no address.
 */
export async function openModelAccess(
  adapter: Adapter,
  given: Given,
): Promise<ModelConnection | { readonly kind: 'unusable'; readonly end: AgentResult }> {
  const { provider } = adapter;
  if (provider === undefined) return NONE;
  const found = findSource(provider, given);
  switch (found.kind) {
    case 'none':
      return NONE;
    case 'unusable':
      return notStarted(adapter, found);
    case 'found': {
      const wrong = addressProblem(found);
      return wrong === undefined ? open(found, given) : notStarted(adapter, { what: wrong, fix: addressFix(provider) });
    }
  }
}

function addressProblem({ upstream }: FoundSource): string | undefined {
  try {
    if (upstream) checkUpstream(upstream);
    return undefined;
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}

async function open({ source, ...found }: FoundSource, { environment }: Given): Promise<ModelConnection> {
  const proxy = await startModelProxy({ ...found, environment });
  return {
    kind: 'open',
    access: { key: proxy.placeholder, url: proxy.url, source },
    traffic: proxy.traffic,
    close: proxy.close,
  };
}

function notStarted(
  { name }: Adapter,
  { what, fix }: { readonly what: string; readonly fix: string },
): { readonly kind: 'unusable'; readonly end: AgentResult } {
  const failed = failure(`${name} was not started: ${what}`);
  return { kind: 'unusable', end: { kind: 'login', summary: '', failure: failed, fix, worked: false } };
}

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
