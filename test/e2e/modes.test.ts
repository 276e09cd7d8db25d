import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HAS_REDIS } from '../support/redis.ts';
import { agentWaves, type Ended, newFolder, removeFolder } from './support/command.ts';
import { issuesOf, pullsOf, rehearsing, reportOf, tasksLanded } from './support/modes.ts';
import { git } from './support/world.ts';

/**
 * Every mode of a rehearsal, on a plan of one task with checks that cost nothing: several modes in one run where they go
 * together. `modes.nightly.test.ts` has each of them by itself.
 */

const TASK = 'A-001';
const ALL_DONE = '1 of 1 tasks completed, 0 failed or blocked, 1 attempt,';
const FILES = {
  'docs/planning/tasks.json': JSON.stringify({
    name: 'Tiny',
    tasks: [{ id: TASK, title: 'All', wave: 1, estimate: '30min', outputs: ['src/all.ts', 'test/all.test.ts'] }],
  }),
  '.github/agent-waves.yml':
    'landing: push\ninstall: []\nchecks:\n  compile: "true"\n  test: test -f src/all.ts\n  lint: none\n',
};

/** The agent works for six seconds: long enough to be seen at it, killed and found again. */
const SLOWLY = ['--speed', '300'];

/** Names of our own that are left when everything is over. */
async function refsLeft(out: string): Promise<readonly string[]> {
  const listed = await git(join(out, 'remote.git'), 'for-each-ref', '--format=%(refname)', 'refs/agent-waves');
  return listed.split('\n').filter(Boolean);
}

const folder = await newFolder();
beforeAll(async () => {
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
});
afterAll(() => removeFolder(folder));

describe('landing merge, in slices of a third of the task', () => {
  const seen = rehearsing(folder, '--landing', 'merge', '--slice', '10min');

  it('carries the task over several runs of one attempt, from checkpoint to checkpoint', async () => {
    expect(seen.ended.stdout).toContain(ALL_DONE);
    const { mode, by_task } = await reportOf(seen);
    expect(mode).toMatchObject({
      landing: 'merge',
      base: 'default',
      protect_default: false,
      kill_every: null,
      slice_min: 10,
    });
    const [task] = by_task;
    expect(task).toMatchObject({ id: TASK, attempts: 1, status: 'completed' });
    expect(task?.slices).toBeGreaterThanOrEqual(2);
    expect(task?.runs).toBe(task?.slices);
    expect(task?.checkpoints_restored).toBe((task?.slices ?? 0) - 1);
    expect(await refsLeft(seen.out)).toEqual(['refs/agent-waves/train']);
  });

  it('squashes one pull request, names it in the report, and asks nobody', async () => {
    const [pull, ...more] = await pullsOf(seen);
    const { by_task } = await reportOf(seen);

    expect(more).toEqual([]);
    expect(pull).toMatchObject({ head: { ref: `agent-waves/task/${TASK}` }, reviews_list: [] });
    expect(pull?.merged_at).not.toBeNull();
    expect(by_task.map((task) => task.pull)).toEqual([pull?.number]);
    expect(await tasksLanded(seen)).toEqual([TASK]);
  });
});

describe('landing review on a protected default branch, by the hardened workflow', () => {
  const seen = rehearsing(folder, '--landing', 'review', '--protect-default', '--hardened');

  it('lands what a second person has approved, through jobs of which only the last may write', async () => {
    expect(seen.ended.stdout).toContain(ALL_DONE);
    expect((await reportOf(seen)).mode.hardened).toBe(true);
    const [pull] = await pullsOf(seen);
    expect(pull?.merged_at).not.toBeNull();
    expect(pull?.reviews_list.map(({ state, user }) => `${state} by ${user.login}`)).toContain('APPROVED by reviewer');
    expect(await tasksLanded(seen)).toEqual([TASK]);
    const workflow = await git(join(seen.out, 'remote.git'), 'show', 'main:.github/workflows/agent-task.yml');
    expect(workflow).toBe(await readFile('templates/agent-task-hardened.yml', 'utf8'));
  });

  it('closes the issue only after the merge, and keeps progress beside the branch that takes no commits of the app', async () => {
    const [pull] = await pullsOf(seen);
    const task = (await issuesOf(seen)).find(({ title }) => title.startsWith(`${TASK}:`));
    const progress = await git(join(seen.out, 'remote.git'), 'show', 'agent-waves-progress:PROGRESS.md');

    expect((task?.closed_at ?? '') >= (pull?.merged_at ?? 'never')).toBe(true);
    expect(progress).toContain('1 of 1');
  });
});

