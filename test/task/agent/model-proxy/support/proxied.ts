import { afterEach } from 'vitest';
import { apiKey } from '../../../../../src/task/agent/model-proxy/credential.ts';
import { APIS } from '../../../../../src/task/agent/model-proxy/providers.ts';
import {
  type ModelProxy,
  type ModelProxyOptions,
  startModelProxy,
} from '../../../../../src/task/agent/model-proxy/proxy.ts';
import { type Answer, startUpstream, type Upstream } from '../../../support/upstream.ts';

export const KEY = 'sk-real-key-0123456789';
export const NOW = Date.parse('2026-11-23T10:00:00Z');

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0).reverse()) await server.close();
});

/** A proxy in front of a provider that answers like this; both end with the test. */
export async function startProxied(
  answer: Answer,
  { api = APIS.anthropic, ...options }: Partial<ModelProxyOptions> = {},
): Promise<{ proxy: ModelProxy; upstream: Upstream }> {
  const upstream = await startUpstream(answer);
  open.push(upstream);
  const base = api === APIS.openai ? `${upstream.url}/v1` : upstream.url;
  const proxy = await startModelProxy({ api, upstream: base, credential: apiKey(KEY), now: () => NOW, ...options });
  open.push(proxy);
  return { proxy, upstream };
}

export interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  /** Header that bears the placeholder. */
  readonly key?: 'x-api-key' | 'authorization' | 'x-goog-api-key';
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export function ask(
  proxy: ModelProxy,
  path = '/v1/messages?beta=true',
  { headers = {}, key = 'x-api-key', body = '{"model":"m"}', signal }: Asking = {},
): Promise<Response> {
  const bearer = key === 'authorization' ? `Bearer ${proxy.placeholder}` : proxy.placeholder;
  const given = { [key]: bearer, 'content-type': 'application/json', ...headers };
  return fetch(`${proxy.url}${path}`, { method: 'POST', body, headers: given, signal: signal ?? null });
}
