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
const BETWEEN = 4_000;

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
