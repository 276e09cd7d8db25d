import { describe, expect, it } from 'vitest';
import { type FilesSeen, newestFiles } from '../../../src/github/read/newest-files.ts';

const MINUTE = 60_000;
const text = (of: string) => ({ plan: { path: 'tasks.json', text: of }, config: undefined, progress: undefined });

/** What one process makes of readings, each of a commit and what that stands on, so many seconds after the first. */
function read(...readings: readonly (readonly [number, string, ...string[]])[]) {
  let known: FilesSeen | undefined;
  return readings.map(([seconds, head, ...below]) => {
    const reading = newestFiles({ head, below, files: text(head), date: 1_000 * seconds }, known);
    known = reading.seen;
    return [reading.seen.files.plan?.text, reading.filesUntil];
  });
}

describe('the files of the default branch', () => {
  it('are those that were seen last', () => {
    expect(read([0, 'a'], [1, 'b', 'a'], [2, 'c', 'b', 'a'])).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['c', undefined],
    ]);
  });

  it('are not those of a commit that was seen to be replaced, for a minute', () => {
    expect(read([0, 'a'], [10, 'b', 'a'], [20, 'a'], [70, 'a'])).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['b', 10_000 + MINUTE],
      ['a', undefined],
    ]);
  });

  it('are not those of a commit that was never seen before, and that the one seen last stands on', () => {
    expect(read([0, 'c', 'b', 'a'], [5, 'b', 'a'], [6, 'c', 'b', 'a'], [59, 'a'], [61, 'b', 'a'])).toEqual([
      ['c', undefined],
      ['c', MINUTE],
      ['c', undefined],
      ['c', MINUTE],
      ['b', undefined],
    ]);
  });
});
