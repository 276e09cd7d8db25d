import * as z from 'zod';

/** The part of a plan's record that keeps when its repository was found fit for it, under which of its settings. */
export const fitness = z.object({
  at: z.string(),
  /** See `preflightKey`. */
  key: z.string(),
  /** Names of facts that nobody told, until a run has found that they keep no work from landing. */
  unknown: z.array(z.string()).optional(),
});
