import { createApp } from '../../../src/hosts/server/app.ts';
import { TIMINGS } from '../../../src/state/timings.ts';
import type { FaultMix } from '../world/fault-mix.ts';
import type { Random } from '../world/random.ts';
import type { Town } from '../world/town.ts';
import type { VirtualTime } from '../world/virtual-time.ts';
import type { Client, Wire } from '../world/wire.ts';
import { appJwt, installationToken } from './app-token.ts';
import { probotLike } from './probot-like.ts';
import { SharedBook, sharedPasses } from './shared-book.ts';
import { simClient } from './sim-client.ts';

export interface ServerInput {
  readonly town: Town;
  readonly time: VirtualTime;
  readonly wire: Wire;
  readonly mix: FaultMix;
  readonly random: Random;
  readonly replicas: number;
  /** Of two passes, whatever webhooks say (ms). */
  readonly period: number;
  /** Killed at this request, counted over all of its processes; undefined: by faults alone. */
  readonly killAt?: Client['killAt'];
}

const TOKEN_LIFE = 50 * 60_000;
/** A process that ended comes up again so soon (ms): least and most. */
const RESTART = [2_000, 300_000] as const;

interface Process extends Client {
  readonly receive: (event: { readonly id: string; readonly name: string; readonly payload: unknown }) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The real server, but for its sockets: replicas that are killed and come again. */
export class ServerHost {
  readonly #input: ServerInput;
  readonly #book = new SharedBook();
  readonly #processes: (Process | undefined)[];
  #started = 0;
  isStopped = false;

  constructor(input: ServerInput) {
    this.#input = input;
    this.#processes = Array.from({ length: input.replicas }, () => undefined);
  }

  start(): void {
    for (let place = 0; place < this.#input.replicas; place++) this.#boot(place);
  }

  /** A webhook reaches one of the replicas that are up; none: nobody hears it. */
  receive(event: Parameters<Process['receive']>[0]): void {
    const up = this.#processes.filter((each) => each !== undefined && !each.isDead) as Process[];
    if (up.length === 0) return;
    void this.#input.random
      .pick('replica', up)
      .receive(event)
      .catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    for (const each of this.#processes) if (each) each.isDead = true;
    await Promise.all(this.#processes.map((each) => each?.stop()));
  }

  #boot(place: number): void {
    const { time, wire, town, replicas, period, random, killAt } = this.#input;
    if (this.isStopped) return;
    const name = `${replicas > 1 ? `replica ${place + 1}` : 'the server'}, start ${++this.#started}`;
    const onKill = () => {
      void process.stop();
      time.at(time.now + random.between('restart', ...RESTART), () => this.#boot(place));
    };
    const client: Client = { name, kind: 'orchestrator', isDead: false, requests: 0, killAt, onKill };
    const connect = (token: string) => {
      wire.register(token, client);
      // One for each pass, as Probot has it: turns put hooks on theirs.
      return simClient({ token, baseUrl: town.github.apiUrl, world: name });
    };
    const { probot, receive } = probotLike(async (installation) =>
      connect(installation === undefined ? appJwt(town, time.now, name) : await this.#installationToken(name)),
    );
    const isStalled = () => false;
    const shared =
      replicas > 1 ? sharedPasses({ book: this.#book, time, name, isDead: () => client.isDead, isStalled }) : undefined;
    const app = createApp({ timings: TIMINGS, period, gather: 200, listEvery: 12 * 60 * 60_000, shared });
    const process: Process = Object.assign(client, { receive, stop: () => app.stop() });
    this.#processes[place] = process;
    const load = (): void => {
      // It cannot come up while GitHub does not answer: whoever runs it starts it again.
      void app.load(probot).catch(() => {
        if (!client.isDead && !this.isStopped) time.at(time.now + 5_000, load);
      });
    };
    load();
  }

  /** Each process has its own, since by it the wire knows the process. */
  async #installationToken(name: string): Promise<string> {
    const { town, time } = this.#input;
    const known = this.#tokens.get(name);
    if (known && time.now - known.from < TOKEN_LIFE) return known.text;
    const text = await installationToken(town, time.now, name);
    this.#tokens.set(name, { text, from: time.now });
    return text;
  }

  readonly #tokens = new Map<string, { readonly text: string; readonly from: number }>();
}