describe('a branch for the plan before a protected default branch, and a runner that is killed', () => {
  const modes = ['--landing', 'push', '--base', 'agent-waves/{plan}', '--protect-default', '--kill-every', '1'];
  const seen = rehearsing(folder, ...modes, ...SLOWLY);

  it('goes on from the checkpoint in another run, at the cost of no attempt', async () => {
    expect(seen.ended.stdout).toContain(ALL_DONE);
    const [task] = (await reportOf(seen)).by_task;
    expect(task).toMatchObject({ kills: 1, runs: 2, attempts: 1, checkpoints_restored: 1 });
  });

  it('brings the wave to the default branch by one approved pull request', async () => {
    const waves = (await pullsOf(seen)).filter(({ base }) => base.ref === 'main');
    expect(waves).toHaveLength(1);
    expect(waves[0]?.merged_at).not.toBeNull();
    expect(waves[0]?.reviews_list.map(({ state, user }) => `${state} by ${user.login}`)).toContain(
      'APPROVED by reviewer',
    );
    expect(await tasksLanded(seen)).toEqual([TASK]);
  });
});

describe('landing push on a protected default branch', () => {
  const seen = rehearsing(folder, '--landing', 'push', '--protect-default');

  it('ends with the plan held and the setting explained, before anything is dispatched', async () => {
    expect(seen.ended.code).toBe(1);
    const { held, tasks } = await reportOf(seen);
    expect(tasks).toMatchObject({ total: 1, completed: 0 });
    expect(held).toMatch(
      /^as the repository is set up no work could land: `main` takes pull requests.*landing: review/,
    );
    expect(seen.ended.stdout).toContain(`held: ${held}`);
    expect(seen.ended.stdout).not.toContain('needs a person');
    expect(await tasksLanded(seen)).toEqual([]);
  });
});

describe.skipIf(!HAS_REDIS)('checkpoints in Redis, and a runner that is killed', () => {
  const seen = rehearsing(folder, '--checkpoint', 'redis', '--kill-every', '1', ...SLOWLY);

  it('goes on from what the server keeps', async () => {
    expect(seen.ended.stdout).toContain(ALL_DONE);
    const { mode, by_task } = await reportOf(seen);
    expect(mode.checkpoint).toBe('redis');
    expect(by_task).toMatchObject([{ kills: 1, runs: 2, attempts: 1, checkpoints_restored: 1 }]);
    expect(await refsLeft(seen.out)).toEqual(['refs/agent-waves/train']);
  });
});

describe('wrong use of modes', () => {
  it('exits 2 and names what may be given', async () => {
    const wrong = await Promise.all([
      agentWaves(['rehearse', 'examples/small', '--landing', 'rebase']),
      agentWaves(['rehearse', 'examples/small', '--checkpoint', 'disk']),
      agentWaves(['rehearse', 'examples/small', '--slice', 'soon']),
      agentWaves(['rehearse', 'examples/small', '--kill-every', '0']),
    ]);

    expect(wrong.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
    expect(wrong.map(({ stderr }) => stderr).join('')).toMatch(
      /merge, review, push[\s\S]*git, redis[\s\S]*"soon" is not a duration[\s\S]*whole number from 1/,
    );
  });

  it('exits 2 without a Redis server, and says what to do', async () => {
    const { code, stderr } = await withoutTools('--checkpoint', 'redis');

    expect(stderr).toContain('needs redis-server on this machine: install it, or use --checkpoint git');
    expect(code).toBe(2);
  });

  it('exits 1 for a base that is no branch, at its place in the configuration', async () => {
    const { code, stderr } = await agentWaves(['rehearse', 'examples/small', '--base', 'a..b']);

    expect(stderr).toMatch(/agent-waves\.yml:\d+:\d+: `a\.\.b` is not a branch/);
    expect(code).toBe(1);
  });
});

/** As on a machine where nothing is installed: commands are found by their names, and nowhere. */
async function withoutTools(...flags: readonly string[]): Promise<Ended> {
  const out = await newFolder();
  try {
    return await agentWaves(['rehearse', 'examples/small', '--out', out, ...flags], { PATH: out });
  } finally {
    await removeFolder(out);
  }
}
