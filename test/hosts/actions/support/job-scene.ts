import { createClient } from '../../../../src/github/octokit.ts';
import type { EndedRun } from '../../../../src/hosts/actions/lock.ts';
import { jobLog } from '../../../../src/hosts/actions/log.ts';
import { HOLD_TIMINGS, type OwnClock, takeHold } from '../../../../src/hosts/actions/pass-hold.ts';
import { type PassJobEnd, runPassJob } from '../../../../src/hosts/actions/pass-job.ts';
import { passRef } from '../../../../src/hosts/actions/pass-ref.ts';
import type { NotifySettings } from '../../../../src/hosts/notify/notify-settings.ts';
import { ACTIONS_LOGIN } from '../../../../src/state/names.ts';
import { TIMINGS } from '../../../../src/state/timings.ts';
import { githubScene, type SceneInput, type SceneJob } from '../../../support/github-scene.ts';

const workflow = (name: string, events: readonly string[]) =>
  `# ${JSON.stringify({ name, events, dispatchInputs: [] })}\non: ${events[0]}\n`;

/** What a repository has beside the workflow of tasks that makes its own passes. */
const FILES = {
  '.github/workflows/agent-waves.yml': workflow('Passes', ['workflow_dispatch']),
  '.github/workflows/agent-waves-clock.yml': workflow('Clock', ['schedule']),
};

const LOCATOR = { owner: 'acme', repo: 'daw' } as const;

/** Passes of one job, as the action makes them; waits take no time. */
export async function jobScene({ notify, ...input }: SceneInput & { readonly notify?: NotifySettings }) {
  const scene = await githubScene({ ...input, files: { ...FILES, ...input.files } });
  const log: string[] = [];
  const clock: OwnClock = {
    now: scene.now,
    // No beat comes before the work is done.
    sleep: (ms, signal) =>
      signal
        ? new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
        : Promise.resolve(scene.later(ms)),
  };
  const client = ({ token }: SceneJob) => createClient({ token, baseUrl: scene.github.apiUrl });
  const timings = { ...TIMINGS, runsEvery: 0, progressEvery: 0 };
  const holderOf = ({ run }: SceneJob) => ({ run, attempt: 1, id: `job of ${run}` });
  const work = async (ended?: Omit<EndedRun, 'at'>): Promise<PassJobEnd> => {
    scene.later(1_000);
    const job = await scene.passJob();
    return runPassJob({
      client: client(job),
      locator: LOCATOR,
      app: ACTIONS_LOGIN,
      hasClock: true,
      holder: holderOf(job),
      ended,
      timings,
      waits: { ...HOLD_TIMINGS, soon: 240_000, longest: 600_000, pause: 300 },
      clock,
      log: jobLog((line) => log.push(line)),
      notify,
    });
  };
  return {
    ...scene,
    log,
    clock,
    /** A job makes passes until it has nothing to do. */
    work,
    /** A job takes its turn, and makes no pass yet. */
    take: async () => {
      const job = await scene.passJob();
      const store = passRef({ client: client(job), locator: LOCATOR });
      return { job, taken: await takeHold({ store, holder: holderOf(job), ended: [], timings: HOLD_TIMINGS, clock }) };
    },
    /** Whether some job holds the lock. */
    isHeld: async () => {
      const store = passRef({ client: client(await scene.passJob()), locator: LOCATOR });
      return (await store.read()).lock?.holder !== undefined;
    },
    clockState: async () =>
      (await scene.lead.rest.actions.getWorkflow({ ...LOCATOR, workflow_id: 'agent-waves-clock.yml' })).data.state,
  };
}
