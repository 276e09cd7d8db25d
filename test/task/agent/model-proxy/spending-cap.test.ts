import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { PricedModels } from '../../../../src/plan/budget.ts';
import { APIS } from '../../../../src/task/agent/model-proxy/providers.ts';
import { costOf } from '../../../../src/task/agent/model-proxy/spending-cap.ts';
import { events, json } from '../../support/upstream.ts';
import { ask, startProxied } from './support/proxied.ts';

/** A token in costs $1, one out $10, read from the cache 10 cents. */
const DEAR: PricedModels = { match: 'm*', input: 1e6, output: 1e7, cache_read: 1e5, cache_write: 2e6 };

/** 32 bytes of body are 16 tokens at most: $32 where all of them are written to the cache, and $10 for each token of the answer. */
function body(maxTokens: number): string {
  return JSON.stringify({ model: 'm', max_tokens: maxTokens }).padEnd(32);
}

const USED = { model: 'm', usage: { input_tokens: 3, output_tokens: 2 } };

describe('the cap of a run', () => {
  it('lets requests through as long as the dearest answer fits, and tells what they cost', async () => {
    const { proxy, upstream } = await startProxied(json(USED), { cap: { usd: 75, prices: [DEAR] } });

    const first = await ask(proxy, undefined, { body: body(2) });
    await first.text();

    expect(proxy.cap?.spent()).toBe(23);
    // 23 spent, and 52 for the next: nothing is left over.
    expect((await ask(proxy, undefined, { body: body(2) })).status).toBe(200);
    expect(proxy.cap?.reached.aborted).toBe(false);
    const third = await ask(proxy, undefined, { body: body(2) });
    expect(third.status).toBe(403);
    expect(await third.text()).toContain('has spent what the budget has reserved for it');
    expect(proxy.cap?.reached.aborted).toBe(true);
    expect(proxy.cap?.spent()).toBeLessThanOrEqual(75);
    expect(upstream.asked).toHaveLength(2);
  });

  it('has requests wait for others that are under way, and never passes it by several at once', async () => {
    const { proxy, upstream } = await startProxied(
      (response, asked) => void setTimeout(20).then(() => json(USED)(response, asked)),
      { cap: { usd: 200, prices: [DEAR] } },
    );

    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(proxy, undefined, { body: body(2) })));

    const passed = answers.filter(({ status }) => status === 200).length;
    expect(passed).toBe(upstream.asked.length);
    // Seven cost 161; with an eighth that may cost 52 it would be 213.
    expect(passed).toBe(7);
    expect(proxy.cap?.spent()).toBe(161);
  });

  it('counts an answer that broke off, or told no usage, as all that it may have cost', async () => {
    const { proxy } = await startProxied(json({ model: 'm' }), { cap: { usd: 60, prices: [DEAR] } });

    await (await ask(proxy, undefined, { body: body(2) })).text();

    expect(proxy.cap?.spent()).toBe(52);
    expect((await ask(proxy, undefined, { body: body(2) })).status).toBe(403);
  });

  it('takes nothing for what the provider refuses, and for what is no turn of a model', async () => {
    const { proxy } = await startProxied(json({ error: { message: 'busy' } }, 529), {
      cap: { usd: 60, prices: [DEAR] },
    });

    for (let times = 0; times < 3; times++) await (await ask(proxy, undefined, { body: body(2) })).text();
    await (await ask(proxy, '/v1/messages/count_tokens', { body: body(9_000) })).text();

    expect(proxy.cap?.spent()).toBe(0);
    expect(proxy.cap?.reached.aborted).toBe(false);
  });

  it('takes a request that names no bound of its answer for a long one', async () => {
    const { proxy, upstream } = await startProxied(json(USED), {
      api: APIS.openai,
      cap: { usd: 1, prices: [{ match: '*', input: 0, output: 40 }] },
    });

    const answer = await ask(proxy, '/responses', { key: 'authorization', body: '{"model":"gpt-5"}' });

    // 32,000 tokens at $40 a million are $1.28.
    expect(answer.status).toBe(403);
    expect(upstream.asked).toEqual([]);
  });

  it('counts what is read from the cache and written to it by their own prices', async () => {
    const usage = { input_tokens: 1, cache_read_input_tokens: 10, cache_creation_input_tokens: 2, output_tokens: 1 };
    const stream = [
      { type: 'message_start', message: { model: 'm', usage: { ...usage, output_tokens: 0 } } },
      { type: 'message_delta', usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    ];
    const { proxy } = await startProxied(events(stream), { cap: { usd: 100, prices: [DEAR] } });

    await (await ask(proxy, undefined, { body: body(2) })).text();

    // 1 fresh, 10 read for 10 cents each, 2 written for $2 each, 1 out for $10.
    expect(proxy.cap?.spent()).toBe(16);
  });

  it('goes by the model in the path, whatever the body calls it', async () => {
    const prices = [
      { match: 'small', input: 0, output: 0 },
      { match: 'large', input: 1e6, output: 1e6 },
    ];
    const { proxy, upstream } = await startProxied(json(USED), { api: APIS.gemini, cap: { usd: 5, prices } });

    const answer = await ask(proxy, '/v1beta/models/large:generateContent', {
      key: 'x-goog-api-key',
      body: JSON.stringify({ model: 'small', generationConfig: { maxOutputTokens: 1 } }),
    });

    expect(answer.status).toBe(403);
    expect(upstream.asked).toEqual([]);
  });

  it('counts a model without a price as the dearest', () => {
    const tokens = { input: 1_000_000, output: 0, cached: 0 };
    const prices = [
      { match: 'small', input: 1, output: 1 },
      { match: 'large', input: 5, output: 1 },
    ];

    expect(costOf({ small: tokens, other: tokens }, prices)).toBe(6);
  });
});
