import { type PricedModels, priceOf } from '../../../plan/budget.ts';
import type { Tokens } from '../adapter.ts';
import { asNumber, asObject, asText, type JsonObject } from '../adapters/json-line.ts';
import type { Traffic } from './traffic.ts';

/** What the agent of a run may spend at its model, and what tokens cost there. */
export interface CapSettings {
  /** US dollars. */
  readonly usd: number;
  /** At least one: a model that none of them is for counts as the dearest. */
  readonly prices: readonly PricedModels[];
}

/** What was kept for a request that is under way. */
export interface Hold {
  /**
   * The request is over.
   * @param isUnclear Something may have been paid that no answer has told: what was kept for it counts as spent.
   */
  readonly release: (isUnclear: boolean) => void;
}

export interface SpendingCap {
  /**
   * Keeps as much for a request as it may cost at most, and waits while others under way hold too much of what is left.
   * @returns Undefined where it does not fit though nothing else is under way: the cap is reached, or nobody waits any more.
   */
  readonly admit: (request: PaidRequest) => Promise<Hold | undefined>;
  /** Aborted once a request did not fit. */
  readonly reached: AbortSignal;
  /** US dollars, of which some may be kept for what nobody told. */
  readonly spent: () => number;
}

interface PaidRequest {
  /** Path and query. */
  readonly target: string;
  readonly body: Buffer;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export function openCap({ usd, prices }: CapSettings, traffic: () => Pick<Traffic, 'models'>): SpendingCap {
  const reached = new AbortController();
  const holds = new Set<number[]>();
  let unclear = 0;
  let over = Promise.withResolvers<void>();
  const told = () => costOf(traffic().models, prices);
  const spent = () => told() + unclear;
  const held = () => [...holds].reduce((sum, [amount = 0]) => sum + amount, 0);

  async function admit({ target, body, signal }: PaidRequest): Promise<Hold | undefined> {
    const most = mostCostOf({ target, body }, prices);
    while (!signal.aborted && !reached.signal.aborted) {
      if (spent() + held() + most <= usd) return hold(most);
      if (holds.size === 0) reached.abort();
      else await Promise.race([over.promise, aborted(signal)]);
    }
    return undefined;
  }

  function hold(most: number): Hold {
    const kept = [most];
    holds.add(kept);
    return {
      release: (isUnclear) => {
        if (!holds.delete(kept)) return;
        if (isUnclear) unclear += most;
        over.resolve();
        over = Promise.withResolvers<void>();
      },
    };
  }

  return { admit, reached: reached.signal, spent };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

const MILLION = 1_000_000;
/** What writing into a cache costs over plain input, where nobody says: Anthropic's "Prompt caching". */
const CACHE_WRITE = 1.25;

/** What tokens of several models cost, in US dollars. @internal Beside `openCap`, for tests of its arithmetic. */
export function costOf(models: Readonly<Record<string, Tokens>>, prices: readonly PricedModels[]): number {
  return Object.entries(models).reduce((sum, [model, tokens]) => {
    const price = priceOf(model, prices);
    const cost = price ? tokensCost(tokens, price) : Math.max(...prices.map((each) => tokensCost(tokens, each)));
    return sum + cost;
  }, 0);
}

function tokensCost({ input, output, cached, written = 0 }: Tokens, price: PricedModels): number {
  const fresh = Math.max(0, input - cached - written);
  const { cache_read = price.input, cache_write = CACHE_WRITE * price.input } = price;
  return (fresh * price.input + cached * cache_read + written * cache_write + output * price.output) / MILLION;
}

/** A token is seldom less than two bytes of a request. */
const BYTES_PER_TOKEN = 2;
/** Longest answer where the request sets no bound of its own: few models write more at once. */
const USUAL_OUTPUT = 32_000;

/** What a request costs at most, as far as it tells: all of its body as input that nobody had read before, and the longest answer. */
function mostCostOf({ target, body }: Pick<PaidRequest, 'target' | 'body'>, prices: readonly PricedModels[]): number {
  const asked = parsed(body);
  // Where the path names it, what the body says of it is nothing to the provider.
  const model = /\/models?\/([^/:?]+)/.exec(target)?.[1] ?? asText(asked?.model) ?? '';
  const input = Math.ceil(body.length / BYTES_PER_TOKEN);
  const output = longestAnswer(asked) * answersAsked(asked);
  const price = priceOf(model, prices);
  const costs = (price ? [price] : prices).map((each) => {
    const dearest = Math.max(each.input, each.cache_write ?? CACHE_WRITE * each.input, each.cache_read ?? 0);
    return (input * dearest + output * each.output) / MILLION;
  });
  return Math.max(...costs);
}

function parsed(body: Buffer): JsonObject | undefined {
  try {
    return asObject(JSON.parse(body.toString('utf8')));
  } catch {
    // The provider will say that it is no JSON.
    return undefined;
  }
}

/** Names of the bound in the APIs of Anthropic, OpenAI and Gemini. */
function longestAnswer(asked: JsonObject | undefined): number {
  const generation = asObject(asked?.generationConfig) ?? asObject(asked?.generation_config);
  const bounds = [
    asked?.max_tokens,
    asked?.max_output_tokens,
    asked?.max_completion_tokens,
    generation?.maxOutputTokens,
    generation?.max_output_tokens,
  ].flatMap((bound) => asNumber(bound) ?? []);
  return bounds.length === 0 ? USUAL_OUTPUT : Math.max(0, ...bounds);
}

function answersAsked(asked: JsonObject | undefined): number {
  const generation = asObject(asked?.generationConfig);
  return Math.max(1, asNumber(asked?.n) ?? asNumber(generation?.candidateCount) ?? 1);
}
