import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportCommand } from '../../src/cli/report.ts';
import type { GitHubScene } from '../support/github-scene.ts';
import { CONFIG, midway, onGitHub, planScene, writes } from './support/plan-scene.ts';

let scene: GitHubScene;
beforeEach(async () => {
  scene = await planScene({ config: `${CONFIG}budget: { plan: { usd: 40, runs: 9 } }\n` });
});
afterEach(() => scene.close());

const report = (...args: readonly string[]) => onGitHub(scene, reportCommand(), { args });

/** A lands for $1.25, C fails for $2, and B runs. */
async function spend(): Promise<void> {
  await scene.start();
  const agent = { type: 'general-purpose', model: 'sonnet', seconds: 60 };
  const run = scene.run('A');
  await run.claim();
  await run.land();
  await run.report('completed', { agent: { ...agent, cost_usd: 1.25 } });
  await run.closeIssue();
  await run.end();
  await scene.settle();
  const other = scene.run('C');
  await other.claim();
  await other.report('verification', { agent: { ...agent, cost_usd: 2 } });
  await other.end('success');
  scene.later(120_000);
  await scene.settle();
}

describe('agent-waves report', () => {
  it('tells what is spent, and what each agent type and model came to', async () => {
    await spend();
    scene.requests.splice(0);

    const { code, stdout } = await report();

    expect(code).toBe(0);
    expect(writes(scene)).toEqual([]);
    const [meter = '', , head = '', row = ''] = stdout.split('\n');
    expect(meter).toMatch(
      /^Spending: \$3\.25 spent and \$[\d.]+ reserved of \$40\.00 · 2 runs spent and 1 run reserved of 9 runs/,
    );
    expect(head).toMatch(/^Agent +Model +Landed +First try +Runs +Cost +Per landed task +Took/);
    // Of two runs one landed: the task has cost both.
    expect(row).toMatch(/^general-purpose +sonnet +1 +100% +2 +\$3\.25 +\$3\.25 +/);
  });

  it('prints the same as JSON', async () => {
    await spend();

    const told = JSON.parse((await report('--json')).stdout);

    expect(told).toMatchObject({
      plan: 'daw',
      limits: [
        { scope: 'plan', unit: 'usd', limit: 40, spent: 3.25 },
        { scope: 'plan', unit: 'runs', limit: 9, spent: 2, reserved: 1 },
      ],
      agents: [
        {
          type: 'general-purpose',
          model: 'sonnet',
          landed: 1,
          firstTry: 1,
          runs: 2,
          usd: 3.25,
          unknown: 0,
          usd_per_landed: 3.25,
          estimated: 60,
        },
      ],
    });
  });

  it('says so where nothing has run', async () => {
    expect((await report()).stdout).toMatch(/No task of the plan has run yet\.\n$/);
  });

  it('stands folded on the plan issue, too, and status has the line', async () => {
    await midway(scene);

    expect(scene.issue('plan').body).toMatch(
      /<summary>Pace and cost by agent and model<\/summary>\n\n\| Agent \| Model \|/,
    );
    expect(scene.issue('plan').body).toContain('**Spending:** ');
  });
});
