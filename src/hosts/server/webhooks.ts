import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

/** How webhooks come in: nothing of a request is parsed or logged before its signature says that GitHub sent it. */

export const WEBHOOK_PATH = '/api/github/webhooks';

/** GitHub sends no more: "Webhook events and payloads", payload cap. */
const MAX_BODY = 25 * 1024 * 1024;
/** For the whole body to arrive, in milliseconds. */
const BODY_MS = 30_000;
/**
 * Bytes of bodies that are read at once, as announced: strangers can have memory of ours held for as long as a body may take.
 * A burst of a thousand webhooks, of some ten kilobytes each, is far below it.
 */
const MAX_READING = 16 * MAX_BODY;

export interface Delivery {
  readonly id: string;
  readonly name: string;
  readonly payload: object;
}

/** What a log says of a webhook that GitHub signed. */
export interface HeardWebhook {
  readonly delivery: string;
  readonly event: string;
  readonly repository?: string;
}

export interface WebhookIntake {
  readonly verify: (body: string, signature: string) => Promise<boolean>;
  readonly receive: (delivery: Delivery) => Promise<void>;
  /** Told of what went wrong with a delivery that GitHub did send. */
  readonly onError: (about: HeardWebhook, error: unknown) => void;
  /**
   * What was received outlives this process: a webhook is answered once it was, within so many milliseconds, and refused where
   * that fails. Absent: it is answered at once.
   */
  readonly keepWithin?: number | undefined;
  /** None is taken any more. */
  readonly isClosed?: () => boolean;
  readonly limits?: { readonly body?: number; readonly bodyMs?: number; readonly reading?: number };
}

/** @returns A handler that answers every POST to the path of webhooks. It never rejects. */
export function webhookHandler(intake: WebhookIntake) {
  const { verify, receive, onError, isClosed = () => false, keepWithin, limits = {} } = intake;
  const { body: max = MAX_BODY, bodyMs = BODY_MS, reading: maxReading = MAX_READING } = limits;
  let reading = 0;
  const arrivals = new Arrivals();
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (isClosed()) return refuse(request, { response, status: 503, what: 'stopping' });
    arrivals.note();
    const head = headOf(request, max);
    if ('refused' in head) return refuse(request, { response, ...head.refused });
    const announced = Number(request.headers['content-length'] ?? max);
    if (reading + announced > maxReading) return refuse(request, { response, status: 503, what: 'busy' });
    reading += announced;
    const body = await readBody(request, { max, bodyMs }).finally(() => {
      reading -= announced;
    });
    if (typeof body !== 'string') return refuse(request, { response, ...body });
    // What cannot be compared is no signature of anybody's.
    const isSigned = await verify(body, head.signature).catch(() => false);
    if (!isSigned) return answer(response, 401, 'this is not signed with the secret of the app');
    await hear(head, { body, response });
  };

  async function hear(
    { id, name }: Head,
    { body, response }: { readonly body: string; readonly response: ServerResponse },
  ): Promise<void> {
    const payload = parsed(body);
    const about = { delivery: id, event: name, ...(payload ? repositoryIn(payload) : {}) };
    if (!payload) {
      onError(about, new Error('its body is not JSON'));
      return answer(response, 400, 'this is not JSON');
    }
    const received = () =>
      receive({ id, name, payload }).then(
        () => true,
        (error) => {
          onError(about, error);
          return false;
        },
      );
    if (keepWithin !== undefined) {
      // It goes on trying: this answer only tells GitHub, and whoever looks there, that nobody knows yet.
      const isKept = await Promise.race([received(), sleep(keepWithin, false, { ref: false })]);
      return isKept ? answer(response, 202, 'taken') : answer(response, 503, 'not kept yet');
    }
    // GitHub sends nothing again by itself: what becomes of it is for our log, and passes find what was not heard.
    answer(response, 202, 'taken');
    await arrivals.pause();
    await received();
  }
}

/** One webhook alone is heard after so long (ms). */
const MOMENT_MS = 10;
/** Where others came in that moment, once none has come for so long (ms). */
const PAUSE_MS = 60;
/** Where they go on coming, what they told is heard all the same. */
const MAX_PAUSE_MS = 400;

/** A pass takes the processor for as long as others wait for their answers: it begins behind a burst. */
class Arrivals {
  #count = 0;
  #pausing: Promise<void> | undefined;

  note(): void {
    this.#count++;
  }

  /** Settles once no webhook comes, for all that wait for it at the same time. */
  pause(): Promise<void> {
    this.#pausing ??= this.#untilNoneComes().finally(() => {
      this.#pausing = undefined;
    });
    return this.#pausing;
  }

  async #untilNoneComes(): Promise<void> {
    const end = performance.now() + MAX_PAUSE_MS;
    for (let [seen, wait] = [this.#count, MOMENT_MS]; performance.now() < end; wait = PAUSE_MS) {
      await sleep(wait, undefined, { ref: false });
      if (this.#count === seen) return;
      seen = this.#count;
    }
  }
}

interface Head {
  readonly id: string;
  readonly name: string;
  readonly signature: string;
}

interface Refusal {
  readonly status: number;
  readonly what: string;
}

function headOf({ method, headers }: IncomingMessage, max: number): Head | { readonly refused: Refusal } {
  if (method !== 'POST') return { refused: { status: 405, what: 'webhooks are sent by POST' } };
  if (!/^application\/json\b/i.test(headers['content-type'] ?? ''))
    return { refused: { status: 415, what: 'set the content type of the webhook to application/json' } };
  if (Number(headers['content-length'] ?? 0) > max) return { refused: { status: 413, what: 'this is too long' } };
  const [id, name, signature] = ['x-github-delivery', 'x-github-event', 'x-hub-signature-256'].map((key) =>
    String(headers[key] ?? ''),
  );
  if (!id || !name || !signature) return { refused: { status: 400, what: 'this is no webhook of GitHub' } };
  // They are named in our log.
  if (!/^[\w-]{1,100}$/.test(id) || !/^\w{1,60}$/.test(name) || !/^sha256=[0-9a-f]{64}$/.test(signature))
    return { refused: { status: 400, what: 'this is no webhook of GitHub' } };
  return { id, name, signature };
}

async function readBody(
  request: IncomingMessage,
  { max, bodyMs }: { readonly max: number; readonly bodyMs: number },
): Promise<string | Refusal> {
  const chunks: Buffer[] = [];
  let size = 0;
  const late = setTimeout(() => request.destroy(), bodyMs);
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > max) return { status: 413, what: 'this is too long' };
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch {
    // Whoever sent it hung up, or was too slow.
    return { status: 408, what: 'this did not arrive' };
  } finally {
    clearTimeout(late);
  }
}

function parsed(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const named = z.object({ repository: z.object({ full_name: z.string().max(200) }) });

function repositoryIn(payload: object): Pick<HeardWebhook, 'repository'> {
  const read = named.safeParse(payload);
  return read.success ? { repository: read.data.repository.full_name } : {};
}

/** The rest of what is refused is not read. */
function refuse(
  request: IncomingMessage,
  { response, status, what }: Refusal & { readonly response: ServerResponse },
): void {
  response.setHeader('connection', 'close');
  response.once('finish', () => request.destroy());
  answer(response, status, what);
}

function answer(response: ServerResponse, status: number, what: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${what}\n`);
}
