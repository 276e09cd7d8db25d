import * as z from 'zod';
import type { EndedRun } from './lock.ts';

/** What made a job start, as far as it matters: whether a pass is due, or first somebody is to be asked about. */
export type Occasion =
  | { readonly kind: 'due' }
  /** Due where GitHub says that they may write. */
  | { readonly kind: 'person'; readonly login: string }
  | { readonly kind: 'none'; readonly why: string };

const sent = z.object({
  sender: z.object({ login: z.string(), type: z.string().optional() }).optional(),
  pull_request: z
    .object({
      head: z.object({ repo: z.object({ id: z.number() }).nullable() }),
      base: z.object({ repo: z.object({ id: z.number() }) }),
    })
    .optional(),
});

/** Nobody starts them who may not write: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows */
const OF_WRITERS: readonly string[] = ['schedule', 'workflow_dispatch', 'repository_dispatch', 'push'];

/** @param payload Of the event, as GitHub gave it to the job: much of it is text of strangers. */
export function occasionOf(event: string, payload: unknown): Occasion {
  if (OF_WRITERS.includes(event)) return { kind: 'due' };
  const read = sent.safeParse(payload);
  if (!read.success) return { kind: 'none', why: `the event ${event} says nothing that can be read` };
  const { sender, pull_request: pull } = read.data;
  if (pull && pull.head.repo?.id !== pull.base.repo.id)
    return { kind: 'none', why: 'the pull request comes from a fork' };
  if (!sender || sender.type === 'Bot')
    return { kind: 'none', why: `${sender?.login ?? 'nobody'} is a program, and none steers a plan` };
  return { kind: 'person', login: sender.login };
}

const jobResults = z.array(z.enum(['success', 'failure', 'cancelled', 'skipped']));

/**
 * How a task run ended, by the results of all its jobs but the one that asks.
 * @param text `toJSON(needs.*.result)`. @returns Undefined where there were no jobs. @throws where it is something else.
 */
export function endOf(text: string): EndedRun['conclusion'] | undefined {
  const results = text.trim() === '' ? [] : jobResults.parse(JSON.parse(text));
  if (results.length === 0) return undefined;
  if (results.includes('failure')) return 'failure';
  return results.includes('cancelled') ? 'cancelled' : 'success';
}
