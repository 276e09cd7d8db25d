import { createHmac, randomUUID } from 'node:crypto';
import { eventPayload, type Payload } from '../events/payloads.ts';
import { type Faults, waitFor } from '../faults/faults.ts';
import type { AppRecord } from '../model/accounts.ts';
import type { GitHubEvent } from '../model/events.ts';
import type { Store } from '../model/store.ts';
import type { Addresses } from '../world.ts';

/** https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries: then it has failed, and is not sent again. */
const ANSWER_WITHIN_MS = 10_000;

interface Delivery {
  readonly id: string;
  readonly app: AppRecord;
  readonly event: string;
  readonly payload: Payload;
}

interface Options {
  readonly store: Store;
  readonly faults: Faults;
  readonly addresses: Addresses;
}

/**
 * Signed webhooks to the installed apps: one after another for each app, ten seconds for an answer, no second try.
 * Payloads are taken when the event happens, however late they are delivered.
 */
export class Webhooks {
  readonly #options: Options;
  readonly #queues = new Map<AppRecord, Promise<void>>();
  readonly #pending = new Set<Promise<void>>();
  readonly #held = new Map<AppRecord, Delivery[]>();
  readonly #stop = new AbortController();
  readonly #stopped = new Promise<void>((resolve) => this.#stop.signal.addEventListener('abort', () => resolve()));
  /** What ends each request that is under way. */
  readonly #sending = new Set<() => void>();
  #sent = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Deliveries attempted so far, doubled ones included. */
  get sent(): number {
    return this.#sent;
  }

  announce(event: GitHubEvent): void {
    const { store, addresses } = this.#options;
    for (const installation of store.installations.values()) {
      const { app } = installation;
      if (
        !app.webhook ||
        !installation.repositories.has(event.repository) ||
        !isSubscribed(app, { event, installationId: installation.id })
      )
        continue;
      const payload = {
        ...eventPayload(addresses, event),
        installation: installationReference(event, { id: installation.id, addresses }),
      };
      this.#plan({ id: randomUUID(), app, event: event.name, payload });
    }
  }

  /** Settles once nothing is under way or waiting; what a fault holds for the next webhook does not count. */
  async idle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const end of this.#sending) end();
    await this.idle();
  }

  #plan(delivery: Delivery): void {
    const action = delivery.payload.action;
    const fault = this.#options.faults.forWebhook({
      event: delivery.event,
      action: typeof action === 'string' ? action : null,
      payload: delivery.payload,
    });
    const released = this.#held.get(delivery.app) ?? [];
    const deliver = fault?.deliver ?? 'once';
    switch (deliver) {
      case 'never':
        return;
      case 'after-next':
        this.#held.set(delivery.app, [...released, delivery]);
        return;
      case 'twice':
        this.#enqueue(delivery);
        this.#enqueue(delivery);
        break;
      case 'once':
        this.#enqueue(delivery);
        break;
      default: {
        // Late on its own, without holding up the ones behind it.
        this.#track(Promise.race([waitFor(deliver.delay), this.#stopped]).then(() => this.#send(delivery)));
      }
    }
    this.#held.delete(delivery.app);
    for (const late of released) this.#enqueue(late);
  }

  #enqueue(delivery: Delivery): void {
    const before = this.#queues.get(delivery.app) ?? Promise.resolve();
    const sent = before.then(() => this.#send(delivery));
    this.#queues.set(delivery.app, sent);
    this.#track(sent);
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#pending.delete(tracked));
    this.#pending.add(tracked);
  }

  async #send({ id, app, event, payload }: Delivery): Promise<void> {
    if (!app.webhook || this.#stop.signal.aborted) return;
    this.#sent += 1;
    const body = JSON.stringify(payload);
    const signature = createHmac('sha256', app.webhook.secret).update(body).digest('hex');
    // Of a signal that is any of two the platform keeps count in ways that cost more than all else here.
    const ending = new AbortController();
    const end = () => ending.abort();
    const timer = setTimeout(end, ANSWER_WITHIN_MS);
    this.#sending.add(end);
    try {
      const response = await fetch(app.webhook.url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'GitHub-Hookshot/embedded',
          'x-github-event': event,
          'x-github-delivery': id,
          'x-github-hook-id': String(app.id),
          'x-github-hook-installation-target-id': String(app.id),
          'x-github-hook-installation-target-type': 'integration',
          'x-hub-signature-256': `sha256=${signature}`,
        },
        signal: ending.signal,
      });
      await response.arrayBuffer();
    } catch {
      // GitHub forgets a delivery that fails, and so must we: the app finds out by itself.
    } finally {
      clearTimeout(timer);
      this.#sending.delete(end);
    }
  }
}

function isSubscribed(
  app: AppRecord,
  { event, installationId }: { readonly event: GitHubEvent; readonly installationId: number },
): boolean {
  if (event.name === 'installation') return event.installation.id === installationId;
  return app.events.includes(event.name);
}

function installationReference(
  event: GitHubEvent,
  { id, addresses }: { readonly id: number; readonly addresses: Addresses },
): unknown {
  if (event.name === 'installation') return eventPayload(addresses, event).installation;
  return { id, node_id: Buffer.from(`Installation:${id}`).toString('base64') };
}
