import { afterEach, describe, expect, it } from 'vitest';
import { PROGRESS_BRANCH } from '../../../src/state/names.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import { PLAN_PATH, planText } from '../../support/scene/files.ts';

/** Two of four tasks are done before the app comes: a copy of a real plan that was half done. */
const HALF_DONE = {
  name: 'Half done',
  waves: [
    { number: 1, title: 'Ground' },
    { number: 2, title: 'Branches' },
    { number: 3, title: 'Join' },
  ],
  tasks: [
    { id: 'A-001', title: 'Shared vocabulary', wave: 1, status: 'completed', completed_at: '2026-03-02T09:00:00Z' },
    {
      id: 'A-002',
      title: 'Left branch',
      wave: 2,
      dependencies: ['A-001'],
      status: 'completed',
      agent_id: 'maria',
      started_at: 'on Monday',
      completed_at: '2026-03-02T09:00:00Z',
    },
    { id: 'A-003', title: 'Right branch', wave: 2, dependencies: ['A-001'], status: 'pending' },
    { id: 'A-004', title: 'Both together', wave: 3, dependencies: ['A-002', 'A-003'], status: 'pending' },
  ],
};

const PAIR = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

const dispatched = () => scene.github.runs().length;
const listing = async (id: string, fields: object) => {
  const plan = await scene.plan();
  const tasks = plan.tasks.map((task: { id: string }) => (task.id === id ? { ...task, ...fields } : task));
  await scene.pushPlan({ ...plan, tasks });
};

it('makes as many attempts as the plan has open tasks, and keeps what people wrote of the others', async () => {
  scene = await githubScene({ plan: HALF_DONE });
  await scene.settle();
  expect(scene.issue('plan').body).toContain('**2 tasks are listed as completed in the plan**');
  expect(await scene.read(PLAN_PATH)).toBe(planText(HALF_DONE).trimEnd());

  await scene.start();
  await scene.run('A-003').complete();
  await scene.settle();
  await scene.run('A-004').complete();
  await scene.settle();

  expect(dispatched()).toBe(2);
  expect(scene.issue('plan').state_reason).toBe('completed');
  expect(scene.issues().map(({ title }) => title)).toEqual([
    'Plan: Half done',
    'Wave 2: Branches',
    'Wave 3: Join',
    'A-003: Right branch',
    'A-004: Both together',
  ]);
  const { tasks } = await scene.plan();
  expect(tasks.slice(0, 2)).toEqual(HALF_DONE.tasks.slice(0, 2));
  expect(tasks.map(({ status }: { status: string }) => status)).toEqual(Array(4).fill('completed'));
  const page = await scene.read('PROGRESS.md');
  expect(page).toContain('**100%** · 4 of 4 tasks completed');
  expect(page).toContain('2 tasks were completed and not verified');
});

it('keeps them while issues are still being made, of a plan too large for one minute', async () => {
  const tasks = Array.from({ length: 160 }, (_, n) => ({
    id: `T-${n}`,
    title: `Task ${n}`,
    wave: 1 + (n % 2),
    status: n % 2 === 0 ? 'completed' : 'pending',
  }));
  scene = await githubScene({ plan: { name: 'Large', tasks }, config: 'landing: push\nmax_parallel: 1\n' });
  await scene.start();

  await scene.run('T-1').complete();
  await scene.settle();

  expect(scene.issues().length).toBeLessThan(80);
  const statuses = (await scene.plan()).tasks.map(({ status }: { status: string }) => status);
  expect(statuses.filter((_: string, n: number) => n % 2 === 0)).toEqual(Array(80).fill('completed'));
  expect(statuses.filter((status: string) => status === 'completed')).toHaveLength(81);
});

it('ends the run of a task that a person lists as completed, and lets dependents start', async () => {
  scene = await githubScene({ plan: PAIR });
  await scene.start();
  const run = await scene.run('A').outlast();
  await run.claim();

  await listing('A', { status: 'completed', agent_id: 'maria', started_at: 'on Monday', completed_at: 'today' });
  await scene.settle();

  expect(await run.wasCancelled()).toBe(true);
  expect((await run.land()).kind).toBe('superseded');
  expect([scene.state('A'), scene.issue('A').state_reason, scene.running()]).toEqual([
    'completed',
    'completed',
    ['A', 'B'],
  ]);
  expect(scene.reason('A')).toBe('listed as completed in the plan, not verified');
  expect((await scene.plan()).tasks[0]).toEqual({
    ...{ id: 'A', title: 'First', status: 'completed' },
    ...{ agent_id: 'maria', started_at: 'on Monday', completed_at: 'today' },
  });
});

