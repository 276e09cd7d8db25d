import type { EmbeddedGitHub } from '../../../packages/embedded-github/src/index.ts';
import { type Asked, askedOf, isWrite } from './asked.ts';
import type { FaultMix } from './fault-mix.ts';
import { failPartly } from './partial-batch.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Whoever asks GitHub and may be ended at any request. */
export interface Client {
  readonly name: string;
  /** `person`: nothing goes wrong with what people do by hand. */
  readonly kind: 'orchestrator' | 'run' | 'person';
  isDead: boolean;
  /** How many requests it sent. */
  requests: number;
  /** Ended at this request, counted over all that make passes, before or after it was answered; undefined: at none. */
  killAt?: { readonly request: number; readonly moment: 'before' | 'after' } | undefined;
  /** The process ends: what it had in hand is gone. */
  readonly onKill?: () => void;
}

export interface WireInput {
  readonly time: VirtualTime;
  readonly mix: FaultMix;
  readonly random: Random;
  readonly github: () => EmbeddedGitHub;
  readonly hooksUrl: string;
  readonly onWebhook: (event: { readonly id: string; readonly name: string; readonly payload: unknown }) => void;
  /** GitHub sends a webhook. */
  readonly onHook: (what: string) => void;
  /** A request has been carried out. */
  readonly onAnswer: (asked: Asked, client: Client, status: number) => Promise<void> | void;
  /** Somebody else pushes right before a commit is made. */
  readonly onRace: () => Promise<void>;
}

/** What goes between everybody and GitHub. */
export class Wire {
  readonly #input: WireInput;
  readonly #clients = new Map<string, Client>();
  total = 0;
  kills = 0;
  #orchestrated = 0;

  constructor(input: WireInput) {
    this.#input = input;
  }

  /** @param token By which it is known. */
  register(token: string, client: Client): void {
    this.#clients.set(token, client);
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const url = String(input instanceof Request ? input.url : input);
    if (url.startsWith(this.#input.hooksUrl)) return this.#hook(init);
    const token = headerIn(init, 'authorization')?.replace(/^(?:token|bearer) /i, '') ?? '';
    const client = this.#clients.get(token);
    const asked = askedOf(this.#input.github().apiUrl, url, init);
    if (!client) return this.#ask(url, init, { asked, client: NOBODY });
    return this.#throughFaults(url, init, { asked, client });
  };

  async #throughFaults(url: string, init: RequestInit | undefined, of: Of): Promise<Response> {
    const { asked, client } = of;
    const { time, mix, random } = this.#input;
    if (client.isDead) throw cut();
    client.requests += 1;
    await time.sleep(random.between('latency', 40, 400));
    if (client.isDead) throw cut();
    if (client.kind === 'person') return this.#ask(url, init, of);
    const who = `${asked.what} of ${client.name}`;
    if (mix.happens('slow answer', () => `${who} took long`)) await time.sleep(random.between('slow', 5_000, 45_000));
    const killed = this.#killed(client, asked);
    if (killed === 'before') throw this.#kill(client);
    const limited = this.#limit(who);
    if (limited) return limited;
    if (mix.happens('502 before the write', () => `${who} was answered 502 before it was looked at`))
      return badGateway();
    if (
      isWrite(asked) &&
      asked.operation === 'createCommitOnBranch' &&
      mix.happens('ref race', () => `somebody pushed right before ${who}`)
    )
      await this.#input.onRace();
    const partly =
      asked.document && isWrite(asked)
        ? failPartly(
            asked,
            (alias) => mix.happens('part of a batch fails', () => `${alias} of ${who} failed, and the rest held`),
            random,
          )
        : undefined;
    const response = await this.#ask(url, partly ? { ...init, body: partly.body } : init, of);
    if (client.isDead) throw cut();
    if (killed === 'after') throw this.#kill(client);
    if (mix.happens('502 after the write', () => `${who} was answered 502 after it was carried out`))
      return badGateway();
    if (mix.happens('connection cut', () => `the answer to ${who} never came`)) throw cut();
    return partly ? partly.answer(response) : response;
  }

  #limit(who: string): Response | undefined {
    const { mix, random, time } = this.#input;
    if (mix.happens('primary rate limit', () => `${who} met the hourly limit`)) {
      const reset = Math.ceil(time.now / 1_000) + random.between('limit', 20, 1_500);
      return refused('API rate limit exceeded for installation.', {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(reset),
      });
    }
    if (mix.happens('secondary rate limit', () => `${who} met the secondary limit`)) {
      const after = random.between('limit', 5, 180);
      return refused('You have exceeded a secondary rate limit. Please wait a few minutes before you try again.', {
        'retry-after': String(after),
      });
    }
    return undefined;
  }

  #killed(client: Client, asked: Asked): 'before' | 'after' | undefined {
    if (client.kind !== 'orchestrator') return undefined;
    this.#orchestrated += 1;
    if (client.killAt?.request === this.#orchestrated) {
      this.kills += 1;
      return client.killAt.moment;
    }
    const { mix, random } = this.#input;
    const moment = random.chance('moment of a kill', 0.5) ? 'before' : 'after';
    return mix.happens('orchestrator killed', () => `${client.name} was killed ${moment} ${asked.what}`)
      ? moment
      : undefined;
  }

