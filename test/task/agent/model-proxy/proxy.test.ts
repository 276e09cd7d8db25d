import { once } from 'node:events';
import { request as requestHttp, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { APIS } from '../../../../src/task/agent/model-proxy/providers.ts';
import {
  type ModelProxy,
  type ModelProxyOptions,
  startModelProxy,
} from '../../../../src/task/agent/model-proxy/proxy.ts';
import { type Answer, events, json, startUpstream, type Upstream } from '../../support/upstream.ts';

const KEY = 'sk-real-key-0123456789';
const NOW = Date.parse('2026-11-23T10:00:00Z');
const USED = {
  usage: { input_tokens: 10, cache_creation_input_tokens: 5, cache_read_input_tokens: 85, output_tokens: 7 },
};

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0).reverse()) await server.close();
});

async function start(
  answer: Answer,
  { api = APIS.anthropic, ...options }: Partial<ModelProxyOptions> = {},
): Promise<{ proxy: ModelProxy; upstream: Upstream }> {
  const upstream = await startUpstream(answer);
  open.push(upstream);
  const base = api === APIS.openai ? `${upstream.url}/v1` : upstream.url;
  const proxy = await startModelProxy({ api, upstream: base, key: KEY, now: () => NOW, ...options });
  open.push(proxy);
  return { proxy, upstream };
}

function ask(
  proxy: ModelProxy,
  path = '/v1/messages?beta=true',
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${proxy.url}${path}`, {
    method: 'POST',
    body: '{"model":"m"}',
    headers: { 'x-api-key': proxy.placeholder, 'content-type': 'application/json', ...headers },
  });
}

describe('the key', () => {
  it('takes the place of the placeholder, in the header where that stood', async () => {
    const { proxy, upstream } = await start(json(USED));

    await (await ask(proxy)).text();
    await (
      await fetch(`${proxy.url}/v1/messages`, {
        method: 'POST',
        body: '{}',
        headers: { authorization: `Bearer ${proxy.placeholder}` },
      })
    ).text();

    const [first, second] = upstream.asked;
    expect(first).toMatchObject({ method: 'POST', url: '/v1/messages?beta=true', body: '{"model":"m"}' });
    expect(first?.headers).toMatchObject({ 'x-api-key': KEY, 'accept-encoding': 'identity' });
    expect(first?.headers.authorization).toBeUndefined();
    expect(second?.headers).toMatchObject({ authorization: `Bearer ${KEY}` });
    expect(second?.headers['x-api-key']).toBeUndefined();
    expect(JSON.stringify(upstream.asked)).not.toContain(proxy.placeholder);
  });

  it('is not told to whoever asks', async () => {
    const { proxy } = await start(json(USED, 200, { 'set-cookie': 'a=b' }));

    const response = await ask(proxy);

    expect(JSON.stringify([...response.headers]) + (await response.text())).not.toContain(KEY);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(proxy.placeholder).not.toContain(KEY);
  });

  it('never leaves towards an address in the open', async () => {
    for (const upstream of ['http://models.example', 'ftp://127.0.0.1', 'models.example'])
      await expect(startModelProxy({ api: APIS.anthropic, upstream, key: KEY })).rejects.toThrow('is not https');
  });
});

describe('what is passed on', () => {
  it.each([
    ['a request without a key', 401, { 'x-api-key': '' }],
    ['a request with another key', 401, { 'x-api-key': 'agent-waves-0' }],
    ['a request with the real key', 401, { 'x-api-key': KEY }],
  ])('is not %s', async (_, status, headers) => {
    const { proxy, upstream } = await start(json(USED));

    expect((await ask(proxy, '/v1/messages', headers)).status).toBe(status);
    expect(upstream.asked).toEqual([]);
  });

  it.each([
    '/v1/organizations/api_keys',
    '/v1/files',
    '/v1/messages/../files',
    '/v1/messages/%2e%2e/files',
    '/v1//messages',
    '/v1/messages/batches',
    '/',
  ])('is no request for %s', async (path) => {
    const { proxy, upstream } = await start(json(USED));

    const status = await rawStatus(proxy, { path });

    expect(status).toBe(404);
    expect(upstream.asked).toEqual([]);
  });

  it('is no request by another name of this machine: a page in a browser says the name that it was loaded from', async () => {
    const { proxy, upstream } = await start(json(USED));

    expect(await rawStatus(proxy, { path: '/v1/messages', host: 'evil.example' })).toBe(403);
    expect(upstream.asked).toEqual([]);
  });

  it('is no more than so many requests at once', async () => {
    const waiting: ServerResponse[] = [];
    let arrived = () => {};
    const both = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const hold: Answer = (response) => {
      waiting.push(response);
      if (waiting.length === 2) arrived();
    };
    const { proxy, upstream } = await start(hold, { maxInFlight: 2 });
    const held = [ask(proxy), ask(proxy)];
    await both;

    const third = await ask(proxy);
    for (const response of waiting) json(USED)(response, upstream.asked[0] as never);
    await Promise.all(held.map(async (answer) => (await answer).text()));

    expect(third.status).toBe(429);
    expect(third.headers.get('retry-after')).toBe('1');
    expect(upstream.asked).toHaveLength(2);
    expect(proxy.traffic().limit).toBeUndefined();
  });

  it('comes back as it comes: the first event before the last is sent', async () => {
    let finish = () => {};
    const { proxy } = await start((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"type":"message_start","message":{"usage":{"input_tokens":3,"output_tokens":1}}}\n\n');
      finish = () => response.end('data: {"type":"message_delta","usage":{"output_tokens":9}}\n\n');
    });

    const reader = (await ask(proxy)).body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    finish();
    while (!(await reader?.read())?.done);

    expect(first).toContain('message_start');
    await expect.poll(() => proxy.traffic().tokens).toEqual({ input: 3, output: 9, cached: 0 });
  });

  it('is told to be out of reach where the provider is', async () => {
    const { proxy, upstream } = await start(json(USED));
    await upstream.close();

    const response = await ask(proxy);

    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining('was not reached') } });
  });
});

describe('tokens', () => {
  it('of Anthropic count what the cache took and gave as input', async () => {
    const { proxy } = await start(json(USED));

    await (await ask(proxy)).text();
    await (await ask(proxy)).text();

    expect(proxy.traffic()).toEqual({ requests: 2, tokens: { input: 200, output: 14, cached: 170 }, limit: undefined });
  });

  it('of a stream are the start’s and the last totals', async () => {
    const { proxy } = await start(
      events([
        {
          type: 'message_start',
          message: { usage: { input_tokens: 4, cache_read_input_tokens: 96, output_tokens: 1 } },
        },
        { type: 'content_block_delta', delta: { text: '"usage":{"output_tokens":999}' } },
        { type: 'message_delta', usage: { output_tokens: 20 } },
        { type: 'message_delta', usage: { output_tokens: 55, cache_read_input_tokens: null } },
        { type: 'message_stop' },
      ] as never),
    );

    await (await ask(proxy)).text();

    expect(proxy.traffic().tokens).toEqual({ input: 100, output: 55, cached: 96 });
  });

  it('of a stream that broke off are those that it told', async () => {
    const { proxy } = await start((response) => {
      const event = { type: 'message_start', message: { usage: { input_tokens: 4, output_tokens: 1 } } };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(event)}\n\n`, () => response.destroy());
    });

    await expect((async () => (await ask(proxy)).text())()).rejects.toThrow();

    await expect.poll(() => proxy.traffic().tokens).toEqual({ input: 4, output: 1, cached: 0 });
  });

  const usage = { input_tokens: 50, input_tokens_details: { cached_tokens: 40 }, output_tokens: 8 };

  it.each<[string, Answer]>([
    ['an answer', json({ id: 'r', usage })],
    ['a stream', events([{ type: 'response.created' }, { type: 'response.completed', response: { usage } }] as never)],
    ['a stream that ended early', events([{ type: 'response.incomplete', response: { usage } }] as never)],
  ])('of OpenAI are in %s, the cached ones within the input', async (_, answer) => {
    const { proxy, upstream } = await start(answer, { api: APIS.openai });

    await (await ask(proxy, '/responses', { authorization: `Bearer ${proxy.placeholder}` })).text();

    expect(proxy.url).toMatch(/\/v1$/);
    expect(upstream.asked[0]?.url).toBe('/v1/responses');
    expect(proxy.traffic().tokens).toEqual({ input: 50, output: 8, cached: 40 });
  });
});

