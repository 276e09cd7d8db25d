import * as z from 'zod';

/** The parts of records that keep what becomes of pull requests. */

/** When the app opened a pull request again that somebody closed who may not write, and how often that was. */
const reopenings = z.object({ at: z.string(), times: z.number() });

/** Of a task: the one that holds verified work, while people review it. */
export const review = z.object({
  pull: z.number(),
  /** The commit that was verified. */
  head: z.string(),
  run: z.number(),
  at: z.string(),
  checks: z.record(z.string(), z.string()),
  summary: z.string(),
  cost_usd: z.number().optional(),
  /** Changes are wanted: a next slice goes on from it. */
  wanted: z.boolean().optional(),
  /** When it was closed without having been merged. */
  closed: z.string().optional(),
  /** A person said no to the task: the orchestrator closes it, and goes on from it once the no is taken back. */
  withdrawn: z.boolean().optional(),
  /** The no was taken back: that it is closed is the orchestrator's doing. */
  restored: z.boolean().optional(),
  reopened: reopenings.optional(),
});

/** Of a wave, where work lands on a branch of its own: the one that takes it to the default branch. */
export const wavePull = z.object({
  branch: z.string(),
  number: z.number().optional(),
  state: z.enum(['open', 'merged', 'closed']).optional(),
  reopened: reopenings.optional(),
  /** Why GitHub would not open it. */
  refused: z.string().optional(),
});
