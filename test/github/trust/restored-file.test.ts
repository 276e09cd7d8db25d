import { afterEach, describe, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** A force-push brings back a plan file that is older than what the app wrote there since: nobody has said that again. */

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
    { id: 'C', title: 'Third' },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

/** A has landed and is completed, as the plan file says. */
async function completed(): Promise<string> {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nmax_parallel: 3\n' });
  await scene.start();
  const run = scene.run('A');
  await run.complete();
  await scene.settle();
  expect(await scene.statusOf('A')).toBe('completed');
  return run.commit ?? '';
}

async function state(id: string, status: string): Promise<void> {
  const plan = await scene.plan();
  await scene.pushPlan({
    ...plan,
    tasks: plan.tasks.map((task: { id: string }) => (task.id === id ? { ...task, status } : task)),
  });
}

/** What stood there a moment ago may be an older reading: it counts a minute later. */
async function forcedBackTo(commit: string): Promise<void> {
  await scene.forcePush(commit);
  await scene.settle();
  scene.later(61_000);
  await scene.settle();
}

describe("the app's own `completed`, forced back into the plan file", () => {
  it('leaves no lost work at that', async () => {
    const commit = await completed();
    const revert = await scene.revert(commit);
    await scene.settle();
    expect([scene.state('A'), await scene.statusOf('A')]).toEqual(['lost', 'blocked']);

    await forcedBackTo(revert);

    expect([scene.state('A'), await scene.statusOf('A')]).toEqual(['lost', 'blocked']);
  });

  it('completes no task that is to be done again', async () => {
    await completed();
    const before = await scene.head();
    await scene.edit('A', { state: 'open' });
    await scene.settle();
    expect(await scene.statusOf('A')).not.toBe('completed');

    await forcedBackTo(before);

    expect(scene.issue('A').state).toBe('open');
    expect(scene.state('A')).not.toBe('completed');
    expect(await scene.statusOf('A')).not.toBe('completed');
  });
});

it('is asked about the past of its file only where a task that was completed is said to be completed again', async () => {
  await completed();
  await scene.edit('A', { state: 'open' });
  await scene.settle();
  await scene.run('A').complete();
  await scene.settle();
  await scene.pass();
  const asked = () => scene.requests.filter(({ route }) => route.endsWith('/{repo}/commits')).length;
  const before = asked();
  await scene.pass();
  await scene.pass();

  expect([scene.state('A'), await scene.statusOf('A'), asked() - before]).toEqual(['completed', 'completed', 0]);
});

describe("a person's `completed`, written over what the app wrote", () => {
  it('leaves lost work at that, also once a force-push took something else away', async () => {
    const commit = await completed();
    await scene.revert(commit);
    await scene.settle();
    const kept = await scene.head();
    await scene.push({ 'notes.md': 'Notes.\n' });
    await scene.settle();
    await forcedBackTo(kept);

    await state('A', 'completed');
    await scene.settle();

    expect([scene.state('A'), await scene.statusOf('A')]).toEqual(['completed', 'completed']);
  });

  it('completes a task that is to be done again', async () => {
    await completed();
    await scene.edit('A', { state: 'open' });
    await scene.settle();

    await state('A', 'completed');
    await scene.settle();

    expect([scene.state('A'), scene.issue('A').state]).toEqual(['completed', 'closed']);
  });
});
