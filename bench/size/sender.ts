import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';

/** Sends webhooks, in a process of its own as GitHub does: what the bench has to do besides keeps none of them waiting. */

export interface Burst {
  readonly url: string;
  readonly count: number;
  /** So many are under way at a time; each has a connection. */
  readonly connections: number;
  readonly body: string;
  readonly signature: string;
}

export interface Answered {
  /** After how many milliseconds each was answered. */
  readonly times: readonly number[];
  /** Whether all were taken. */
  readonly heard: boolean;
}

process.once('message', async ({ url, count, connections, body, signature }: Burst) => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answers: { readonly status: number; readonly took: number }[] = [];
  let left = count;
  const one = async () => {
    while (left-- > 0) answers.push(await send());
  };
  await Promise.all(Array.from({ length: connections }, one));
  agent.destroy();
  const answered: Answered = {
    times: answers.map(({ took }) => took),
    heard: answers.every(({ status }) => status === 202),
  };
  process.send?.(answered, () => process.exit(0));

  async function send(): Promise<{ readonly status: number; readonly took: number }> {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-github-delivery': randomUUID(),
      'x-github-event': 'issues',
      'x-hub-signature-256': signature,
    };
    const begin = performance.now();
    // A connection that the server does not take is an answer as well.
    const status = await statusOf(request(url, { method: 'POST', headers, agent }).end(body)).catch(() => 0);
    return { status, took: performance.now() - begin };
  }
});

async function statusOf(sent: ReturnType<typeof request>): Promise<number> {
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  await once(answer.resume(), 'end');
  return answer.statusCode ?? 0;
}
