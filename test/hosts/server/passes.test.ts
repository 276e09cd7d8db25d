import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Passes, type PassesOptions, type PassReport } from '../../../src/hosts/server/passes.ts';

const here = { owner: 'acme', repo: 'daw' };
const there = { owner: 'acme', repo: 'owl' };
const QUIET: PassReport = { wakeIn: undefined, again: false };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Passes whose ends the test decides. */
function heldPasses(options: Partial<PassesOptions> = {}) {
  const running: {
    repo: string;
    at: number;
    end: (report?: PassReport) => Promise<void>;
    fail: () => Promise<void>;
  }[] = [];
  const began = performance.now();
  const errors: unknown[] = [];
  const passes = new Passes({
    pass: ({ repo }) =>
      new Promise<PassReport>((resolve, reject) => {
        const settle = (act: () => void) => async () => {
          act();
          await vi.advanceTimersByTimeAsync(0);
        };
        running.push({
          repo,
          at: performance.now() - began,
          end: (report = QUIET) => settle(() => resolve(report))(),
          fail: settle(() => reject(new Error('GitHub is away'))),
        });
      }),
    gather: 100,
    firstPause: 1_000,
    maxPause: 5_000,
    onError: (_, error) => errors.push(error),
    ...options,
  });
  return { passes, running, errors };
}

/** Passes that end at once with what the test says, and the moments at which they began. */
function quickPasses(reports: readonly PassReport[], { gather = 0 } = {}) {
  const at: number[] = [];
  const began = performance.now();
  const passes = new Passes({
    pass: async () => {
      at.push(performance.now() - began);
      return reports[at.length - 1] ?? QUIET;
    },
    gather,
    firstPause: 1_000,
    maxPause: 5_000,
    onError: () => {},
  });
  return { passes, at };
}

