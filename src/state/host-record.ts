import * as z from 'zod';

/** The part of a plan's record that names the host that works on it. */
export const planHost = z.object({
  /** Its login. */
  app: z.string(),
  since: z.string(),
  /** The one that it took the plan over from. */
  from: z.string().optional(),
  /** When a person last asked for another one. */
  offered: z.string().optional(),
});

export type PlanHost = Readonly<z.infer<typeof planHost>>;
