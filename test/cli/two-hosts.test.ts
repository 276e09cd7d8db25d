import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { statusCommand } from '../../src/cli/status.ts';
import { syncCommand } from '../../src/cli/sync.ts';
import { type Memory, newMemory } from '../../src/github/memory.ts';
import { createClient } from '../../src/github/octokit.ts';
import { reconcile } from '../../src/reconcile.ts';
import { ACTIONS_LOGIN } from '../../src/state/names.ts';
import { TIMINGS } from '../../src/state/timings.ts';
import type { GitHubScene } from '../support/github-scene.ts';
import { CONFIG, onGitHub, planScene } from './support/plan-scene.ts';

const SERVER = 'waves[bot]';
const BOTH = `${CONFIG}trusted_apps: [waves, github-actions]\n`;
/** What hosts wait before they start anything (ms). */
const SETTLED = TIMINGS.hostSettles + 1_000;

let scene: GitHubScene;
let memory: Memory;

beforeEach(async () => {
  memory = newMemory();
  scene = await planScene({ config: BOTH });
});
afterEach(() => scene.close());

/** A pass of a job, as the other host of the plan. */
async function jobPass() {
  scene.later(1_000);
  const client = createClient({
    token: (await scene.passJob()).token,
    baseUrl: scene.github.apiUrl,
    isQuiet: true,
  });
  const timings = { ...TIMINGS, runsEvery: 0, progressEvery: 0 };
  const clock = scene.now;
  const made = await reconcile({ client, locator: scene.repository, app: ACTIONS_LOGIN, memory, timings, clock });
  memory = made.memory;
  if (made.kind === 'no-plan') throw new Error('the job finds no plan');
  return made.decision;
}

/** The server has started two tasks, and a person gives the plan to the jobs. */
async function givenToJobs() {
  await scene.start();
  scene.later(SETTLED);
  await scene.settle();
  expect(scene.running()).toEqual(['A', 'C']);
  expect(await jobPass()).toMatchObject({ effects: [], leftAlone: [1] });
  await scene.comment('plan', '/adopt');
  await jobPass();
  await jobPass();
  await scene.run('A').complete();
  scene.later(SETTLED);
  for (let pass = 0; pass < 3; pass++) await jobPass();
  expect(scene.running()).toEqual(['C', 'B']);
}

const status = async () => (await onGitHub(scene, statusCommand())).stdout;

describe('a plan of which each of two hosts wrote some', () => {
  it('is shown by the command line as the host sees it that has it, and not as one that another one works on', async () => {
    await givenToJobs();

    const shown = await status();

    expect(shown).toContain('1 of 4 tasks completed');
    expect(shown).not.toContain('works on this plan');
    expect((await onGitHub(scene, syncCommand())).stdout).not.toContain(`${SERVER} keeps this plan`);
  });

  it('is held by both where one is taken off the list, and goes on where it is put back, with nothing done twice', async () => {
    await givenToJobs();
    await scene.run('C').complete();
    await scene.run('B').complete();
    const issues = scene.issues().length;

    for (const config of [CONFIG, `${CONFIG}trusted_apps: [waves]\n`, `${CONFIG}trusted_apps: [github-actions]\n`]) {
      await scene.push({ '.github/agent-waves.yml': config });
      scene.restart();
      memory = newMemory();
      await scene.pass();
      expect(scene.decision()).toMatchObject({ effects: [], leftAlone: [1] });
      expect(await jobPass()).toMatchObject({ effects: [], leftAlone: [1] });
    }
    await scene.push({ '.github/agent-waves.yml': 'landing: [' });
    scene.restart();
    memory = newMemory();
    await scene.pass();
    expect(scene.decision()?.effects).toEqual([]);
    expect((await jobPass()).effects).toEqual([]);

    await scene.push({ '.github/agent-waves.yml': BOTH });
    for (let pass = 0; pass < 4; pass++) await jobPass();
    await scene.pass();
    expect(scene.running()).toEqual(['D']);
    expect(scene.issues()).toHaveLength(issues);
    expect(['A', 'B', 'C', 'D'].map((id) => scene.dispatches(id))).toEqual([1, 1, 1, 1]);
  });
});
