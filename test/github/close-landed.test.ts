import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../support/github-scene.ts';

/** What a pass does that hears of landed work: progress first, then the closing, then what waits for it. */

let scene: GitHubScene;
/** A has landed and said so; no pass has heard of it. */
beforeEach(async () => {
  scene = await githubScene({
    plan: {
      name: 'DAW',
      tasks: [
        { id: 'A', title: 'First' },
        { id: 'B', title: 'Second', dependencies: ['A'] },
      ],
    },
  });
  await scene.start();
  const run = scene.run('A');
  await run.claim();
  await run.land();
  await run.report('completed');
});
afterEach(() => scene.close());

/** Names of the app's writes, in order. */
async function writesOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = scene.requests.length;
  await work();
  const made = scene.requests.slice(before).filter(({ actor }) => actor === 'waves[bot]');
  return made.flatMap(({ route }) => /createCommitOnBranch|closeIssue|dispatches/.exec(route)?.[0] ?? []);
}

const stands = () => [scene.issue('A').state, scene.running().includes('B')];

async function statuses(): Promise<readonly string[]> {
  const { tasks } = (await scene.plan()) as { readonly tasks: readonly { readonly status?: string }[] };
  return tasks.map(({ status = 'pending' }) => status);
}

it('commits progress, closes its issue and dispatches what waits for it, in this order and in one pass', async () => {
  expect(await writesOf(scene.pass)).toEqual(['createCommitOnBranch', 'closeIssue', 'dispatches']);

  expect(stands()).toEqual(['closed', true]);
  expect(await statuses()).toEqual(['completed', 'in_progress']);
});

it('closes nothing where progress cannot be committed, and all of it once it can', async () => {
  scene.faults.push({ on: 'request', route: /CommitProgress/, answer: { status: 502 }, moment: 'before' });
  expect(await writesOf(scene.pass)).toEqual(['createCommitOnBranch']);
  expect(stands()).toEqual(['open', false]);
  expect(await statuses()).toEqual(['in_progress', 'pending']);

  expect(await writesOf(scene.pass)).toEqual(['createCommitOnBranch', 'closeIssue', 'dispatches']);

  expect(stands()).toEqual(['closed', true]);
});

it('closes it in the next process where one dies after progress', async () => {
  expect(await scene.passThatDies({ before: 'closeIssue' })).toBe(true);
  expect(stands()).toEqual(['open', false]);
  expect(await statuses()).toEqual(['completed', 'in_progress']);

  await scene.settle();

  expect([stands(), scene.dispatches('B')]).toEqual([['closed', true], 1]);
});

it('leaves it to its run where a rule keeps progress from every branch', async () => {
  scene.faults.push({
    on: 'request',
    route: /CommitProgress/,
    answer: { status: 403, message: 'Resource not accessible by integration' },
    moment: 'before',
    count: 20,
  });
  await scene.pass();
  await scene.pass();
  expect(stands()).toEqual(['open', false]);

  await scene.run('A').closeIssue();
  await scene.pass();
  await scene.pass();

  expect(stands()).toEqual(['closed', true]);
});
