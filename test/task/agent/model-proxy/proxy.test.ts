import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request as requestHttp, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { apiKey } from '../../../../src/task/agent/model-proxy/credential.ts';
import { APIS } from '../../../../src/task/agent/model-proxy/providers.ts';
import { type ModelProxy, startModelProxy } from '../../../../src/task/agent/model-proxy/proxy.ts';
import { type Answer, json } from '../../support/upstream.ts';
import { ask, KEY, startProxied as start } from './support/proxied.ts';

const BIG = 8_000_000;
const USED = { usage: { input_tokens: 10, output_tokens: 7 } };

describe('the key', () => {
  it('takes the place of the placeholder, in the header where that stood', async () => {
    const { proxy, upstream } = await start(json(USED));

    await (await ask(proxy)).text();
    await (
      await fetch(`${proxy.url}/v1/messages`, {
        method: 'POST',
        body: '{}',
        headers: { authorization: `Bearer ${proxy.placeholder}`, 'content-type': 'application/json' },
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
      await expect(startModelProxy({ api: APIS.anthropic, upstream, credential: apiKey(KEY) })).rejects.toThrow(
        'is not https',
      );
  });

  it('and a password in the address are not told by what refuses them', async () => {
    const said = await Promise.all(
      [
        { key: 'sk-real key' },
        { key: 'sk-real\r\nx-a: b' },
        { key: KEY, upstream: 'http://me:hunter22@models.example/' },
        { key: KEY, upstream: 'https://me:hunter22@models.example/?key=hunter22' },
      ].map(({ key, upstream }) =>
        Promise.resolve()
          .then(() => startModelProxy({ api: APIS.anthropic, credential: apiKey(key), upstream }))
          .then(
            () => 'started',
            (problem: Error) => problem.message,
          ),
      ),
    );

    expect(said).toEqual([
      expect.stringContaining('paste it again'),
      expect.stringContaining('paste it again'),
      expect.stringContaining('http://***@models.example/ is not https'),
      expect.stringContaining('https://***@models.example/ says more than where the API is'),
    ]);
    expect(said.join()).not.toMatch(/sk-real|hunter22/);
  });

  it('is hidden where the provider echoes it, event by event', async () => {
    const { proxy } = await start((response, asked) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': `${asked.headers['x-api-key']}` });
      response.write(`data: {"echo":"${asked.headers['x-api-key']?.slice(0, 9)}`);
      setTimeout(() => response.end(`${asked.headers['x-api-key']?.slice(9)}"}\n\n`), 20);
    });

    const response = await ask(proxy);

    expect(response.headers.get('request-id')).toBe('***');
    expect(await response.text()).toBe('data: {"echo":"***"}\n\n');
  });
});

describe('what is passed on', () => {
  it.each([
    ['a request without a key', 401, { 'x-api-key': '' }],
    ['a request with a key of another form', 401, { 'x-api-key': 'agent-waves' }],
    ['a request with another key', 401, { 'x-api-key': 'agent-waves-0' }],
    ['a request with the real key', 401, { 'x-api-key': KEY }],
  ])('is not %s', async (_, status, headers) => {
    const { proxy, upstream } = await start(json(USED));

    expect((await ask(proxy, '/v1/messages', { headers })).status).toBe(status);
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
    const { proxy, upstream } = await start(hold, { limits: { inFlight: 2 } });
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

  it('comes back as it comes: each event before the next is sent', async () => {
    const list = Array.from({ length: 30 }, (_, at) => `event: e\ndata: {"type":"e","text":"${KEY.slice(0, at)}"}\n\n`);
    const next: (() => void)[] = [];
    const { proxy } = await start((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      next.push(...list.map((event) => () => response.write(event)), () => response.end());
      next.shift()?.();
    });

    const reader = (await ask(proxy)).body?.getReader();
    const seen: string[] = [];
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      seen.push(new TextDecoder().decode(read.value));
      next.shift()?.();
    }

    expect(seen.map((event) => event.replace('***', ''))).toEqual(
      list.map((event) => event.replace(/sk-real-key-0123\w*/, '')),
    );
  });

  it('is each asked on a connection of its own, however the agent keeps its own', async () => {
    const ports: (number | undefined)[] = [];
    const { proxy, upstream } = await start((response, asked) => {
      ports.push(response.socket?.remotePort);
      json(USED)(response, asked);
    });
    const agent = new Agent({ keepAlive: true });

    for (let at = 0; at < 5; at++) expect(await rawStatus(proxy, { path: '/v1/messages', agent })).toBe(200);
    agent.destroy();

    expect(new Set(ports).size).toBe(5);
    expect(upstream.asked.map(({ headers }) => headers.connection)).toEqual(Array(5).fill('close'));
  });

  it.each([
    ['a limit', 429, { 'retry-after': '30', 'anthropic-ratelimit-tokens-reset': '2026-11-23T11:00:00Z' }],
    ['an overload', 529, { 'x-should-retry': 'true' }],
    ['an error', 500, { 'request-id': 'req_1' }],
  ])('is told %s as the provider tells it', async (_, status, headers) => {
    const body = { type: 'error', error: { type: 'some_error', message: 'wait' } };
    const { proxy } = await start(json(body, status, headers));

    const response = await ask(proxy);

    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject(headers);
    expect(await response.json()).toEqual(body);
  });

  it('is seen to break off where the provider breaks off', async () => {
    const { proxy } = await start((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"half":', () => response.destroy());
    });

    await expect((async () => (await ask(proxy)).text())()).rejects.toThrow('terminated');
  });

  it.each([
    ['before it is answered', () => undefined],
    ['in the middle of an answer', (response: ServerResponse) => response.writeHead(200).write('a')],
  ])('is not asked further where the agent hangs up %s', async (_, begin) => {
    const leave = new AbortController();
    let hungUp = () => {};
    const seen = new Promise<void>((resolve) => {
      hungUp = resolve;
    });
    const { proxy } = await start((response) => {
      response.on('close', hungUp);
      begin(response);
      leave.abort();
    });

    await ask(proxy, '/v1/messages', { signal: leave.signal }).catch(() => undefined);

    await seen;
  });

  it('that is refused is answered, however long it is, to a program that reads once it has written', async () => {
    const { proxy } = await start(json(USED));
    const { host, hostname, port } = new URL(proxy.url);
    const socket = connect(Number(port), hostname).pause();
    const lines = [
      'POST /v1/files HTTP/1.1',
      `host: ${host}`,
      `x-api-key: ${proxy.placeholder}`,
      `content-length: ${BIG}`,
    ];

    await new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.write(`${lines.join('\r\n')}\r\n\r\n${'a'.repeat(BIG)}`, resolve);
    });
    const [answer] = await once(socket.setEncoding('utf8').resume(), 'data');

    expect(answer).toMatch(/^HTTP\/1\.1 404 [\s\S]*is no request to a model/);
  });

  it('may be big, both ways', async () => {
    const { proxy, upstream } = await start((response) => response.end(Buffer.alloc(BIG, 'answer ')));
    const body = JSON.stringify({ text: 'request '.repeat(BIG / 8) });

    const answer = Buffer.from(await (await ask(proxy, '/v1/messages', { body })).arrayBuffer());

    expect(hashOf(upstream.asked[0]?.body ?? '')).toBe(hashOf(body));
    expect(answer.equals(Buffer.alloc(BIG, 'answer '))).toBe(true);
  });

  it.each([
    ['says its length', (body: string) => body],
    ['comes in chunks', (body: string) => new Blob([body]).stream()],
  ])('is too long where it %s, and the agent is told so', async (_, wrap) => {
    const { proxy, upstream } = await start(json(USED), { limits: { body: 1_000_000 } });

    const response = await fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': proxy.placeholder, 'content-type': 'application/json' },
      body: wrap('a'.repeat(1_500_000)),
      duplex: 'half',
    });

    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { message: 'agent-waves: this is too long' } });
    expect(upstream.asked).toEqual([]);
  });

  it('is cut off where an answer does not end', async () => {
    const { proxy } = await start(
      (response) => {
        const more = (): void => {
          if (response.write('a'.repeat(10_000))) setImmediate(more);
          else response.once('drain', more);
        };
        more();
      },
      { limits: { answer: 1_000_000 } },
    );

    await expect((async () => (await ask(proxy)).text())()).rejects.toThrow('terminated');
  });

  it('is given up where the provider is silent', async () => {
    const { proxy } = await start(() => undefined, { limits: { idleMs: 100 } });

    const response = await ask(proxy);

    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error: { message: 'agent-waves: the provider is silent' } });
  });

  it('is not waited for where its head drips, and others are served meanwhile', async () => {
    const { proxy, upstream } = await start(json(USED), { limits: { headMs: 2_000 } });
    const { port } = new URL(proxy.url);
    const slow = Array.from({ length: 20 }, () => connect(Number(port), '127.0.0.1'));
    const began = performance.now();
    const ended = slow.map(
      (socket) =>
        new Promise((resolve) =>
          socket
            .on('error', () => undefined)
            .on('close', resolve)
            .resume(),
        ),
    );
    const drip = setInterval(() => {
      for (const socket of slow.filter(({ writable }) => writable)) socket.write('x');
    }, 20);

    const served = await ask(proxy);
    await Promise.all(ended);
    clearInterval(drip);

    expect(served.status).toBe(200);
    // Node's own limit is a minute.
    expect(performance.now() - began).toBeLessThan(40_000);
    expect(upstream.asked).toHaveLength(1);
  });

  it('comes over no more connections than anybody needs', async () => {
    const { proxy } = await start(json(USED), { limits: { connections: 3 } });
    const { port } = new URL(proxy.url);
    const kept = Array.from({ length: 3 }, () => connect(Number(port), '127.0.0.1'));
    await Promise.all(kept.map((socket) => once(socket, 'connect')));

    await expect(ask(proxy)).rejects.toThrow('fetch failed');
    for (const socket of kept) socket.destroy();

    await expect.poll(async () => (await ask(proxy).catch(() => undefined))?.status).toBe(200);
  });

  it('is told to be out of reach where the provider is', async () => {
    const { proxy, upstream } = await start(json(USED));
    await upstream.close();

    const response = await ask(proxy);

    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining('was not reached') } });
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
function rawStatus(
  proxy: ModelProxy,
  { path, host, agent }: { path: string; host?: string; agent?: Agent },
): Promise<number | undefined> {
  const { hostname, port } = new URL(proxy.url);
  return new Promise((resolve, reject) => {
    const length = { 'content-type': 'application/json', 'content-length': '2' };
    const headers = { 'x-api-key': proxy.placeholder, ...length, ...(host ? { host } : {}) };
    requestHttp({ hostname, port, path, method: 'POST', headers, ...(agent ? { agent } : {}) }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end('{}');
  });
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
