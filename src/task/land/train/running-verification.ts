import type { Conclusion, Verification } from '../../protocol/assignment.ts';
import type { Verdict } from './rules.ts';

export interface Verified {
  readonly verification: Verification;
  /** Undefined when everything passed. */
  readonly conclusion: Conclusion | undefined;
  /** Milliseconds that it took. */
  readonly took: number;
}

/** A verification that goes on while others land. */
export interface RunningVerification {
  readonly of: Pick<Verdict, 'onto' | 'tree'>;
  readonly end: Promise<Verified>;
  /** Ends it, with everything that it has started. */
  readonly stop: () => Promise<void>;
}

/** @param verify Ends with an error once its signal is aborted. */
export function runVerification(
  of: RunningVerification['of'],
  verify: (stopped: AbortSignal) => Promise<Verified>,
): RunningVerification {
  const stopped = new AbortController();
  const end = verify(stopped.signal);
  // Whoever stops it does not ask how it ended.
  end.catch(() => undefined);
  const stop = async () => {
    stopped.abort();
    await end.catch(() => undefined);
  };
  return { of, end, stop };
}
