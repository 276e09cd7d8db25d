import * as z from 'zod';

/** Until when a limit or an outage of a model provider lasts, as a record keeps it. */
export const quota = z.object({
  agent: z.string(),
  until: z.string(),
  /** Of an outage: when it was first met since that provider last worked. */
  since: z.string().optional(),
});
