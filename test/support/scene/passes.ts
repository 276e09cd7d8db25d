import { appOctokit, type Town } from '../../../packages/embedded-github/test/support/town.ts';
import type { Decision } from '../../../src/decide/effects/effect.ts';
import { type Memory, newMemory, withEveryIssueDue } from '../../../src/github/memory.ts';
import { createClient } from '../../../src/github/octokit.ts';
import type { Outgoing } from '../../../src/github/write/outgoing.ts';
import { type Pass, reconcile } from '../../../src/reconcile.ts';
import { ACTIONS_LOGIN } from '../../../src/state/names.ts';
import type { TaskView } from '../../../src/state/task-view.ts';
import type { Timings } from '../../../src/state/timings.ts';
import { type Break, breakingClient } from './breaking-client.ts';

/** More passes than any step needs until nothing is left to do. */
const MAX_PASSES = 20;
/** Time goes on between passes (ms). */
const SOON = 15_000;
/** A token of the app lives for an hour (ms). */
const TOKEN_LIFE = 50 * 60_000;
const LOCATOR = { owner: 'acme', repo: 'daw' } as const;

interface PassSettings {
  readonly now: () => number;
  readonly tick: () => void;
  readonly timings: Timings;
  /** Without a server: passes are made under this, as github-actions[bot]. */
  readonly jobToken?: () => Promise<string>;
}

/** Passes of the app, by one process that remembers. */
export function passesOf(town: Town, { now, tick, timings, jobToken }: PassSettings) {
  const app = jobToken ? ACTIONS_LOGIN : 'waves[bot]';
  let memory = newMemory();
  let token = { text: '', from: Number.NEGATIVE_INFINITY };
  let decision: Decision | undefined;
  let outgoing: Outgoing | undefined;
  const settledNotices = new Set<string>();
  const client = async () => {
    if (now() - token.from > TOKEN_LIFE) token = { text: await (jobToken ?? tokenOfApp)(town), from: now() };
    return createClient({ token: token.text, baseUrl: town.github.apiUrl, isQuiet: true });
  };
  const pass = async (from: Memory = memory): Promise<Pass> => {
    tick();
    const made = await reconcile({
      client: await client(),
      locator: LOCATOR,
      app,
      memory: from,
      timings,
      clock: now,
      settledNotices,
    });
    memory = made.memory;
    outgoing = made.kind === 'done' ? made.outgoing : undefined;
    if (made.kind !== 'no-plan') decision = made.decision;
    return made;
  };
  return {
    /** One pass; by default with the memory of the one before. */
    pass,
    /** Passes until one has nothing to do. @throws where that does not come, or comes by a pass that nobody asked for. */
    settle: async (): Promise<Pass> => {
      let isAsked = true;
      for (let left = MAX_PASSES; left > 0; left--) {
        const made = await pass();
        if (made.kind === 'no-plan' || isAtRest(made)) return made;
        if (!isAsked) throw new Error(`late: ${made.decision.effects.map(({ key }) => key).join(', ')}`);
        isAsked = asksForMore(made);
      }
      const kinds = decision?.effects.map(({ key }) => key).join(', ');
      throw new Error(`no rest after ${MAX_PASSES} passes: ${kinds}`);
    },
    /** The process ends; another one goes on without its memory. */
    restart: () => {
      memory = newMemory();
      outgoing = undefined;
      settledNotices.clear();
    },
    /** What the last pass left to be sent, and what is to be known as sent by the next one. */
    outgoing: () => outgoing,
    settledNotices,
    /** A pass whose process ends there, in the middle of a batch as well; another one goes on. @returns Whether it came so far. */
    passThatDies: async (at: Break): Promise<boolean> => {
      tick();
      const { client: mortal, broken } = breakingClient(await client(), {
        at,
        how: () => new Promise(() => undefined),
      });
      const given = { client: mortal, locator: LOCATOR, app, memory, timings, clock: now };
      const made = reconcile({ ...given, settledNotices: new Set(settledNotices) });
      const isDead = await Promise.race([broken.then(() => true), made.then(() => false)]);
      memory = newMemory();
      outgoing = undefined;
      settledNotices.clear();
      return isDead;
    },
    /** A pass of which no write gets through from there on. Its process goes on, and knows what it has seen. */
    passThatFails: async (at: Break): Promise<void> => {
      tick();
      const how = () => Promise.reject(Object.assign(new Error('Bad Gateway'), { status: 502 }));
      const { client: failing } = breakingClient(await client(), { at, how });
      const made = await reconcile({
        client: failing,
        locator: LOCATOR,
        app,
        memory,
        timings,
        clock: now,
        settledNotices,
      });
      memory = made.memory;
      outgoing = made.kind === 'done' ? made.outgoing : undefined;
    },
    /** A webhook tells of a relation, or of an issue that is gone: no moment of change does. */
    hear: () => {
      memory = withEveryIssueDue(memory);
    },
    decision: () => decision,
    view: (id: string): TaskView => viewOf(decision, id),
    state: (id: string) => viewOf(decision, id).state,
    reason: (id: string) => viewOf(decision, id).reason,
  };
}

type Made = Exclude<Pass, { kind: 'no-plan' }>;

function isAtRest(made: Made): boolean {
  return made.decision.effects.length === 0 && made.wakeIn !== 0 && !hasCommitted(made);
}

/** It says so itself, or what it committed does. */
function asksForMore(made: Made): boolean {
  return (made.wakeIn !== undefined && made.wakeIn <= SOON) || hasCommitted(made);
}

/** Or something failed, which hosts do once more. */
function hasCommitted(made: Made): boolean {
  return made.kind === 'done' && (made.progress === 'committed' || made.progress === 'put off');
}

function viewOf(decision: Decision | undefined, id: string): TaskView {
  const found = decision?.tasks.find(({ task }) => task.id === id);
  if (!found) throw new Error(`the last pass knows no task ${id}`);
  return found;
}

async function tokenOfApp(town: Town): Promise<string> {
  const { data } = await appOctokit(town).request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: town.installationId,
  });
  return data.token;
}
