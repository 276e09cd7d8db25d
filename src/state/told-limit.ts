import * as z from 'zod';

/** A limit of the budget as people were told of it: raised or lowered, it is another one, of which they are told anew. */
export const toldLimit = z.object({
  scope: z.enum(['plan', 'wave', 'agent']),
  /** Number of the wave, or name of the agent type; empty for the plan. */
  name: z.string(),
  unit: z.enum(['usd', 'runs', 'minutes']),
  limit: z.number(),
  /** 80: so many per cent are spent. 100: nothing more fits into it, and a person was asked. */
  level: z.number(),
  at: z.string(),
});
