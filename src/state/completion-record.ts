import * as z from 'zod';

/** How the check of progress stands where a rule of the repository took the commit on no branch. */
export const PROGRESS_REFUSED = 'refused';

/** What a record keeps of work that landed, and of how it was verified. */
export const completion = z.object({
  run: z.number(),
  commit: z.string().optional(),
  /** The dispatch that landed it, where that is an earlier one than `run` worked for. */
  dispatch: z.number().optional(),
  /** The last look (`head` of the plan's record) after which it was found. */
  after: z.string().optional(),
  at: z.string(),
  /** Check name to status, as in a result. */
  checks: z.record(z.string(), z.string()),
  summary: z.string(),
  cost_usd: z.number().optional(),
  /** The pull request that was merged, where people did. */
  pull: z.number().optional(),
  /** What was merged is not what was verified. */
  unverified: z.boolean().optional(),
});
