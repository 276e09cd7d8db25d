import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  announceSends,
  type Holder,
  lockText,
  type PassLock,
  readLock,
  releaseLock,
  STALE_MS,
  takeLock,
} from '../../../src/hosts/actions/lock.ts';
import { type LockStore, type OwnClock, type SeenLock, takeHold } from '../../../src/hosts/actions/pass-hold.ts';

const MINE: Holder = { run: 2, attempt: 1, id: 'mine' };
const OTHER: Holder = { run: 1, attempt: 1, id: 'other' };
const AT = 1_000_000;
const TAKING = { holder: MINE, now: AT, stale: STALE_MS, isHolderOver: false, ended: [] };
const held = (more: Partial<PassLock> = {}): PassLock => ({ holder: OTHER, since: AT, beat: AT, sends: [], ...more });

describe('the lock of passes', () => {
  it.each([
    ['nobody has it', undefined],
    ['it was released', { ...held(), holder: undefined }],
    ['its holder has been silent for more than three minutes', held({ beat: AT - STALE_MS - 1 })],
    ['an earlier attempt of the same run holds it', held({ holder: { ...MINE, attempt: 0, id: 'before' } })],
  ])('is taken when %s', (_, seen) => {
    expect(takeLock(seen && JSON.parse(JSON.stringify(seen)), TAKING)).toMatchObject({
      kind: 'taken',
      lock: { holder: MINE, since: AT, beat: AT, sends: [] },
    });
  });

  it('is taken when the run of its holder has ended, however lately that said it lives', () => {
    expect(takeLock(held(), { ...TAKING, isHolderOver: true }).kind).toBe('taken');
  });

  it('stays with a holder that said it lives three minutes ago, who is asked for one more pass', () => {
    const ended = [{ run: 9, conclusion: 'success', at: AT }] as const;

    const left = takeLock(held({ beat: AT - STALE_MS }), { ...TAKING, ended });

    expect(left).toMatchObject({ kind: 'left', lock: { holder: OTHER, again: { times: 1, ended } } });
  });

  it('hands on what was told to a holder that died', () => {
    const ended = [{ run: 9, conclusion: 'failure' as const, at: AT }];
    const dead = held({ beat: AT - STALE_MS - 1, again: { times: 1, ended } });

    expect(takeLock(dead, TAKING)).toMatchObject({ kind: 'taken', told: ended, lock: { sends: [] } });
  });

  it('is kept for one more pass on release, but by whoever is out of time: then the next one is told', () => {
    const ended = [{ run: 9, conclusion: 'success' as const, at: AT }];
    const asked = held({ holder: MINE, again: { times: 3, ended } });
    const own = { id: MINE.id, now: AT };

    expect(releaseLock(asked, { ...own, isOutOfTime: false })).toMatchObject({ kind: 'again', told: ended });
    const released = releaseLock(asked, { ...own, isOutOfTime: true });
    expect(released).toMatchObject({ kind: 'released', lock: { again: { ended } } });
    expect(released.kind === 'released' && takeLock(released.lock, TAKING)).toMatchObject({ told: ended });
  });

  it('lets nobody start a run who does not hold it any more', () => {
    expect(announceSends(held(), { id: MINE.id, now: AT, sends: ['A #1'] })).toBeUndefined();
  });

  it('is what was written, and nothing where somebody wrote by hand', () => {
    const lock = held({ sends: ['A #1 · attempt 1 · slice 1 · d1'] });

    expect(readLock(lockText(lock))).toEqual(lock);
    expect(readLock('hello')).toBeUndefined();
    expect(readLock('{"holder":"me"}')).toBeUndefined();
  });
});

/** What a job does in the world of the property. */
interface Job {
  /** How many of its steps it makes before its machine is gone. */
  readonly steps: number;
  /** Milliseconds that GitHub takes for each of its requests, one after the other, then from the beginning. */
  readonly pauses: readonly number[];
}

const pause = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 20_000, max: 300_000 }) },
);
const mortal = fc.oneof({ weight: 2, arbitrary: fc.constant(10_000) }, fc.integer({ min: 1, max: 30 }));
const job = (steps: fc.Arbitrary<number>, pauses: fc.Arbitrary<number>) =>
  fc.record({ steps, pauses: fc.array(pauses, { minLength: 1, maxLength: 12 }) }) satisfies fc.Arbitrary<Job>;

/** GitHub ends what takes ten seconds: what comes later is not carried out. */
const SENDING_MS = 50_000;

