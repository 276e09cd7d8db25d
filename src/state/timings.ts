/** Waits of the protocol, in milliseconds. A rehearsal may shorten them; nobody else has a reason to. */
export interface Timings {
  /** An ended run without a result is judged only so long after its end: reads after writes may be stale. */
  readonly resultGrace: number;
  /** A dispatch that shows no run for so long is sent again under the same number. */
  readonly dispatchGrace: number;
  /** Pause after the first failed attempt, at least; it doubles with every further one. */
  readonly backoff: number;
  /** Runs are listed at most this often while nothing is missing: a run id, or the result of a run that has ended. */
  readonly runsEvery: number;
  /** Progress that only moves is committed at most this often by one process. */
  readonly progressEvery: number;
  /** So long a plan waits for another host that a person asked for; then the one that had it goes on. */
  readonly hostOffer: number;
  /** So long a host that took a plan over starts nothing: a pass of the other that began before may read late. */
  readonly hostSettles: number;
  /** A claim that is to say whether work could land is looked at so soon after its dispatch; later more rarely. */
  readonly probeLook: number;
  /** The minute that GitHub's limits on new content are for. */
  readonly contentMinute: number;
}

export const TIMINGS: Timings = {
  resultGrace: 90_000,
  dispatchGrace: 120_000,
  backoff: 60_000,
  runsEvery: 120_000,
  progressEvery: 120_000,
  hostOffer: 5 * 60_000,
  hostSettles: 2 * 60_000,
  probeLook: 10_000,
  contentMinute: 60_000,
};