  #kill(client: Client): Error {
    client.isDead = true;
    client.onKill?.();
    return cut();
  }

  async #ask(url: string, init: RequestInit | undefined, { asked, client }: Of): Promise<Response> {
    const { time, github, onAnswer } = this.#input;
    this.total += 1;
    time.busy += 1;
    try {
      const { signal: _, ...rest } = init ?? {};
      const response = await github().fetch(url, rest);
      await onAnswer(asked, client, response.status);
      // As a network has it: pages are followed from there.
      return Object.defineProperty(response, 'url', { value: url });
    } finally {
      time.busy -= 1;
    }
  }

  async #hook(init: RequestInit | undefined): Promise<Response> {
    const name = headerIn(init, 'x-github-event') ?? '';
    const payload: unknown = JSON.parse(String(init?.body));
    const id = headerIn(init, 'x-github-delivery') ?? '';
    this.#input.onHook(`webhook ${name} ${id}`);
    this.#deliver({ id, name, payload });
    return new Response(null, { status: 202 });
  }

  #deliver(event: { readonly id: string; readonly name: string; readonly payload: unknown }): void {
    const { time, mix, random, onWebhook } = this.#input;
    const action = (event.payload as { readonly action?: string }).action ?? '';
    const what = `${event.name} ${action}`.trim();
    if (
      event.name === 'workflow_run' &&
      mix.happens('run without a webhook', () => `the webhook ${what} was never sent`)
    )
      return;
    if (mix.happens('webhook lost', () => `the webhook ${what} was lost`)) return;
    const deliver = (after: number, as = event) => time.at(time.now + after, () => onWebhook(as));
    if (mix.happens('webhook doubled', () => `the webhook ${what} came twice`))
      deliver(random.between('hook', 0, 60_000));
    if (mix.happens('webhook doubled under a new id', () => `the webhook ${what} came again under a new id`))
      deliver(random.between('hook', 0, 60_000), { ...event, id: `again ${event.id}` });
    if (mix.happens('webhook overtaken', () => `the webhook ${what} was overtaken by later ones`)) {
      deliver(random.between('hook', 2_000, 20_000));
      return;
    }
    if (mix.happens('webhook late', () => `the webhook ${what} came late`)) {
      deliver(random.between('hook', 60_000, 45 * 60_000));
      return;
    }
    deliver(random.between('hook', 200, 1_500));
  }
}

/** Every client here says them as a plain object in lower case, which is looked at as it is. */
function headerIn(init: RequestInit | undefined, name: string): string | undefined {
  const headers = init?.headers;
  if (!headers || Symbol.iterator in headers) return new Headers(headers).get(name) ?? undefined;
  return (headers as Readonly<Record<string, string>>)[name];
}

interface Of {
  readonly asked: Asked;
  readonly client: Client;
}

const NOBODY: Client = { name: 'nobody', kind: 'person', isDead: false, requests: 0 };

function cut(): Error {
  return new TypeError('fetch failed', { cause: new Error('other side closed') });
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

function badGateway(): Response {
  return new Response(JSON.stringify({ message: 'Server Error' }), { status: 502, headers: JSON_TYPE });
}

function refused(message: string, headers: Readonly<Record<string, string>>): Response {
  return new Response(JSON.stringify({ message }), { status: 403, headers: { ...JSON_TYPE, ...headers } });
}
