import { randomUUID } from 'node:crypto';

/** Sends webhooks at once, in a process of its own as GitHub does: what the bench has to do besides keeps none of them waiting. */

export interface Burst {
  readonly url: string;
  readonly count: number;
  readonly body: string;
  readonly signature: string;
}

export interface Answered {
  /** After how many milliseconds each was answered. */
  readonly times: readonly number[];
  /** Whether all were taken. */
  readonly heard: boolean;
}

process.once('message', async ({ url, count, body, signature }: Burst) => {
  const answers = await Promise.all(
    Array.from({ length: count }, async () => {
      const headers = {
        'content-type': 'application/json',
        'x-github-delivery': randomUUID(),
        'x-github-event': 'issues',
        'x-hub-signature-256': signature,
      };
      const sent = performance.now();
      // A connection that the server does not take is an answer as well.
      const status = await fetch(url, { method: 'POST', body, headers }).then(
        (answer) => answer.status,
        () => 0,
      );
      return { status, took: performance.now() - sent };
    }),
  );
  const answered: Answered = {
    times: answers.map(({ took }) => took),
    heard: answers.every(({ status }) => status === 202),
  };
  process.send?.(answered, () => process.exit(0));
});
