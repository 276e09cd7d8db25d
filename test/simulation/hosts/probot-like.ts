import type { Probot } from 'probot';

type Handler = (event: { readonly id: string; readonly name: string; readonly payload: unknown }) => unknown;

export interface ProbotLike {
  readonly probot: Probot;
  /** As a webhook that came over the network. */
  readonly receive: (event: Parameters<Handler>[0]) => Promise<void>;
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {}, fatal() {}, trace() {}, child: () => SILENT };

/** What the server takes of Probot, without its network: the rest of the server is the real one. */
export function probotLike(auth: (installation?: number) => Promise<unknown>, log: object = SILENT): ProbotLike {
  const handlers: { readonly name: string; readonly handler: Handler }[] = [];
  const on = (names: string | readonly string[], handler: Handler) => {
    for (const name of [names].flat()) handlers.push({ name, handler });
  };
  const receive = async (event: Parameters<Handler>[0]) => {
    const { action } = event.payload as { readonly action?: string };
    const called = handlers.filter(({ name }) => name === event.name || name === `${event.name}.${action}`);
    await Promise.all(called.map(({ handler }) => handler(event)));
  };
  return { probot: { auth, on, log } as unknown as Probot, receive };
}
