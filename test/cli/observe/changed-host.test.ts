import { afterEach, describe, expect, it } from 'vitest';
import { statusCommand } from '../../../src/cli/status.ts';
import { syncCommand } from '../../../src/cli/sync.ts';
import { TIMINGS } from '../../../src/state/timings.ts';
import { jobScene } from '../../hosts/actions/support/job-scene.ts';
import { CONFIG, onGitHub, PLAN } from '../support/plan-scene.ts';

let scene: Awaited<ReturnType<typeof jobScene>>;
afterEach(() => scene.close());

/** A server made the plan and started A and C. A has landed, jobs of the repository have taken over, and B has landed too. */
const givenToJobs = async () => {
  scene = await jobScene({ plan: PLAN, config: `${CONFIG}trusted_apps: [waves, github-actions]\n` });
  await scene.start();
  // Where several hosts are listed, the first one starts nothing for two minutes.
  scene.later(TIMINGS.hostSettles + 1_000);
  await scene.settle();
  await scene.run('A').complete();
  await scene.comment('plan', '/adopt');
  await scene.work();
  scene.later(3 * 60_000);
  await scene.work();
  await scene.run('B').complete();
  await scene.work();
};

describe('a plan that goes on under another host than the one that made it', () => {
  it('stands as that host sees it, to whom nothing is left to do', async () => {
    await givenToJobs();

    const { code, stdout } = await onGitHub(scene, statusCommand(), { args: ['--json'] });

    const { keeper, due, tasks } = JSON.parse(stdout);
    expect([code, keeper, due]).toEqual([0, 'github-actions[bot]', {}]);
    expect(tasks.map(({ task, state }: { task: string; state: string }) => [task, state])).toEqual([
      ['A', 'completed'],
      ['B', 'completed'],
      ['C', 'running'],
      ['D', 'running'],
    ]);
  });

  it('gets a pass of the jobs that have it, where one is asked for', async () => {
    await givenToJobs();

    const { code, stdout } = await onGitHub(scene, syncCommand());

    expect([code, stdout]).toEqual([0, expect.stringContaining('Jobs of acme/daw make the passes')]);
  });
});
