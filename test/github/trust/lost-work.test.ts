import { afterEach, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
    { id: 'C', title: 'Third' },
  ],
};

/** Reads of the base may be as old. */
const STALE_BASE = 91_000;

let scene: GitHubScene;
afterEach(() => scene.close());

/** A landed, and B, which needs it, waits for a free slot behind C. */
async function landed(plan: object = PLAN, config = 'landing: push\nmax_parallel: 1\n') {
  scene = await githubScene({ plan, config });
  await scene.start();
  const before = await scene.head();
  const run = scene.run('A');
  await run.complete();
  await scene.pass();
  return { before, commit: run.commit ?? '' };
}

it('counts a landed commit that is reverted as lost: nothing that needs it starts, and the page says so', async () => {
  const { commit } = await landed();
  await scene.settle();

  const revert = await scene.revert(commit);
  await scene.settle();

  expect([scene.state('A'), scene.issue('A').state]).toEqual(['lost', 'closed']);
  expect(scene.reason('A')).toContain(`landed as ${commit.slice(0, 7)}, and was reverted by ${revert.slice(0, 7)}`);
  expect(await scene.statusOf('A')).toBe('blocked');
  const page = await scene.read('PROGRESS.md');
  expect(page).toContain('what it landed is gone from the base');
  expect(scene.comments('A').filter(({ body }) => body.includes('was reverted by'))).toHaveLength(1);
});

it('starts no dependent on a base from which its dependency was reverted', async () => {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nmax_parallel: 1\n' });
  await scene.start();
  const run = scene.run('A');
  await run.claim();
  await run.land();
  await run.report('completed');
  await scene.revert(run.commit ?? '');
  await run.closeIssue();
  await run.end();

  await scene.settle();

  expect([scene.state('A'), scene.state('B'), scene.running()]).toEqual(['lost', 'blocked', ['C']]);
});

it('finishes no plan at 100 % of which a landing was forced away, and holds nothing else', async () => {
  scene = await githubScene({
    plan: {
      name: 'DAW',
      tasks: [{ id: 'A' }, { id: 'B' }, { id: 'C' }, { id: 'D' }, { id: 'E' }, { id: 'F' }].map((task) => ({
        ...task,
        title: task.id,
      })),
    },
    config: 'landing: push\nmax_parallel: 6\n',
  });
  await scene.start();
  for (const id of ['A', 'B', 'C', 'D', 'E']) await scene.run(id).complete();
  await scene.settle();
  const kept = await scene.head();
  await scene.run('F').complete();
  await scene.settle();
  scene.later(STALE_BASE);
  await scene.settle();
  expect(scene.state('F')).toBe('completed');

  await scene.forcePush(kept);
  await scene.settle();

  expect(['A', 'E', 'F'].map(scene.state)).toEqual(['completed', 'completed', 'lost']);
  expect(scene.decision()?.notice).toBeUndefined();
  expect(await scene.read('PROGRESS.md')).not.toContain('**100%**');
});

it('holds the plan when a force-push takes away most of what landed, until a person accepts that', async () => {
  const { before } = await landed({ name: 'DAW', tasks: ['A', 'B', 'C', 'D'].map((id) => ({ id, title: id })) });
  for (const id of ['B', 'C']) {
    await scene.settle();
    await scene.run(id).complete();
  }
  await scene.settle();
  const live = scene.running();
  scene.later(STALE_BASE);

  await scene.forcePush(before);
  await scene.settle();
  expect(['A', 'B', 'C'].map(scene.state)).toEqual(['lost', 'lost', 'lost']);
  expect(scene.decision()?.notice).toContain('the work of 3 of 3 tasks that landed is no longer on the base');
  expect(scene.issue('plan').body).toContain('no longer on the base');

  await scene.comment('plan', '/accept');
  await scene.settle();

  expect(scene.decision()?.notice).toBeUndefined();
  expect(['A', 'B', 'C'].map(scene.state)).toEqual(['completed', 'completed', 'completed']);
  expect(scene.running()).toEqual(live);
});

it('does lost work again under a new dispatch when a person asks for it', async () => {
  const { commit } = await landed();
  await scene.settle();
  await scene.run('B').complete();
  await scene.revert(commit);
  await scene.settle();
  await scene.run('C').complete();
  await scene.settle();
  expect(scene.state('A')).toBe('lost');

  await scene.comment('A', '/retry');
  await scene.settle();
  expect([scene.issue('A').state, scene.running()]).toEqual(['open', ['A']]);
  await scene.run('A').complete({ 'work/A.md': 'again\n' });
  await scene.settle();

  expect([scene.state('A'), scene.issue('A').state, scene.dispatches('A')]).toEqual(['completed', 'closed', 2]);
});

it('leaves lost work as completed when a person lists it as completed in the plan', async () => {
  const { commit } = await landed({
    name: 'DAW',
    tasks: [
      { id: 'A', title: 'First' },
      { id: 'C', title: 'Third' },
      { id: 'B', title: 'Second', dependencies: ['A', 'C'] },
    ],
  });
  await scene.settle();
  await scene.revert(commit);
  await scene.settle();
  expect([scene.state('A'), await scene.statusOf('A'), scene.dispatches('B')]).toEqual(['lost', 'blocked', 0]);

  const plan = await scene.plan();
  const tasks = plan.tasks.map((task: { id: string }) => (task.id === 'A' ? { ...task, status: 'completed' } : task));
  await scene.pushPlan({ ...plan, tasks });
  await scene.settle();

  expect([scene.state('A'), await scene.statusOf('A'), scene.issue('A').state]).toEqual([
    'completed',
    'completed',
    'closed',
  ]);
  expect(scene.reason('A')).toContain('was reverted by');
  expect(scene.reason('A')).toContain('listed as completed in the plan');
  await scene.run('C').complete();
  await scene.settle();
  expect([scene.running(), scene.dispatches('A')]).toEqual([['B'], 1]);
});

it('completes a task again by itself once its revert was reverted', async () => {
  const { commit } = await landed();
  await scene.settle();
  const revert = await scene.revert(commit);
  await scene.settle();
  expect(scene.state('A')).toBe('lost');

  await scene.revert(revert);
  scene.later(STALE_BASE);
  await scene.settle();

  expect([scene.state('A'), await scene.statusOf('A')]).toEqual(['completed', 'completed']);
});

it('loses nothing by a rebase or a cherry-pick that keeps the trailers', async () => {
  const { before } = await landed();
  await scene.settle();
  const message = (await scene.log()).find((text) => text.startsWith('A: work')) ?? '';
  scene.later(STALE_BASE);

  await scene.forcePush(before);
  await scene.commit('Go before it', { 'notes.md': 'first\n' });
  await scene.commit(message, { 'work/A.md': 'once more\n' });
  await scene.settle();

  expect(scene.state('A')).toBe('completed');
});

it('finds a revert that came while no process was there to see it', async () => {
  const { commit } = await landed();
  await scene.settle();
  scene.restart();
  await scene.revert(commit);
  for (let more = 0; more < 40; more++) await scene.push({ 'notes.md': `${more}\n` });

  await scene.settle();

  expect(scene.state('A')).toBe('lost');
});
