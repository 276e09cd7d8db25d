import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HAS_REDIS } from '../support/redis.ts';
import { replicas } from './support/replicas.ts';
import { rehearsed } from './support/stage.ts';

/** Three chains that meet, and a fourth that starts from one of them: something is ready all the time. */
const TASKS = [
  ...['A', 'B', 'C'].flatMap((chain) => [
    { id: `${chain}-1` },
    { id: `${chain}-2`, needs: [`${chain}-1`] },
    { id: `${chain}-3`, needs: [`${chain}-2`] },
  ]),
  { id: 'D-1', needs: ['A-3', 'B-3'] },
  { id: 'D-2', needs: ['D-1', 'C-3'] },
  { id: 'D-3', needs: ['D-2'] },
];

const IDS = TASKS.map(({ id }) => id);

/** Between two deaths (ms). */
const BETWEEN = 3_000;

describe.skipIf(!HAS_REDIS)('three replicas', () => {
  it('finish a plan, each task once, although one of them is killed every few seconds', async () => {
    const { all, startHost } = await replicas(3);
    await rehearsed({ tasks: TASKS, maxParallel: 3, startHost }, async (stage) => {
      const { session, finished, landings, record, runsOf } = stage;
      await session.start();
      let isOver = false;
      let kills = 0;
      const killing = (async () => {
        for (let nth = 0; !isOver; nth++) {
          await new Promise((resolve) => setTimeout(resolve, BETWEEN));
          const victim = all[nth % all.length];
          if (isOver || !victim) return;
          await victim.end('SIGKILL');
          await victim.start();
          kills += 1;
        }
      })();
      await finished();
      isOver = true;
      await killing;

      expect(kills).toBeGreaterThan(2);
      expect((await landings()).map(({ task }) => task).sort()).toEqual([...IDS].sort());
      for (const id of IDS) {
        expect(record(id)).toMatchObject({ attempt: 1, dispatch: 1 });
        expect(runsOf(id)).toHaveLength(1);
      }
      const titles = session.github.issuesReport(`${session.owner}/${session.repo}`).map(({ title }) => title);
      expect(titles, 'no issue is made twice').toEqual([...new Set(titles)]);
    });
  });
});

describe.skipIf(!HAS_REDIS)('a replica that is stopped in the middle of a pass, for longer than its lock lasts', () => {
  it('goes on when another one has made the pass, and doubles nothing', async () => {
    const { all, startHost } = await replicas(2);
    const tasks = TASKS.slice(0, 4);
    await rehearsed({ tasks, maxParallel: 2, startHost }, async (stage) => {
      const { session, finished, landings, record, runsOf, eventually, closeDoor, openDoor, atWork } = stage;
      const [first, second] = all;
      if (!first?.pid || !second) throw new Error('there are no two replicas');
      const { pid } = first;
      const ids = tasks.map(({ id }) => id);
      await closeDoor('A-1', 'B-1');
      await second.end('SIGKILL');
      // The first one has decided to start runs, and waits for the answer to what it writes before.
      const answer = Promise.withResolvers<void>();
      const isAsked = Promise.withResolvers<void>();
      const titles = () => session.github.issuesReport(`${session.owner}/${session.repo}`).map(({ title }) => title);
      const when = () => {
        if (!ids.every((id) => titles().some((title) => title.startsWith(`${id}:`)))) return false;
        isAsked.resolve();
        return true;
      };
      session.github.faults.push({ on: 'request', route: /^graphql Apply/, delay: answer.promise, when });
      await session.start();
      await isAsked.promise;
      process.kill(pid, 'SIGSTOP');
      answer.resolve();
      await second.start();
      await Promise.all([atWork('A-1'), atWork('B-1')]);
      process.kill(pid, 'SIGCONT');
      await eventually('the first one sees that it is late', async () =>
        (await readFile(join(stage.out, 'app-1.log'), 'utf8')).includes('was silent for too long'),
      );
      await openDoor('A-1', 'B-1');
      await finished();

      expect((await landings()).map(({ task }) => task).sort()).toEqual([...ids].sort());
      for (const id of ids) {
        expect(record(id)).toMatchObject({ attempt: 1, dispatch: 1 });
        expect(runsOf(id)).toHaveLength(1);
      }
      expect(titles(), 'no issue is made twice').toEqual([...new Set(titles())]);
    });
  });
});
