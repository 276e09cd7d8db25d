import type { IncomingMessage } from 'node:http';
import type { Tokens } from '../adapter.ts';
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
}

export interface TrafficCount {
  /** An answer begins. */
  readonly begin: (answer: IncomingMessage) => AnswerCount;
  readonly read: () => Traffic;
}

export interface AnswerCount {
  readonly take: (chunk: Buffer) => void;
  /** The answer is over, or broke off. */
  readonly end: () => void;
}

/** Used-up limits, and the provider's overload. */
const LIMITS = [429, 529];
/** Names come with answers: more of them than any agent uses are counted together. */
const MAX_MODELS = 16;
const OTHERS = 'others';

export function countTraffic(now: () => number): TrafficCount {
  const coming = new Set<UsageReader>();
  let requests = 0;
  let models: Traffic['models'] = {};
  let limit: Traffic['limit'];
  return {
    begin: ({ statusCode = 0, headers }) => {
      const reader = readUsage(headers['content-type']);
      coming.add(reader);
      requests++;
      limit = LIMITS.includes(statusCode) ? { until: limitResetTime(headers, now()) } : undefined;
      return {
        take: reader.take,
        end: () => {
          if (coming.delete(reader)) models = addUsage(models, reader.read());
        },
      };
    },
    read: () => {
      const sums = [...coming].map((reader) => reader.read()).reduce(addUsage, models);
      return { requests, tokens: Object.values(sums).reduce(addTokens, NO_TOKENS), models: sums, limit };
    },
  };
}

function addUsage(models: Traffic['models'], { model = OTHERS, tokens }: Usage): Traffic['models'] {
  if (tokens.input + tokens.output === 0) return models;
  const readable = /^[A-Za-z0-9][\w.:/@-]{0,99}$/.test(model);
  const known = Object.hasOwn(models, model) || Object.keys(models).length < MAX_MODELS;
  const name = readable && known ? model : OTHERS;
  return { ...models, [name]: addTokens(models[name] ?? NO_TOKENS, tokens) };
}