describe('Passes', () => {
  it('answers the first event of a burst at once, and all others by one pass more', async () => {
    const { passes, at } = quickPasses([], { gather: 100 });

    for (let event = 0; event < 5; event++) {
      passes.request(here);
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    passes.request(here);
    await vi.advanceTimersByTimeAsync(1_000);

    expect(at).toEqual([0, 100, 1_050]);
  });

  it('gathers longer while a burst goes on: a thousand events of eight seconds lead to five passes', async () => {
    const { passes, at } = quickPasses([], { gather: 200 });

    for (let event = 0; event < 1_000; event++) {
      passes.request(here);
      await vi.advanceTimersByTimeAsync(8);
    }
    await vi.advanceTimersByTimeAsync(60_000);

    expect(at).toEqual([0, 200, 800, 2_600, 8_000]);
  });

  it('answers at once again after a burst', async () => {
    const { passes, at } = quickPasses([], { gather: 200 });
    for (let event = 0; event < 200; event++) {
      passes.request(here);
      await vi.advanceTimersByTimeAsync(8);
    }
    await vi.advanceTimersByTimeAsync(1_400);

    passes.request(here);
    await vi.advanceTimersByTimeAsync(1_000);

    expect(at).toEqual([0, 200, 800, 2_600, 3_000]);
  });

  it('goes on at once where what came in between has waited for a pass that took long', async () => {
    const { passes, running } = heldPasses();
    passes.request(here);
    await vi.advanceTimersByTimeAsync(90);
    passes.request(here);
    await vi.advanceTimersByTimeAsync(910);

    await running[0]?.end();

    expect(running.map(({ at }) => at)).toEqual([0, 1_000]);
  });

  it('never makes two passes of one repository at a time, and exactly one more for what came in between', async () => {
    const { passes, running } = heldPasses();
    passes.request(here);
    await vi.advanceTimersByTimeAsync(100);

    for (let event = 0; event < 5; event++) passes.request(here);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(running).toHaveLength(1);

    await running[0]?.end();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(running).toHaveLength(2);

    await running[1]?.end();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(running).toHaveLength(2);
  });

  it('looks at several repositories at the same time, and knows a name in any case', async () => {
    const { passes, running } = heldPasses();

    passes.request(here);
    passes.request(there);
    passes.request({ owner: 'ACME', repo: 'Daw' });
    await vi.advanceTimersByTimeAsync(100);

    expect(running.map(({ repo }) => repo)).toEqual(['daw', 'owl']);
    expect(passes.locators()).toEqual([here, there]);
  });

  it('wakes when the pass said, and earlier when an event comes', async () => {
    const { passes, at } = quickPasses([
      { wakeIn: 60_000, again: false },
      { wakeIn: 60_000, again: false },
    ]);

    passes.request(here);
    await vi.advanceTimersByTimeAsync(60_000);
    passes.request(here);
    await vi.advanceTimersByTimeAsync(600_000);

    expect(at).toEqual([0, 60_000, 60_000]);
  });

  it('keeps the earlier of two moments, also when the later one is asked for while a pass runs', async () => {
    const { passes, running } = heldPasses();
    passes.request(here, 500);
    passes.request(here, 9_000);
    await vi.advanceTimersByTimeAsync(500);
    passes.request(here, 7_000);

    await running[0]?.end({ wakeIn: 2_000, again: false });
    await vi.advanceTimersByTimeAsync(20_000);

    expect(running.map(({ at }) => at)).toEqual([500, 2_500]);
  });

  it('repeats what wants to be repeated after pauses that double up to the longest', async () => {
    const again = { wakeIn: undefined, again: true };
    const { passes, at } = quickPasses([again, again, again, again, again, QUIET, again]);

    passes.request(here);
    await vi.advanceTimersByTimeAsync(60_000);
    passes.request(here);
    await vi.advanceTimersByTimeAsync(60_000);

    expect(at).toEqual([0, 1_000, 3_000, 7_000, 12_000, 17_000, 60_000, 61_000]);
  });

  it('pauses between failures although the decision could go on at once', async () => {
    const failing = { wakeIn: 0, again: true };
    const { passes, at } = quickPasses([failing, failing, failing, QUIET]);

    passes.request(here);
    await vi.advanceTimersByTimeAsync(60_000);

    // A timer of no time takes a millisecond.
    expect(at).toEqual([0, 1, 2_001, 6_001]);
  });

  it('tells of a pass that threw and makes it again', async () => {
    const { passes, running, errors } = heldPasses();
    passes.request(here);
    await vi.advanceTimersByTimeAsync(100);

    await running[0]?.fail();
    await vi.advanceTimersByTimeAsync(1_000);

    expect(errors).toEqual([new Error('GitHub is away')]);
    expect(running.map(({ at }) => at)).toEqual([0, 1_100]);
  });

  it('looks at every other repository while the passes of one fail', async () => {
    const { passes, running } = heldPasses();
    passes.request(here);
    passes.request(there);
    await vi.advanceTimersByTimeAsync(0);
    await running.find(({ repo }) => repo === 'daw')?.fail();
    await running.find(({ repo }) => repo === 'owl')?.end();

    passes.request(there);
    await vi.advanceTimersByTimeAsync(500);

    expect(running.filter(({ repo }) => repo === 'owl').map(({ at }) => at)).toEqual([0, 100]);
    expect(running.filter(({ repo }) => repo === 'daw')).toHaveLength(1);
  });

  it('stops: starts nothing more and waits for the pass that runs', async () => {
    const { passes, running } = heldPasses();
    passes.request(here);
    passes.request(there, 5_000);
    await vi.advanceTimersByTimeAsync(100);
    passes.request(here);
    let stopped = false;
    const stop = passes.stop().then(() => {
      stopped = true;
    });

    await vi.advanceTimersByTimeAsync(60_000);
    expect(stopped).toBe(false);

    await running[0]?.end({ wakeIn: 0, again: true });
    await stop;
    passes.request(here);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(running).toHaveLength(1);
  });

  it('forgets a repository that the app was taken off', async () => {
    const { passes, running } = heldPasses();
    passes.request(here);

    passes.forget(here);
    await vi.advanceTimersByTimeAsync(60_000);

    expect([running.length, passes.locators().length]).toEqual([0, 0]);
  });

  it('forgets a repository also while its pass runs', async () => {
    const { passes, running } = heldPasses();
    passes.request(here);
    await vi.advanceTimersByTimeAsync(100);

    passes.forget(here);
    await running[0]?.end({ wakeIn: 1_000, again: true });
    await vi.advanceTimersByTimeAsync(60_000);

    expect(running).toHaveLength(1);
  });

  it('makes no second pass beside the one that runs where a repository comes back', async () => {
    const { passes, running } = heldPasses();
    passes.request(here);
    await vi.advanceTimersByTimeAsync(100);

    passes.forget(here);
    passes.request(here);
    await vi.advanceTimersByTimeAsync(60_000);
    const beside = running.length;
    await running[0]?.end();
    await vi.advanceTimersByTimeAsync(100);

    expect([beside, running.length]).toEqual([1, 2]);
  });
});
