import type { Probot } from 'probot';
import { hearEvents } from './events.ts';
import { Host, type HostOptions, IDLE_FACTOR } from './host.ts';
import { ownLogin } from './installations.ts';

export interface AppOptions extends HostOptions {
  /** Milliseconds between two listings of the repositories that the app is installed on: a webhook may be lost. */
  readonly listEvery: number;
}

export interface App {
  /** The Probot function. */
  readonly load: (probot: Probot) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The app as a Probot function: events, timers and start-up name repositories; each gets one pass at a time. */
export function createApp({ listEvery, ...options }: AppOptions): App {
  let stop: () => Promise<void> = async () => {};

  async function load(probot: Probot): Promise<void> {
    const { period } = options;
    const login = await ownLogin(probot);
    const host = new Host(probot, login, options);
    hearEvents(probot, { host, login, period });
    await host.requestUnknown();
    const sweep = setInterval(() => host.requestAll(), period * IDLE_FACTOR);
    const listing = setInterval(() => {
      host
        .requestUnknown()
        .catch((error) => probot.log.error({ err: error }, 'the installations of the app cannot be listed'));
    }, listEvery);
    stop = async () => {
      clearInterval(sweep);
      clearInterval(listing);
      await host.stop();
    };
  }

  return { load, stop: () => stop() };
}
