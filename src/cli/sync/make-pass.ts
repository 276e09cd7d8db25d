import { randomUUID } from 'node:crypto';
import type { JobLog } from '../../hosts/actions/log.ts';
import { HOLD_TIMINGS, type OwnClock } from '../../hosts/actions/pass-hold.ts';
import { type PassJobEnd, runPassJob } from '../../hosts/actions/pass-job.ts';
import type { Pass } from '../../reconcile.ts';
import { NO_RUN } from '../../state/names.ts';
import { TIMINGS } from '../../state/timings.ts';
import type { GitHubAccess } from '../init/github-facts.ts';

interface PassInput {
  /** Login of the token. */
  readonly login: string;
  readonly clock: OwnClock;
  readonly log: JobLog;
  readonly onPass: (made: Pass) => void;
}

/**
 * Makes a pass as a job of the repository makes it, holding `refs/agent-waves/pass`, and more as long as one leaves something
 * to do at once. Waits for nothing that is due later.
 */
export function makePass(access: GitHubAccess, { login, clock, ...heard }: PassInput): Promise<PassJobEnd> {
  return runPassJob({
    ...access,
    app: login,
    hasClock: false,
    holder: { run: NO_RUN, attempt: 1, id: randomUUID() },
    ended: undefined,
    timings: TIMINGS,
    waits: { ...HOLD_TIMINGS, soon: 0, longest: 10 * 60_000, pause: 300 },
    clock,
    ...heard,
  });
}