describe('limits', () => {
  it('are remembered until the provider answers again', async () => {
    let limited = true;
    const { proxy } = await start((response, asked) =>
      (limited ? json({ error: {} }, 429, { 'retry-after': '30' }) : json(USED))(response, asked),
    );

    const first = await ask(proxy);
    await first.text();
    const seen = proxy.traffic().limit;
    limited = false;
    await (await ask(proxy)).text();

    expect(first.status).toBe(429);
    expect(seen).toEqual({ until: NOW + 30_000 });
    expect(proxy.traffic().limit).toBeUndefined();
  });

  it('an overloaded provider is a limit that does not say when it ends', async () => {
    const { proxy } = await start(json({ error: { type: 'overloaded_error' } }, 529));

    await (await ask(proxy)).text();

    expect(proxy.traffic().limit).toEqual({ until: undefined });
  });
});

it('ends with its connections when it is closed', async () => {
  const { proxy } = await start(() => undefined);
  const asked = requestHttp(`${proxy.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': proxy.placeholder },
  }).end('{}');
  const broken = once(asked, 'error');
  await once(asked, 'socket');

  await proxy.close();
  await broken.catch(() => undefined);

  await expect(fetch(proxy.url)).rejects.toThrow('fetch failed');
});

/** Asks with the path as it is: `fetch` would tidy it up. */
function rawStatus(proxy: ModelProxy, { path, host }: { path: string; host?: string }): Promise<number | undefined> {
  const { hostname, port } = new URL(proxy.url);
  return new Promise((resolve, reject) => {
    const headers = { 'x-api-key': proxy.placeholder, ...(host ? { host } : {}) };
    requestHttp({ hostname, port, path, method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end('{}');
  });
}
