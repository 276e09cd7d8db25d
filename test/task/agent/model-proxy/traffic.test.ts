import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { APIS } from '../../../../src/task/agent/model-proxy/providers.ts';
import { type Answer, events, json } from '../../support/upstream.ts';
import { ask, NOW, startProxied as start } from './support/proxied.ts';

const USED = {
  model: 'm-1',
  usage: { input_tokens: 10, cache_creation_input_tokens: 5, cache_read_input_tokens: 85, output_tokens: 7 },
};

describe('tokens', () => {
  it('of Anthropic count what the cache took and gave as input', async () => {
    const { proxy } = await start(json(USED));

    await (await ask(proxy)).text();
    await (await ask(proxy)).text();

    const tokens = { input: 200, output: 14, cached: 170, written: 10 };
    expect(proxy.traffic()).toEqual({
      requests: 2,
      hasTurns: true,
      tokens,
      models: { 'm-1': tokens },
      limit: undefined,
    });
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
      ]),
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

  it('of an answer that is still coming are those that it has told by now', async () => {
    const { proxy } = await start((response) => {
      const usage = { input_tokens: 4, cache_read_input_tokens: 96, output_tokens: 1 };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify({ type: 'message_start', message: { model: 'm-1', usage } })}\n\n`);
    });
    const leave = new AbortController();

    const reader = (await ask(proxy, '/v1/messages', { signal: leave.signal })).body?.getReader();
    await reader?.read();
    const coming = proxy.traffic();
    leave.abort();

    const tokens = { input: 100, output: 1, cached: 96 };
    expect(coming).toEqual({ requests: 1, hasTurns: true, tokens, models: { 'm-1': tokens }, limit: undefined });
    await expect.poll(() => proxy.traffic()).toEqual(coming);
  });

  const openai = { input_tokens: 50, input_tokens_details: { cached_tokens: 40 }, output_tokens: 8 };
  const created = { type: 'response.created', response: { model: 'gpt-5', usage: null } };

  it.each<[string, Answer]>([
    ['an answer', json({ id: 'r', model: 'gpt-5', usage: openai })],
    ['a stream', events([created, { type: 'response.completed', response: { usage: openai } }])],
    ['a stream that ended early', events([created, { type: 'response.incomplete', response: { usage: openai } }])],
    ['a stream that failed', events([created, { type: 'response.failed', response: { usage: openai } }])],
  ])('of OpenAI are in %s, the cached ones within the input', async (_, answer) => {
    const { proxy, upstream } = await start(answer, { api: APIS.openai });

    await (await ask(proxy, '/responses', { key: 'authorization' })).text();

    expect(proxy.url).toMatch(/\/v1$/);
    expect(upstream.asked[0]?.url).toBe('/v1/responses');
    expect(proxy.traffic().models).toEqual({ 'gpt-5': { input: 50, output: 8, cached: 40 } });
  });

  const chat = { prompt_tokens: 50, prompt_tokens_details: { cached_tokens: 40 }, completion_tokens: 8 };

  it.each<[string, Answer]>([
    ['an answer', json({ model: 'gpt-5', choices: [], usage: chat })],
    [
      'a stream',
      events([
        { model: 'gpt-5', choices: [{}], usage: null },
        { model: 'gpt-5', choices: [], usage: chat },
      ]),
    ],
  ])('of OpenAI’s chat are in %s', async (_, answer) => {
    const { proxy } = await start(answer, { api: APIS.openai });

    await (await ask(proxy, '/chat/completions', { key: 'authorization' })).text();

    expect(proxy.traffic().models).toEqual({ 'gpt-5': { input: 50, output: 8, cached: 40 } });
  });

  const gemini = {
    promptTokenCount: 45,
    toolUsePromptTokenCount: 5,
    cachedContentTokenCount: 40,
    candidatesTokenCount: 5,
    thoughtsTokenCount: 3,
  };
  const told = [
    { modelVersion: 'gemini-3', usageMetadata: { promptTokenCount: 45 } },
    { modelVersion: 'gemini-3', usageMetadata: gemini },
  ];

  it.each<[string, string, Answer]>([
    ['an answer', 'generateContent', json({ modelVersion: 'gemini-3', usageMetadata: gemini })],
    ['a stream', 'streamGenerateContent?alt=sse', events(told)],
    ['a list', 'streamGenerateContent', json(told)],
  ])('of Gemini are in %s, its thoughts among the output', async (_, method, answer) => {
    const { proxy, upstream } = await start(answer, { api: APIS.gemini });

    await (await ask(proxy, `/v1beta/models/gemini-3-pro:${method}`, { key: 'x-goog-api-key' })).text();

    expect(upstream.asked[0]?.url).toBe(`/v1beta/models/gemini-3-pro:${method}`);
    expect(proxy.traffic().models).toEqual({ 'gemini-3': { input: 50, output: 8, cached: 40 } });
  });

  it('that are merely counted are not spent', async () => {
    const { proxy } = await start(json({ input_tokens: 2_000 }));

    await (await ask(proxy, '/v1/messages/count_tokens')).text();

    expect(proxy.traffic()).toMatchObject({ requests: 1, tokens: { input: 0, output: 0, cached: 0 }, models: {} });
  });

  it('are kept apart by model, and together where an answer names none, a strange one, or ever new ones', async () => {
    const names = [
      undefined,
      'a',
      'b',
      'a',
      '<b>',
      '__proto__',
      'x'.repeat(200),
      ...Array.from({ length: 30 }, (_, at) => `m-${at}`),
    ];
    let asked = 0;
    const { proxy } = await start((response, request) =>
      json({
        ...(names[asked++] === undefined ? {} : { model: names[asked - 1] }),
        usage: { input_tokens: 1, output_tokens: 1 },
      })(response, request),
    );

    for (const _ of names) await (await ask(proxy)).text();

    const { models, tokens } = proxy.traffic();
    expect(tokens.input).toBe(names.length);
    expect(models.a?.input).toBe(2);
    expect(models.others?.input).toBeGreaterThanOrEqual(4);
    expect(Object.keys(models)).toHaveLength(16);
    expect(Object.keys(models).every((name) => /^[a-z0-9-]{1,6}$/.test(name))).toBe(true);
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

  it('an overloaded provider is an outage, and no limit', async () => {
    const { proxy } = await start(json({ error: { type: 'overloaded_error' } }, 529));

    await (await ask(proxy)).text();

    expect(proxy.traffic()).toMatchObject({ limit: undefined, failure: { kind: 'outage' } });
  });
});

describe('an answer that nobody waits for any more', () => {
  const HANGS: readonly (readonly [string, Answer])[] = [
    ['that never began', () => undefined],
    ['that fell silent', (response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).write('\n')],
  ];

  it.each(HANGS)('is an outage after minutes of silence: one %s', async (_, answer) => {
    let now = NOW;
    const { proxy, upstream } = await start(answer, { now: () => now });
    const leave = new AbortController();

    const asking = ask(proxy, '/v1/messages', { signal: leave.signal }).then((given) => given.text());
    await expect.poll(() => upstream.asked.length).toBe(1);
    await wait(50);
    now += 5 * 60_000;
    leave.abort();

    await expect(asking).rejects.toThrow();
    await expect.poll(() => proxy.traffic().failure).toEqual({ kind: 'outage', what: 'the provider fell silent' });
  });

  it.each(HANGS)('is none where the agent had reasons of its own: one %s', async (_, answer) => {
    const { proxy, upstream } = await start(answer);
    const leave = new AbortController();

    const asking = ask(proxy, '/v1/messages', { signal: leave.signal }).then((given) => given.text());
    await expect.poll(() => upstream.asked.length).toBe(1);
    leave.abort();

    await expect(asking).rejects.toThrow();
    await wait(50);
    expect(proxy.traffic().failure).toBeUndefined();
  });
});
