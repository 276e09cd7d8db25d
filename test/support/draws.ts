/**
 * How a property is drawn: from one seed, so that a change is judged by itself, and with `DRAW_SEED=new` from a new one.
 * A failure prints its seed and path; `DRAW_SEED` and `DRAW_PATH` draw it once more, and `DRAW_TIMES` draws so many times
 * as often:
 *
 *     DRAW_SEED=-1607413354 DRAW_PATH=10:149:4 npx vitest run test/decide/laws.test.ts -t 'law 5'
 */
export function draws(numRuns: number): { readonly numRuns: number; readonly seed?: number; readonly path?: string } {
  const { DRAW_SEED: seed = SEED, DRAW_PATH: path, DRAW_TIMES: times = '1' } = process.env;
  return {
    numRuns: numRuns * Number(times),
    ...(seed === 'new' ? {} : { seed: Number(seed) }),
    ...(path ? { path } : {}),
  };
}

const SEED = '20261128';
