import { describe, expect, it } from 'vitest';
import { killCourse, NOTHING_LOST } from './support/kill-course.ts';

/** A bound for both hosts: the last course of each kills nothing, and the test says so. */
const MAX_REQUESTS = 600;

describe.each([
  { host: 'server', least: 60 },
  { host: 'actions', least: 150 },
] as const)('what happens to a plan ($host)', ({ host, least }) => {
  it('arrives where one process is killed, after whichever of all requests', async () => {
    const lost: unknown[] = [];
    let request = 1;
    for (; request <= MAX_REQUESTS; request++) {
      const end = await killCourse(host, ({ before, kills }) => (kills > 0 ? undefined : request - before));
      if (end.kills === 0) break;
      const { missing, stranded, wrong } = end;
      if ([missing, stranded, wrong].some(({ length }) => length > 0)) lost.push({ request, missing, stranded, wrong });
    }

    expect(lost).toEqual([]);
    expect(request).toBeLessThan(MAX_REQUESTS);
    expect(request).toBeGreaterThan(least);
  });
});

it('arrives where each job dies one request later than the one before, until one gets through', async () => {
  const end = await killCourse('actions', ({ of }) => of);

  expect(end).toMatchObject(NOTHING_LOST);
  expect(end.kills).toBeGreaterThan(100);
});
