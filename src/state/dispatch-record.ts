import * as z from 'zod';
import { cause } from './cause.ts';
import { OUTCOMES } from './result.ts';

/** The part of a task's record that keeps its dispatches. */

/**
 * Whom a dispatch works for, as it was when it was sent: what plan and configuration say later moves no spending. While
 * it is outstanding `usd` and `minutes` are the most that it may spend; once it is over, what it counts for.
 */
const share = z.object({
  /** Agent type, and model as it was asked for. */
  type: z.string(),
  model: z.string(),
  /** US dollars; absent where nothing bounds it and nobody told. */
  usd: z.number().optional(),
  /** Of the agent's work; likewise. */
  minutes: z.number().optional(),
  /** It is over, and nobody told all of its cost: `usd` is what it was allowed. */
  unknown: z.boolean().optional(),
});

export const account = z.object({
  wave: z.number().optional(),
  ...share.shape,
  /** The same of the agent that reviews the work, beside that: it has an allowance of its own. */
  reviewer: share.optional(),
});

/** What dispatches that a record keeps no more have spent together, of one wave, agent type and model. */
export const spentBefore = account.omit({ reviewer: true }).extend({ runs: z.number() });

/**
 * On the plan issue, where there is a budget: what its dispatches spent, and what each outstanding one may spend. A record of
 * a task that somebody breaks is made anew from this, so that nothing that was paid for is forgotten.
 */
export const keptAccounts = z.object({
  /** By wave and agent type. */
  spent: z.array(spentBefore),
  live: z.array(z.object({ issue: z.number(), dispatch: z.number(), account })),
});

/** One that is over. */
export const past = z.object({
  dispatch: z.number(),
  attempt: z.number(),
  slice: z.number(),
  run: z.number().optional(),
  agent: z.string(),
  sent: z.string(),
  ended: z.string(),
  /** As runs report it; `cancelled` when a person ended it. */
  outcome: z.enum([...OUTCOMES, 'cancelled']),
  /** Why it ended so, where that was said. */
  cause: cause.optional(),
  /** How long its agent worked, where it said so. */
  seconds: z.number().optional(),
  /** What its agent cost, where it said so (US dollars). */
  cost_usd: z.number().optional(),
  account: account.optional(),
  /** The commit that keeps its work, and the one that it started from, where both lie in the repository. */
  saved: z.object({ commit: z.string(), base: z.string() }).optional(),
  /** Its agent was ended at its limit and had changed no file. */
  stalled: z.boolean().optional(),
  /** Of a `quota`: when the limit of the model's provider ends, where it said so. */
  until: z.string().optional(),
  /** When its runs were told to end, where some were at work: GitHub takes minutes to end them. */
  stopped: z.string().optional(),
  /** Another try would end in the same way. */
  needs: z.literal('person').optional(),
  /** GraphQL id of the comment that reported it, until a later one does: then that is minimized. */
  comment: z.string().optional(),
});

/** The outstanding one. */
export const live = z.object({
  /** Run id, once known. */
  run: z.number().optional(),
  /** Slot: A1..AN. */
  agent: z.string(),
  /** When the dispatch was last sent. */
  sent: z.string(),
  /** How often it was sent under the same number. */
  sends: z.number(),
  /** Its run looks, before its agent is started, whether work could land: see `isProbeDue`. */
  probe: z.boolean().optional(),
  account: account.optional(),
});
