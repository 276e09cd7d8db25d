import type { IncomingMessage } from 'node:http';
import type { Tokens } from '../adapter.ts';
import { type ProviderFailure, readFailure } from './provider-failure.ts';
import { limitResetTime } from './rate-limit.ts';
import { addTokens, NO_TOKENS, readUsage, type Usage, type UsageReader } from './token-count.ts';

/** What has passed so far, with what answers that are still coming, or broke off, have told by now. */
export interface Traffic {
  /** Requests that the provider answered. */
  readonly requests: number;
  readonly tokens: Tokens;
  /** The same by model, as the provider names it. */
  readonly models: Readonly<Record<string, Tokens>>;
  /** Set while the provider's last answer was a limit; `until` in milliseconds where it said when that ends. */
  readonly limit: { readonly until: number | undefined } | undefined;
  /** Set while the last request came to nothing by the provider's doing. */
  readonly failure: ProviderFailure | undefined;
}

export interface TrafficCount {
  /** An answer begins. */
  readonly begin: (answer: IncomingMessage) => AnswerCount;
  /** There was none that could be passed on. */
  readonly missed: (failure: ProviderFailure) => void;
  readonly read: () => Traffic;
}

export interface AnswerCount {
  readonly take: (chunk: Buffer) => void;
  /** The answer is over: `whole`, or `broken` off by the provider, or nobody wanted the rest of it. */
  readonly end: (how: 'whole' | 'broken' | 'unwanted') => void;
}

/** Names come with answers: more of them than any agent uses are counted together. */
const MAX_MODELS = 16;
const OTHERS = 'others';

export function countTraffic(now: () => number): TrafficCount {
  const coming = new Set<UsageReader>();
  let requests = 0;
  let models: Traffic['models'] = {};
  let limit: Traffic['limit'];
  let failure: ProviderFailure | undefined;
  return {
    begin: ({ statusCode = 0, headers }) => {
      const reader = readUsage(headers['content-type']);
      const errors = readFailure(statusCode, headers['content-type']);
      coming.add(reader);
      requests++;
      limit = statusCode === 429 ? { until: limitResetTime(headers, now()) } : undefined;
      return {
        take: (chunk) => {
          reader.take(chunk);
          errors.take(chunk);
        },
        end: (how) => {
          if (coming.delete(reader)) models = addUsage(models, reader.read());
          if (how !== 'unwanted') failure = errors.read() ?? (how === 'broken' ? BROKEN_OFF : undefined);
        },
      };
    },
    missed: (met) => {
      failure = met;
    },
    read: () => {
      const sums = [...coming].map((reader) => reader.read()).reduce(addUsage, models);
      return { requests, tokens: Object.values(sums).reduce(addTokens, NO_TOKENS), models: sums, limit, failure };
    },
  };
}

const BROKEN_OFF: ProviderFailure = {
  kind: 'outage',
  what: 'the provider broke off its answer',
  isPartial: true,
};

function addUsage(models: Traffic['models'], { model = OTHERS, tokens }: Usage): Traffic['models'] {
  if (tokens.input + tokens.output === 0) return models;
  const readable = /^[A-Za-z0-9][\w.:/@-]{0,99}$/.test(model);
  const known = Object.hasOwn(models, model) || Object.keys(models).length < MAX_MODELS;
  const name = readable && known ? model : OTHERS;
  return { ...models, [name]: addTokens(models[name] ?? NO_TOKENS, tokens) };
}
