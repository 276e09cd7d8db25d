import { describe, expect, it } from 'vitest';
import { killCourse, NOTHING_LOST } from './support/kill-course.ts';

/** A bound for both hosts: the last courses of each kill nothing, and the test says so. */
const MAX_REQUESTS = 1_000;
/** Each test kills after every so manyth request, so that none takes half an hour; together they kill after all. */
const PARTS = 8;

describe.each([
  { host: 'server', least: 40 },
  { host: 'actions', least: 100 },
] as const)('what happens to a plan ($host)', ({ host, least }) => {
  it.each(Array.from({ length: PARTS }, (_, nth) => nth + 1))(
    `arrives where one process is killed after request %i, or each ${PARTS}th from there`,
    async (first) => {
      const lost: unknown[] = [];
      let request = first;
      for (; request <= MAX_REQUESTS; request += PARTS) {
        const end = await killCourse(host, ({ before, kills }) => (kills > 0 ? undefined : request - before));
        if (end.kills === 0) break;
        const { missing, stranded, wrong } = end;
        if ([missing, stranded, wrong].some(({ length }) => length > 0))
          lost.push({ request, missing, stranded, wrong });
      }

      console.info(`${host}: the story has fewer than ${request} requests`);
      expect(lost).toEqual([]);
      expect(request).toBeLessThan(MAX_REQUESTS);
      expect(request).toBeGreaterThan(least);
    },
  );
});

it('arrives where each job dies one request later than the one before, until one gets through', async () => {
  const end = await killCourse('actions', ({ of }) => of);

  expect(end).toMatchObject(NOTHING_LOST);
  expect(end.kills).toBeGreaterThan(100);
});
