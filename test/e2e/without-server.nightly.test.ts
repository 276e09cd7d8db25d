import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rehearsing, reportOf } from './support/modes.ts';
import { git, landings, mostAtOnce, tenures } from './support/world.ts';

/** The reference plan without any process of the app: jobs of its repository make the passes. */
describe('the reference plan without a server', () => {
  const seen = rehearsing('examples/daw', '--host', 'actions');

  it('is completed: 47 tasks landed, each once, and eight at most run at once', async () => {
    expect(seen.ended.stdout).toContain('47 of 47 tasks completed, 0 failed or blocked, 47 attempts');
    const landed = (await landings(join(seen.out, 'remote.git'))).map(({ task }) => task);
    expect([landed.length, new Set(landed).size]).toEqual([47, 47]);
    expect(mostAtOnce(await tenures(seen.out))).toBeLessThanOrEqual(8);
  });

  it('is asked for by nobody but people and GITHUB_TOKEN', async () => {
    const { requests } = await reportOf(seen);

    expect(Object.keys(requests.by_actor).sort()).toEqual(['github-actions[bot]', 'lead']);
    expect(await readdir(seen.out)).not.toContain('app.log');
  });

  it('leaves its turn free, and its clock disabled', async () => {
    const lock = await git(join(seen.out, 'remote.git'), 'log', '-1', '--format=%B', 'refs/agent-waves/pass');

    expect(JSON.parse(lock)).not.toHaveProperty('holder');
  });

  it('is told in the report with the minutes of its jobs', async () => {
    const { mode, job_minutes } = await reportOf(seen);

    expect(mode.host).toBe('actions');
    expect(job_minutes.by_job['agent-task.yml next']?.count).toBe(47);
  });
});
