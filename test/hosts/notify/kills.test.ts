import { describe, expect, it } from 'vitest';
import { killCourse, NOTHING_LOST } from './support/kill-course.ts';

/**
 * Each event there is, on both hosts, while processes are killed right after a request was carried out and before they hear
 * the answer: requests to GitHub and to whoever is told. `kills.nightly.test.ts` kills one after each request there is.
 */
describe('what happens to a plan arrives', () => {
  it('where each process of the server dies two requests later than the one before, until one gets through', async () => {
    const end = await killCourse('server', ({ of, step }) => 2 * of - (step % 2));

    expect(end).toMatchObject(NOTHING_LOST);
    expect(end.kills).toBeGreaterThan(15);
  });

  it('where each job dies six requests later than the one before, until one gets through', async () => {
    const end = await killCourse('actions', ({ of, step }) => 6 * of - step);

    expect(end).toMatchObject(NOTHING_LOST);
    expect(end.kills).toBeGreaterThan(12);
  });
});
