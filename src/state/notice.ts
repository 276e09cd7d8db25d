import * as z from 'zod';

/** One transition of a plan that people are told of elsewhere. */

const counts = { completed: z.number(), skipped: z.number() };

const about = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('needs-person'),
    task: z.string(),
    title: z.string(),
    issue: z.number(),
    reason: z.string(),
  }),
  /** Something was started, and nothing runs, is due or will be without somebody. */
  z.object({ event: z.literal('stalled'), waiting: z.number(), reason: z.string() }),
  /** 80 per cent of a limit are spent, or, at 100, nothing more fits into it. */
  z.object({ event: z.literal('budget'), percent: z.number(), of: z.string() }),
  z.object({ event: z.literal('wave-done'), wave: z.number(), title: z.string(), ...counts }),
  z.object({ event: z.literal('plan-done'), ...counts }),
]);

const notice = z.object({
  /** Counted up on each plan issue, so that with the issue it names one transition. */
  id: z.number(),
  at: z.string(),
  about,
});

/** On the plan issue, where anybody is to be told. */
export const notices = z.object({
  /** Number of the newest. */
  last: z.number(),
  /** What holds and was told, by its name: it is told again once it has held no more. */
  told: z.array(z.string()),
  /** What is still to be sent. It enters in the write that has the transition, and leaves once it has arrived. */
  outbox: z.array(notice),
});

export type Notice = Readonly<z.infer<typeof notice>>;
export type NoticeAbout = Readonly<z.infer<typeof about>>;
export type Notices = Readonly<z.infer<typeof notices>>;

/** @returns The same for one transition in every process that tells of it, and for no other of the repository: `5.12`. */
export function noticeKey({ issue, id }: { readonly issue: number; readonly id: number }): string {
  return `${issue}.${id}`;
}