/** A ref that several jobs read and move, in every order; what it takes is on one clock. */
function world(scheduler: fc.Scheduler) {
  let now = AT;
  let moves = 0;
  let current: SeenLock = { lock: undefined, commit: undefined, date: now };
  const broken: string[] = [];
  const passes: { readonly by: number; readonly began: number }[] = [];
  const events: number[] = [];

  /** One request of a job: it comes to GitHub after some time, between those of others. */
  async function request<T>(
    life: { left: number; next: () => number },
    answer: () => T,
    max = Number.POSITIVE_INFINITY,
  ): Promise<T> {
    if (life.left-- <= 0) await new Promise(() => undefined);
    await scheduler.schedule(Promise.resolve());
    now += Math.min(max, life.next());
    return answer();
  }

  async function play(index: number, { steps, pauses }: Job): Promise<'left' | 'over' | 'lost'> {
    let place = 0;
    const life = { left: steps, next: () => pauses[place++ % pauses.length] ?? 0 };
    const holder: Holder = { run: index, attempt: 1, id: `job ${index}` };
    const store: LockStore = {
      read: () => request(life, () => ({ ...current, date: now })),
      swap: (from, to) =>
        request(life, () => {
          if (from.commit !== current.commit) return undefined;
          current = { lock: to, commit: `c${++moves}`, date: now };
          return current.commit;
        }),
      isOver: async () => false,
    };
    const clock: OwnClock = { now: () => now, sleep: (ms) => request(life, () => undefined, ms) };
    // It happens before its job asks for anything.
    events.push(await request(life, () => now));
    const taken = await takeHold({ store, holder, ended: [], timings: { beat: 30_000, stale: STALE_MS }, clock });
    if (taken.kind === 'left') return 'left';
    const { hold } = taken;
    for (;;) {
      const began = now;
      if (await hold.announce([`by ${index}`])) {
        const asked = now;
        await request(life, () => {
          const other = current.lock?.holder?.id;
          if (other !== holder.id && now - asked <= SENDING_MS) broken.push(`job ${index} sends and ${other} holds`);
        });
      }
      passes.push({ by: index, began });
      const { kind } = await hold.release({ isOutOfTime: false });
      if (kind !== 'again') return kind === 'lost' ? 'lost' : 'over';
    }
  }

  return { play, broken, passes, events, later: (ms: number) => (now += ms), lock: () => current.lock };
}

const MANY = { numRuns: 300 };

describe('jobs in whatever order', () => {
  it('never start a run at the same time as another holder, though machines stop or die', async () => {
    const course = fc.asyncProperty(
      fc.scheduler(),
      fc.array(job(mortal, pause), { minLength: 2, maxLength: 5 }),
      async (scheduler, jobs) => {
        const { play, broken } = world(scheduler);
        for (const [index, each] of jobs.entries()) void play(index, each).catch(() => undefined);
        await scheduler.waitIdle();

        expect(broken).toEqual([]);
      },
    );
    await fc.assert(course, MANY);
  });

  it('lose no event: a pass begins after each, by itself or by whoever was asked', async () => {
    const quick = fc.integer({ min: 0, max: 2_000 });
    const course = fc.asyncProperty(
      fc.scheduler(),
      fc.array(job(fc.constant(10_000), quick), { minLength: 2, maxLength: 5 }),
      async (scheduler, jobs) => {
        const { play, passes, events } = world(scheduler);
        const ends = jobs.map((each, index) => play(index, each));
        await scheduler.waitIdle();

        expect(await Promise.all(ends)).not.toContain('lost');
        for (const at of events) expect(passes.some(({ began }) => began >= at)).toBe(true);
      },
    );
    await fc.assert(course, MANY);
  });

  it('are followed by one that takes over from whoever died', async () => {
    const course = fc.asyncProperty(
      fc.scheduler(),
      fc.array(job(fc.integer({ min: 1, max: 12 }), pause), { minLength: 1, maxLength: 4 }),
      async (scheduler, jobs) => {
        const { play, later, passes, lock } = world(scheduler);
        for (const [index, each] of jobs.entries()) void play(index, each).catch(() => undefined);
        await scheduler.waitIdle();
        later(STALE_MS + 30_001);
        const end = play(99, { steps: 10_000, pauses: [10] });
        await scheduler.waitIdle();

        expect(await end).toBe('over');
        expect(passes.at(-1)?.by).toBe(99);
        expect(lock()?.holder).toBeUndefined();
      },
    );
    await fc.assert(course, MANY);
  });
});
