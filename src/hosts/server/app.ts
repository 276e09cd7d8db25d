import type { Probot } from 'probot';
import { hearEvents } from './events.ts';
import { Host, type HostOptions } from './host.ts';
import { ownLogin } from './installations.ts';
import { allowOwners } from './owners.ts';
import { IDLE_FACTOR } from './pass-over.ts';

export interface AppOptions extends HostOptions {
  /** Milliseconds between two listings of the repositories that the app is installed on: a webhook may be lost. */
  readonly listEvery: number;
  /** Logins whose repositories are looked at; absent: everybody who installed the app. */
  readonly owners?: readonly string[] | undefined;
}

export interface App {
  /** The Probot function. */
  readonly load: (probot: Probot) => Promise<void>;
  /** Lists the repositories once more, and asks for a pass over those that nobody knows of. */
  readonly list: () => void;
  /** Settles once every repository that was there at the start has had a pass, whatever came of it. */
  readonly lookedAtAll: () => Promise<void>;
  /** Starts no more passes and waits for those that run. */
  readonly stop: () => Promise<void>;
  /** Names of the repositories over which a pass runs now. */
  readonly underWay: () => readonly string[];
}

/** The app as a Probot function: events, timers and start-up name repositories; each gets one pass at a time. */
export function createApp({ listEvery, owners: names, ...options }: AppOptions): App {
  let stop: () => Promise<void> = async () => {};
  let listAgain: () => void = () => {};
  let lookedAtAll: () => Promise<void> = async () => {};
  let underWay: () => readonly string[] = () => [];

  async function load(probot: Probot): Promise<void> {
    const { period } = options;
    const login = await ownLogin(probot);
    const owners = allowOwners(names, (owner) =>
      probot.log.warn({ owner }, `the app is installed by ${owner}, whom OWNERS does not name: left alone`),
    );
    const host = new Host(probot, { ...options, login, owners });
    underWay = () => host.underWay();
    hearEvents(probot, { host, login, owners, period });
    const list = async (): Promise<void> => {
      // One that cannot be listed is asked again, long before the next listing.
      if (!(await host.requestUnknown())) again = setTimeout(() => void list().catch(told), period);
    };
    let again: NodeJS.Timeout | undefined;
    const told = (error: unknown) =>
      probot.log.error({ err: error }, 'GET /app/installations: the installations of the app cannot be listed');
    listAgain = () => void list().catch(told);
    await list();
    lookedAtAll = () => host.lookedAtAll();
    const sweep = setInterval(() => host.requestAll(), period * IDLE_FACTOR);
    const listing = setInterval(listAgain, listEvery);
    stop = async () => {
      clearInterval(sweep);
      clearInterval(listing);
      clearTimeout(again);
      await host.stop();
    };
  }

  return {
    load,
    list: () => listAgain(),
    lookedAtAll: () => lookedAtAll(),
    stop: () => stop(),
    underWay: () => underWay(),
  };
}
