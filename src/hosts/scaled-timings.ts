import { TIMINGS, type Timings } from '../state/timings.ts';

/** The waits of the protocol, so many times shorter: a rehearsal has less time. */
export function scaledTimings(timeScale: number): Timings {
  const { resultGrace, dispatchGrace, backoff, runsEvery, progressEvery } = TIMINGS;
  return {
    resultGrace: resultGrace / timeScale,
    dispatchGrace: dispatchGrace / timeScale,
    backoff: backoff / timeScale,
    runsEvery: runsEvery / timeScale,
    progressEvery: progressEvery / timeScale,
  };
}
