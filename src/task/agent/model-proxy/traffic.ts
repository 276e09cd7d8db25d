import type { IncomingMessage } from 'node:http';
import type { Tokens } from '../adapter.ts';
import { type ProviderFailure, readFailure } from './provider-failure.ts';
import { limitResetTime } from './rate-limit.ts';
import { addTokens, NO_TOKENS, readUsage, type Usage, type UsageReader } from './token-count.ts';

/** What has passed so far, with what answers that are still coming, or broke off, have told by now. */
export interface Traffic {
  /** Requests that the provider answered. */
  readonly requests: number;
  /** Whether a turn of a model was asked for. */
  readonly hasTurns: boolean;
  readonly tokens: Tokens;
  /** The same by model, as the provider names it. */
  readonly models: Readonly<Record<string, Tokens>>;
  /** Set while the provider's last answer was a limit; `until` in milliseconds where it said when that ends. */
  readonly limit: { readonly until: number | undefined } | undefined;
  /** Set while the last request came to nothing by the provider's doing. */
  readonly failure: ProviderFailure | undefined;
}

export interface TrafficCount {
  /** A request goes to the provider. */
  readonly ask: (request: { readonly isTurn: boolean }) => RequestCount;
  readonly read: () => Traffic;
}

export interface RequestCount {
  /** An answer begins. */
  readonly begin: (answer: Pick<IncomingMessage, 'statusCode' | 'headers'>) => AnswerCount;
  /** There was none that could be passed on; undefined where nobody waits for one any more. */
  readonly missed: (failure: ProviderFailure | undefined) => void;
}

export interface AnswerCount {
  readonly take: (chunk: Buffer) => void;
  /**
   * The answer is over: `whole`, or `broken` off by the provider, or nobody wanted the rest of it.
   * @returns Whether all that it cost is told.
   */
  readonly end: (how: 'whole' | 'broken' | 'unwanted') => boolean;
}

/** Names come with answers: more of them than any agent uses are counted together. */
const MAX_MODELS = 16;
const OTHERS = 'others';

/** Programs give a provider up that was silent for five minutes or ten. Who leaves earlier has a reason of its own. */
const MIN_SILENCE_MS = 2 * 60_000;

export function countTraffic(now: () => number): TrafficCount {
  const coming = new Set<UsageReader>();
  const troubles = rememberTroubles();
  let requests = 0;
  let models: Traffic['models'] = {};
  return {
    ask: ({ isTurn }) => {
      const meet = (trouble: Partial<Trouble>) => troubles.meet(trouble, isTurn);
      let heard = now();
      const leave = (): void => {
        if (now() - heard >= MIN_SILENCE_MS) meet({ failure: SILENT });
      };
      meet({});
      return {
        begin: ({ statusCode = 0, headers }) => {
          const reader = readUsage(headers['content-type']);
          const errors = readFailure(statusCode, headers['content-type']);
          coming.add(reader);
          requests++;
          heard = now();
          const until = statusCode === 429 ? limitResetTime(headers, heard) : undefined;
          meet({ limit: statusCode === 429 ? { until } : undefined });
          return {
            take: (chunk) => {
              heard = now();
              reader.take(chunk);
              errors.take(chunk);
            },
            end: (how) => {
              const usage = reader.read();
              if (coming.delete(reader)) models = addUsage(models, usage);
              // An error costs nothing; an answer that broke off has not told its end.
              const isTold = statusCode >= 300 || (how === 'whole' && usage.tokens.input + usage.tokens.output > 0);
              // The head of an error tells enough.
              if (how === 'unwanted' && statusCode < 300) {
                leave();
                return isTold;
              }
              const failure = errors.read();
              meet({ failure: failure ?? (how === 'broken' ? BROKEN_OFF : undefined) });
              if (failure?.kind === 'quota') meet({ limit: { until: until ?? endOf(failure, now()) } });
              return isTold;
            },
          };
        },
        missed: (failure) => {
          if (failure) meet({ failure });
          else leave();
        },
      };
    },
    read: () => {
      const sums = [...coming].map((reader) => reader.read()).reduce(addUsage, models);
      const tokens = Object.values(sums).reduce(addTokens, NO_TOKENS);
      return { requests, hasTurns: troubles.hasTurns(), tokens, models: sums, ...troubles.read() };
    },
  };
}

/** Gemini says it in the body alone. */
function endOf({ wait }: ProviderFailure, now: number): number | undefined {
  return wait === undefined ? undefined : now + wait;
}

type Trouble = Pick<Traffic, 'limit' | 'failure'>;

const NO_TROUBLE: Trouble = { limit: undefined, failure: undefined };

/**
 * Only troubles with turns of a model count, as soon as one was asked for: a count of tokens that is answered ends no
 * limit, and one that is refused is none.
 */
function rememberTroubles(): {
  readonly meet: (trouble: Partial<Trouble>, isTurn: boolean) => void;
  readonly hasTurns: () => boolean;
  readonly read: () => Trouble;
} {
  let beside = NO_TROUBLE;
  let withTurns: Trouble | undefined;
  return {
    meet: (trouble, isTurn) => {
      if (isTurn) withTurns = { ...(withTurns ?? NO_TROUBLE), ...trouble };
      else beside = { ...beside, ...trouble };
    },
    hasTurns: () => withTurns !== undefined,
    read: () => withTurns ?? beside,
  };
}

const SILENT: ProviderFailure = { kind: 'outage', what: 'the provider fell silent' };

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