it('writes completed again where a person takes that back from the file once the issue is closed', async () => {
  scene = await githubScene({
    plan: {
      name: 'DAW',
      tasks: [
        { id: 'A', title: 'First' },
        { id: 'B', title: 'Second' },
      ],
    },
  });
  await scene.start();
  const stated = async (status: string) => {
    const plan = await scene.plan();
    const [first, ...rest] = plan.tasks;
    await scene.pushPlan({ ...plan, tasks: [{ ...first, status, note: 'by hand' }, ...rest] });
    await scene.settle();
  };
  await stated('completed');
  expect(scene.issue('A').state).toBe('closed');

  await stated('pending');

  expect([scene.state('A'), scene.dispatches('A')]).toEqual(['completed', 1]);
  expect((await scene.plan()).tasks[0]).toMatchObject({ id: 'A', status: 'completed', note: 'by hand' });
});

it('does a task again whose issue a person opens, though the file still says that it is completed', async () => {
  scene = await githubScene({ plan: PAIR });
  await scene.start();
  await scene.run('A').complete();
  await scene.settle();
  expect((await scene.plan()).tasks[0].status).toBe('completed');

  await scene.edit('A', { state: 'open' });
  await scene.settle();

  expect([scene.state('A'), scene.dispatches('A')]).toEqual(['running', 2]);
  expect((await scene.plan()).tasks[0].status).toBe('in_progress');
});

it('does no task again after the process ended and the issue of a listed task was opened and closed', async () => {
  scene = await githubScene({ plan: PAIR });
  await scene.start();
  await listing('A', { status: 'completed' });
  await scene.settle();
  await scene.edit('A', { state: 'open' });
  await scene.settle();
  expect(scene.dispatches('A')).toBe(2);

  await scene.edit('A', { state: 'closed', state_reason: 'completed' });
  scene.restart();
  await scene.settle();

  expect([scene.state('A'), scene.reason('A')]).toEqual(['completed', 'closed by hand, not verified']);
  expect(scene.dispatches('A')).toBe(2);
});

it('writes over every other status that people state, and leaves nothing of it behind', async () => {
  scene = await githubScene({ plan: PAIR });
  await scene.start();

  await listing('B', { status: 'in_progress', agent_id: 'maria', started_at: 'on Monday' });
  await scene.settle();

  expect((await scene.plan()).tasks[1]).toEqual({ id: 'B', title: 'Second', dependencies: ['A'], status: 'pending' });
});

it('takes what people state on the default branch where progress goes to a branch of its own', async () => {
  scene = await githubScene({ plan: HALF_DONE, config: 'landing: review\n' });
  scene.github.protect('acme/daw', { branch: 'main', pullRequest: { approvals: 1 } });
  await scene.start();

  const written = JSON.parse(await scene.read(PLAN_PATH, PROGRESS_BRANCH));

  expect(dispatched()).toBe(1);
  expect(written.tasks.map(({ status }: { status: string }) => status)).toEqual([
    'completed',
    'completed',
    'in_progress',
    'pending',
  ]);
});

describe('a reading of the plan file that is older than one before', () => {
  /** The next pass is answered from how things were then, but for what this process has written itself. */
  const passAsOf = async (then: number) => {
    scene.faults.clear();
    scene.faults.push({
      on: 'stale-read',
      within: scene.now() + 1_000 - then,
      when: ({ body }) => /^\s*query Observe/.test(String(body.query)),
    });
    await scene.pass();
    scene.faults.clear();
  };
  /** From now on GitHub remembers how things were. */
  const remember = () => scene.faults.push({ on: 'stale-read', within: 600_000, share: 0 });

  it('completes nothing that a person has opened again', async () => {
    scene = await githubScene({ plan: PAIR });
    await scene.start();
    await scene.run('A').complete();
    await scene.settle();
    remember();
    const then = scene.now();
    await scene.edit('A', { state: 'open' });
    await scene.settle();
    const run = scene.run('A');

    await passAsOf(then);

    expect([scene.state('A'), await run.wasCancelled()]).toEqual(['running', false]);
  });

  it('takes nothing out of the plan that a person has just put into it', async () => {
    scene = await githubScene({ plan: PAIR, config: 'landing: push\nmax_parallel: 3\n' });
    await scene.start();
    remember();
    const then = scene.now();
    await scene.pushPlan({ ...PAIR, tasks: [...PAIR.tasks, { id: 'C', title: 'Third' }] });
    await scene.settle();
    const run = scene.run('C');

    await passAsOf(then);
    await scene.settle();

    expect([scene.state('C'), await run.wasCancelled(), scene.comments('C')]).toEqual(['running', false, []]);
  });

  it('counts a minute later where somebody has moved the branch back, and nothing is written over it before', async () => {
    scene = await githubScene({ plan: PAIR });
    await scene.start();
    const before = await scene.head();
    await scene.pushPlan({ ...PAIR, tasks: [...PAIR.tasks, { id: 'C', title: 'Third' }] });
    await scene.settle();
    await scene.forcePush(before);

    const made = await scene.pass();
    expect([scene.state('C'), await scene.head(), made.kind !== 'no-plan' && made.wakeIn]).toEqual([
      'running',
      before,
      expect.any(Number),
    ]);
    scene.later(60_000);
    await scene.settle();

    expect(scene.issue('C').state_reason).toBe('not_planned');
  });
});
