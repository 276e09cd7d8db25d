import { randomUUID } from 'node:crypto';
import { createClient } from '../../github/octokit.ts';
import { mayWriteNow } from '../../github/read/permissions.ts';
import { ACTIONS_LOGIN, PASS_WORKFLOW } from '../../state/names.ts';
import { TIMINGS } from '../../state/timings.ts';
import { scaled } from '../scaled.ts';
import type { JobLog } from './log.ts';
import { endOf, occasionOf } from './occasion.ts';
import { HOLD_TIMINGS, OWN_CLOCK, type OwnClock } from './pass-hold.ts';
import { type JobWaits, type PassJobEnd, runPassJob } from './pass-job.ts';
import type { PassSettings } from './settings.ts';
import { isPassWorkflowOn } from './workflows.ts';

/** A job may last fifteen minutes on the smallest runners. */
const WAITS: JobWaits = { ...HOLD_TIMINGS, soon: 4 * 60_000, longest: 10 * 60_000, pause: 300 };

/** What a job has of its machine. */
interface JobMachine {
  readonly clock: OwnClock;
  readonly connect: typeof createClient;
}

/** One job of a workflow: what happened in which repository, whether that matters, and then passes. */
export async function runJob(
  settings: PassSettings,
  log: JobLog,
  { clock = OWN_CLOCK, connect = createClient }: Partial<JobMachine> = {},
): Promise<PassJobEnd | 'not due'> {
  const { locator, apiUrl, token, run, attempt, event, payload, results, notify, timeScale } = settings;
  const client = connect({ token, baseUrl: apiUrl });
  const occasion = occasionOf(event, payload);
  if (occasion.kind === 'none') {
    log.info(`there is nothing to do: ${occasion.why}`);
    return 'not due';
  }
  if (occasion.kind === 'person' && !(await mayWriteNow({ client, locator }, occasion.login))) {
    log.info(
      `there is nothing to do now: ${occasion.login} may not write to this repository; the next pass looks at it`,
    );
    return 'not due';
  }
  const conclusion = endOf(results);
  if ((conclusion !== undefined || event === 'schedule') && !(await isPassWorkflowOn({ client, locator }))) {
    log.info(`there is nothing to do: without .github/workflows/${PASS_WORKFLOW} a server makes the passes`);
    return 'not due';
  }
  return runPassJob({
    client,
    locator,
    app: ACTIONS_LOGIN,
    hasClock: true,
    holder: { run, attempt, id: randomUUID() },
    ended: conclusion === undefined ? undefined : { run, conclusion },
    timings: scaled(TIMINGS, timeScale),
    waits: scaled(WAITS, timeScale),
    clock,
    log,
    notify,
  });
}
