import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HAS_REDIS, type RedisServer, startRedis } from '../../../support/redis.ts';
import { eventually } from '../../../support/waiting.ts';
import { ask, DAW, overlaps, replicasOf, type Stand } from '../support/shared-passes.ts';

/** Replicas with a connection each to a real Redis server, and passes that do what a test says. */

let redis: RedisServer;
let stand: Stand | undefined;

beforeEach(async () => {
  if (HAS_REDIS) redis = await startRedis();
});
afterEach(async () => {
  await stand?.close();
  stand = undefined;
  if (HAS_REDIS) await redis.close();
});

describe.skipIf(!HAS_REDIS)('passes that replicas share', () => {
  it('are made one at a time over a repository, and one more for what is asked meanwhile', async () => {
    const allAsked = Promise.withResolvers<undefined>();
    stand = replicasOf(redis.url, () => allAsked.promise);
    const [a, b, c] = [await stand.open('a'), await stand.open('b'), await stand.open('c')];
    const { made } = stand;

    await a.passes.ask(ask({ delivery: 'first' }));
    await eventually('a pass begins', () => made.length === 1);
    await Promise.all([a, b, c].map(({ passes }, nth) => passes.ask(ask({ delivery: `meanwhile-${nth}` }))));
    allAsked.resolve(undefined);
    await eventually('a second one is over', () => made[1]?.ended);
    await sleep(1_000);

    expect(made).toHaveLength(2);
    expect(overlaps(made)).toEqual([]);
    const asked = made.map(({ given }) => given.asks.map(({ delivery }) => delivery));
    expect(asked).toEqual([['first'], ['meanwhile-0', 'meanwhile-1', 'meanwhile-2']]);
  });

  it('over two repositories are made at the same time', async () => {
    const both = Promise.withResolvers<undefined>();
    stand = replicasOf(redis.url, () => both.promise);
    const { passes } = await stand.open('a');
    const { made } = stand;

    await passes.ask(ask());
    await passes.ask(ask({ locator: { owner: 'acme', repo: 'owl' } }));
    await eventually('both have begun', () => made.length === 2);
    both.resolve(undefined);

    expect(made.map(({ given }) => given.repository.locator.repo).sort()).toEqual(['daw', 'owl']);
  });

  it('are few where a thousand webhooks come at once', async () => {
    stand = replicasOf(redis.url, () => sleep(100, undefined));
    const all = [await stand.open('a'), await stand.open('b'), await stand.open('c')];
    const { made } = stand;
    await Promise.all(Array.from({ length: 1_000 }, (_, nth) => all[nth % 3]?.passes.ask(ask({ delivery: `${nth}` }))));
    await eventually('they are answered', () => made.length > 0 && made.every(({ ended }) => ended));
    await sleep(3_000);

    expect(made.length).toBeLessThanOrEqual(5);
  });

  it('come when they are due, and sooner where somebody asks', async () => {
    stand = replicasOf(redis.url, async () => undefined);
    const [a, b] = [await stand.open('a'), await stand.open('b')];
    const { made } = stand;

    const asked = Date.now();
    await a.passes.ask(ask({ delay: 700 }));
    await eventually('the delayed one is made', () => made.length === 1);
    const waited = (made[0]?.began ?? 0) - asked;
    await a.passes.ask(ask({ delay: 3_600_000 }));
    await b.passes.ask(ask());
    await eventually('one is made at once', () => made.length === 2);

    expect(waited).toBeGreaterThanOrEqual(690);
  });

  it('are made again where they failed, with all that they were asked for, and a pause that grows', async () => {
    let failures = 0;
    stand = replicasOf(redis.url, async () => {
      failures += 1;
      return failures < 3 ? { kind: 'failed', report: { wakeIn: undefined, again: true } } : undefined;
    });
    const { passes } = await stand.open('a');
    const { made } = stand;

    await passes.ask(ask({ review: { target: { kind: 'pull', number: 4 }, tries: 0 } }));
    await eventually('the third is over', () => made[2]?.ended);

    for (const { given } of made)
      expect(given.asks.map(({ review }) => review?.target)).toEqual([{ kind: 'pull', number: 4 }]);
    const [first, second, third] = made.map(({ began }) => began) as [number, number, number];
    expect(second - first).toBeGreaterThanOrEqual(95);
    expect(third - second).toBeGreaterThanOrEqual(195);
  });

  it('go on from what the last one left, whichever replica made it', async () => {
    stand = replicasOf(redis.url, async () => undefined);
    const a = await stand.open('a');
    const { made } = stand;
    await a.passes.ask(ask());
    await eventually('one is made', () => made[0]?.counts);
    await a.passes.stop();
    const b = await stand.open('b');
    await b.passes.ask(ask());
    await eventually('another one is made', () => made[1]?.counts);
    await b.passes.ask(ask());
    await eventually('a third one is made', () => made[2]?.counts);

    expect(made.map(({ replica, given: { before, isOwn } }) => [replica, before.memory, before.pass, isOwn])).toEqual([
      ['a', '', 0, false],
      ['b', '0', 1, false],
      ['b', '1', 2, true],
    ]);
  });

  it('wait for no run that ended a moment ago, and hear of it when it is time', async () => {
    stand = replicasOf(redis.url, async () => undefined);
    const { passes } = await stand.open('a');
    const { made } = stand;

    await passes.ask(ask({ endedRun: 12, delay: 4_000 }));
    await passes.ask(ask({ delivery: 'a comment' }));
    await eventually('two are made', () => made.length === 2);

    const asked = made.map(({ given }) => given.asks.map(({ endedRun, delivery }) => endedRun ?? delivery));
    expect(asked).toEqual([['a comment'], [12]]);
  });

  it('put off nothing where what was asked for did not matter, and forget none of it where the app is listed again', async () => {
    stand = replicasOf(redis.url, async ({ asks }) =>
      asks.some(({ endedRun }) => endedRun !== undefined)
        ? { kind: 'unneeded' }
        : { report: { wakeIn: 1_500, again: false } },
    );
    const { passes } = await stand.open('a');
    const { made } = stand;
    await passes.ask(ask());
    await eventually('the first is made', () => made[0]?.counts);
    await passes.ask(ask({ endedRun: 5, delay: 100 }));
    await passes.ensure({ installation: 7, locator: DAW });
    await eventually('the one that was due is made', () => made[2]?.counts);

    expect(made.map(({ given }) => given.asks.map(({ endedRun }) => endedRun))).toEqual([[undefined], [5], []]);
    const [first, , third] = made.map(({ began }) => began) as [number, number, number];
    expect(third - first).toBeGreaterThanOrEqual(1_450);
  });

  it('end where the app is taken off, and begin once it is there again', async () => {
    stand = replicasOf(redis.url, async ({ repository: { installation } }) =>
      installation === 7 ? { kind: 'uninstalled' } : undefined,
    );
    const { passes } = await stand.open('a');
    const { made } = stand;
    await passes.ask(ask());
    await eventually('it is found to be gone', () => made[0]?.ended);
    // A moment later it is gone from the queue as well.
    await eventually('a pass is made', async () => {
      await passes.ensure({ installation: 8, locator: DAW });
      return made[1]?.ended;
    });
    await passes.ensure({ installation: 8, locator: DAW });
    await sleep(500);

    expect(made.map(({ given }) => given.repository.installation)).toEqual([7, 8]);
  });
});

describe.skipIf(!HAS_REDIS)('an outage', () => {
  it('of a few seconds loses nothing that was asked for, and passes go on after it', async () => {
    stand = replicasOf(redis.url, () => sleep(200, undefined));
    const a = await stand.open('a');
    await stand.open('b');
    const { made } = stand;
    await a.passes.ask(ask({ delivery: 'before' }));
    await eventually('a pass begins', () => made.length === 1);
    redis.pause();
    const asked = a.passes.ask(ask({ delivery: 'meanwhile' }));
    const isReached = await a.isReached();
    await sleep(3_000);
    redis.resume();
    await asked;
    await eventually('what was asked for is answered', () =>
      made.some(({ given, counts }) => counts && given.asks.some(({ delivery }) => delivery === 'meanwhile')),
    );

    expect(isReached).toBe(false);
    expect(await a.isReached()).toBe(true);
    expect(overlaps(made.filter(({ counts }) => counts))).toEqual([]);
  });
});
