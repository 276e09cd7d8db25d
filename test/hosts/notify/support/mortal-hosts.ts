import { appOctokit } from '../../../../packages/embedded-github/test/support/town.ts';
import { createClient } from '../../../../src/github/octokit.ts';
import { jobLog } from '../../../../src/hosts/actions/log.ts';
import { HOLD_TIMINGS } from '../../../../src/hosts/actions/pass-hold.ts';
import { runPassJob } from '../../../../src/hosts/actions/pass-job.ts';
import type { NotifySettings } from '../../../../src/hosts/notify/notify-settings.ts';
import type { Ask } from '../../../../src/hosts/server/ask.ts';
import { newRepository, noteAsk, openOutbox } from '../../../../src/hosts/server/kept-repository.ts';
import { passOver } from '../../../../src/hosts/server/pass-over.ts';
import { NO_TELEMETRY } from '../../../../src/hosts/server/telemetry/telemetry.ts';
import { ACTIONS_LOGIN } from '../../../../src/state/names.ts';
import { TIMINGS } from '../../../../src/state/timings.ts';
import { probotLike } from '../../../simulation/hosts/probot-like.ts';
import type { jobScene } from '../../actions/support/job-scene.ts';
import type { MortalProcess } from './mortal-process.ts';

export type JobScene = Awaited<ReturnType<typeof jobScene>>;

/** What a host does until nothing is left to do: its own passes, and sending what they leave. Never settles for one that died. */
export interface MortalHost {
  readonly live: (process: MortalProcess, notify: NotifySettings) => Promise<void>;
  /** @returns Whether another process comes by itself after one that died. */
  readonly comesAgain: () => Promise<boolean>;
}

const LOCATOR = { owner: 'acme', repo: 'daw' } as const;
const TIMES = { ...TIMINGS, runsEvery: 0, progressEvery: 0 };
const HOUR = 3_600_000;
/** What is due so soon is waited for (ms): what became of a dispatch whose answer nobody heard, say. */
const SOON = 240_000;
/** More passes than any step needs. */
const MAX_PASSES = 30;

/** The server, as far as one repository is concerned: what is kept of it, its passes, and its outbox. */
export function mortalServer(scene: JobScene): MortalHost {
  return {
    comesAgain: async () => true,
    live: async (process, notify) => {
      const { town } = scene;
      const { probot } = probotLike(async (installation) =>
        installation === undefined ? appOctokit(town) : process.owns(await clientOfApp(scene)),
      );
      const kept = newRepository({ installation: town.installationId, locator: LOCATOR }, probot.log);
      let asked: readonly Ask[] = [];
      const outbox = openOutbox(kept, {
        settings: notify,
        ask: (ask) => {
          asked = [...asked, ask];
        },
      });
      kept.outbox = outbox;
      void process.died.then(() => outbox.stop());
      const options = { probot, login: 'waves[bot]', timings: TIMES, period: HOUR, telemetry: NO_TELEMETRY };
      for (let left = MAX_PASSES; left > 0; left--) {
        scene.later(1_000);
        for (const ask of asked) noteAsk(kept, ask);
        asked = [];
        const { again, wakeIn } = await passOver(kept, options);
        await outbox.idle();
        const isSoon = wakeIn !== undefined && wakeIn <= SOON;
        if (!again && !isSoon && asked.length === 0) return outbox.stop();
        if (isSoon && asked.length === 0) scene.later(wakeIn);
      }
      throw new Error(`no rest after ${MAX_PASSES} passes`);
    },
  };
}

async function clientOfApp({ town }: JobScene) {
  const { data } = await appOctokit(town).request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: town.installationId,
  });
  return createClient({ token: data.token, baseUrl: town.github.apiUrl, isQuiet: true });
}

/** Jobs of the repository: one that died leaves its lock behind, and only the clock brings another one. */
export function mortalJobs(scene: JobScene): MortalHost {
  return {
    comesAgain: async () => (await scene.clockState()) === 'active',
    live: async (process, notify) => {
      scene.later(1_000);
      const { run, token } = await scene.passJob();
      const github = scene.github;
      void process.died.then(() => github.loseMachine(github.runs().find(({ id }) => id === run) as never));
      await runPassJob({
        client: process.owns(createClient({ token, baseUrl: github.apiUrl, isQuiet: true })),
        locator: LOCATOR,
        app: ACTIONS_LOGIN,
        hasClock: true,
        holder: { run, attempt: 1, id: `job of ${run}` },
        ended: undefined,
        timings: TIMES,
        waits: { ...HOLD_TIMINGS, soon: 240_000, longest: 600_000, pause: 300 },
        clock: scene.clock,
        log: jobLog(() => undefined),
        notify,
      });
    },
  };
}
