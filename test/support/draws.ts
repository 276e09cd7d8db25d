import fc from 'fast-check';
import { describe, it } from 'vitest';

/**
 * How laws are drawn: a few times from one seed, so that a change is judged by itself. A failure prints its seed and path.
 *
 *     DRAW_SEED=-1607413354 DRAW_PATH=10:149:4 npx vitest run test/decide/laws.test.ts -t 'law 5'
 *
 * draws it once more, `DRAW_TIMES` so many times as often, and `DRAW_SECONDS` as often as fits into so many seconds, which
 * the laws of one file share.
 */

/** A promise that holds whatever happens. */
export interface Law {
  readonly name: string;
  /** Enough for a change that breaks it to be found, most of the time. */
  readonly numRuns: number;
  /** Throws where a course breaks it; the message tells seed, path and the shortest such course that was found. */
  readonly hold: (settings: DrawSettings) => void | Promise<void>;
}

export interface DrawSettings {
  readonly numRuns: number;
  readonly seed?: number;
  readonly path?: string;
  /** The first course that breaks it will do: no shorter one is looked for. */
  readonly endOnFailure?: boolean;
  readonly plugins?: fc.Plugin<unknown>[];
}

const SEED = '20261128';

/** @returns How often to draw what is drawn so often by default. */
export function drawTimes(numRuns: number): number {
  return Math.ceil(numRuns * Number(process.env.DRAW_TIMES ?? '1'));
}

/** One test for each law. */
export function drawLaws(title: string, laws: readonly Law[]): void {
  const share = 1 / laws.length;
  describe(title, () => {
    for (const law of laws) it(law.name, () => law.hold(settingsOf(law, share)));
  });
}

function settingsOf({ name, numRuns }: Law, share: number): DrawSettings {
  const { DRAW_SEED: seed = SEED, DRAW_PATH: path, DRAW_SECONDS: seconds } = process.env;
  const from = { seed: Number(seed), ...(path ? { path } : {}) };
  if (seconds === undefined) return { ...from, numRuns: drawTimes(numRuns) };
  const plugins = [fc.interruptAfterTimeLimit(1_000 * Number(seconds) * share), tellDraws(name)];
  return { ...from, numRuns: Number.MAX_SAFE_INTEGER, plugins };
}

function tellDraws(name: string): fc.Plugin<unknown> {
  return () => ({ onAllRunsComplete: ({ numRuns, seed }) => console.info(`${numRuns} draws from ${seed}: ${name}`) });
}
