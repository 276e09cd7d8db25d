import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { issuesOf, pullsOf, rehearsing, reportOf, tasksLanded } from './support/modes.ts';
import { git } from './support/world.ts';

/** examples/small in every mode of a rehearsal: one run each, looked at from all sides. `modes.test.ts` is the short of it. */

const TASKS = ['A-001', 'A-002', 'A-003', 'A-004'];
const ALL_DONE = '4 of 4 tasks completed, 0 failed or blocked, 4 attempts';

describe('landing merge', () => {
  const seen = rehearsing('examples/small', '--landing', 'merge');

  it('squashes a pull request for each task, and asks nobody', async () => {
    expect(seen.ended.stdout).toContain(ALL_DONE);
    expect((await tasksLanded(seen)).sort()).toEqual(TASKS);
    const pulls = await pullsOf(seen);
    expect(pulls.map(({ head }) => head.ref).sort()).toEqual(TASKS.map((id) => `agent-waves/task/${id}`));
    for (const { merged_at, reviews_list } of pulls) {
      expect(merged_at).not.toBeNull();
      expect(reviews_list).toEqual([]);
    }
  });

  it('tells in the report which pull request carried which task', async () => {
    const { mode, by_task } = await reportOf(seen);
    const pulls = await pullsOf(seen);

    expect(mode).toMatchObject({ landing: 'merge', base: 'default', protect_default: false, kill_every: null });
    for (const { id, pull } of by_task)
      expect(pulls.find(({ number }) => number === pull)?.head.ref).toBe(`agent-waves/task/${id}`);
  });
});

describe('landing review on a protected default branch', () => {
  const seen = rehearsing('examples/small', '--landing', 'review', '--protect-default');

  it('lands what a second person has approved, and nothing else', async () => {
    expect(seen.ended.stdout).toContain(ALL_DONE);
    expect((await tasksLanded(seen)).sort()).toEqual(TASKS);
    for (const { merged_at, reviews_list } of await pullsOf(seen)) {
      expect(merged_at).not.toBeNull();
      expect(reviews_list.map(({ state, user }) => `${state} by ${user.login}`)).toContain('APPROVED by reviewer');
    }
  });

  it('closes no issue before its pull request was merged', async () => {
    const pulls = await pullsOf(seen);
    const issues = await issuesOf(seen);
    for (const id of TASKS) {
      const closed = issues.find(({ title }) => title.startsWith(`${id}:`))?.closed_at ?? '';
      const merged = pulls.find(({ head }) => head.ref === `agent-waves/task/${id}`)?.merged_at ?? 'never';
      expect(closed >= merged, `${id}: closed ${closed}, merged ${merged}`).toBe(true);
    }
  });

  it('keeps progress beside the branch that takes no commits of the app', async () => {
    const progress = await git(join(seen.out, 'remote.git'), 'show', 'agent-waves-progress:PROGRESS.md');

    expect(progress).toContain('4 of 4');
  });
});

describe('a branch for the plan before a protected default branch', () => {
  const seen = rehearsing('examples/small', '--landing', 'push', '--base', 'agent-waves/{plan}', '--protect-default');

  it('brings every wave to the default branch by one approved pull request', async () => {
    expect(seen.ended.stdout).toContain(ALL_DONE);
    const waves = (await pullsOf(seen)).filter(({ base }) => base.ref === 'main');
    expect(waves).toHaveLength(3);
    for (const { merged_at, reviews_list } of waves) {
      expect(merged_at).not.toBeNull();
      expect(reviews_list.map(({ state, user }) => `${state} by ${user.login}`)).toContain('APPROVED by reviewer');
    }
    expect((await tasksLanded(seen)).sort()).toEqual(TASKS);
  });
});

describe('the hardened workflow', () => {
  const seen = rehearsing('examples/small', '--hardened');

  it('lands every task through jobs of which only the last may write to the base', async () => {
    expect(seen.ended.stdout).toContain(ALL_DONE);
    expect((await reportOf(seen)).mode.hardened).toBe(true);
    expect((await tasksLanded(seen)).sort()).toEqual(TASKS);
    const workflow = await git(join(seen.out, 'remote.git'), 'show', 'main:.github/workflows/agent-task.yml');
    expect(workflow).toBe(await readFile('templates/agent-task-hardened.yml', 'utf8'));
  });
});

/** Only root makes users. Elsewhere nothing of this can be shown. */
const IS_ROOT = process.getuid?.() === 0;
if (!IS_ROOT) console.warn('this process is not root: the rehearsals with agents as another user are SKIPPED');

describe.skipIf(!IS_ROOT).each([
  ['in one job', []],
  ['in the hardened workflow', ['--hardened']],
])('agents and checks as a user of their own, %s', (_, flags) => {
  const seen = rehearsing('examples/small', '--isolation', 'user', ...flags);

  it('do what they do as anybody', async () => {
    expect(seen.ended.stdout).toContain(ALL_DONE);
    expect((await reportOf(seen)).mode.isolation).toBe('user');
    expect((await tasksLanded(seen)).sort()).toEqual(TASKS);
  });
});
