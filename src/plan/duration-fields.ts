import * as z from 'zod';
import { estimateProblem, parseEstimate } from './estimate.ts';

/** How long something may take, as the configuration says it. */

/** `30min`, `5h`, or minutes; it comes out in minutes. */
export const duration = z
  .union([z.number(), z.string()], { error: '{name} must be minutes as a number, or text such as 30min or 5h' })
  .transform((written, context) => {
    const minutes = parseEstimate(written);
    if (minutes !== undefined) return minutes;
    context.addIssue({ code: 'custom', message: estimateProblem(written, 'duration') });
    return z.NEVER;
  });

/** How long the agent of one attempt may work over all its runs. */
export type AttemptLimit = { readonly timesEstimate: number } | { readonly minutes: number };

export const attemptLimit = z
  .union([z.number(), z.string()], { error: '{name} must be times the estimate, such as 4x, or a duration such as 6h' })
  .transform((written, context): AttemptLimit => {
    const times = /^(\d{1,3}(?:\.\d{1,2})?)x$/.exec(String(written).trim())?.[1];
    if (times !== undefined && Number(times) > 0) return { timesEstimate: Number(times) };
    const minutes = parseEstimate(written);
    if (minutes !== undefined) return { minutes };
    const message = `\`${String(written).slice(0, 40)}\` is no limit; write times the estimate, such as 4x, or a duration such as 6h`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
