import type { EmbeddedGitHub } from 'embedded-github';
import type { Locator } from '../../github/locator.ts';
import type { Client } from '../../github/octokit.ts';
import { CLOCK_WORKFLOW } from '../../state/names.ts';
import type { AppProcess } from './app-process.ts';

/** What makes the passes. */
export type RehearsalHost = Pick<AppProcess, 'running' | 'start' | 'end' | 'dashboardUrl'>;

/** How often schedules are looked at, in milliseconds. */
const LOOK_EVERY = 500;

export interface Schedule {
  readonly github: EmbeddedGitHub;
  /** GitHub's clock of schedules goes so many times faster. */
  readonly timeScale: number;
  /** Where whoever is on this machine looks at dashboards. */
  readonly dashboardUrl: string;
}

/** Without a server: workflows of the repository make the passes, and what is there is GitHub's own clock of schedules. */
export async function keepSchedules({ github, timeScale, dashboardUrl }: Schedule): Promise<RehearsalHost> {
  const began = Date.now();
  let timer: NodeJS.Timeout | undefined;
  const host: RehearsalHost = {
    dashboardUrl,
    get running() {
      return timer !== undefined;
    },
    start: async () => {
      timer = setInterval(() => {
        const now = began + (Date.now() - began) * timeScale;
        void github.runSchedules(now).catch(() => undefined);
      }, LOOK_EVERY);
      return github.url;
    },
    end: async () => {
      clearInterval(timer);
      timer = undefined;
    },
  };
  await host.start();
  return host;
}

/** Whether the clock was stopped: a pass that finds nothing live, due or waiting does that. */
export async function isClockStopped(client: Client, locator: Locator): Promise<boolean> {
  const clock = { ...locator, workflow_id: CLOCK_WORKFLOW };
  const { data } = await client.request('GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}', clock);
  return data.state !== 'active';
}
