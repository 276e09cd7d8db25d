import { afterEach, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** A blocker is told by its repository and its number: the same number elsewhere is another issue. */

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};
const OTHER = { owner: 'acme', repo: 'oil' } as const;

let scene: GitHubScene;
afterEach(() => scene.close());

/** Task B is blocked by an issue of another repository that has the number of task A. @param isSeen By the app. */
async function blocked({ isSeen }: { readonly isSeen: boolean }): Promise<void> {
  scene = await githubScene({ plan: PLAN });
  await scene.github.createRepository({ owner: 'acme', name: 'oil' });
  scene.github.addCollaborator({ repository: 'acme/oil', login: 'lead', permission: 'admin' });
  if (isSeen) scene.github.install('waves', 'acme/oil');
  await scene.start();
  const number = scene.number('A');
  let blocker = { number: 0, id: 0 };
  while (blocker.number < number) blocker = (await scene.lead.rest.issues.create({ ...OTHER, title: 'Oil' })).data;
  await scene.lead.rest.issues.addBlockedByDependency({
    ...scene.repository,
    issue_number: scene.number('B'),
    issue_id: blocker.id,
  });
}

async function doFirst(): Promise<void> {
  await scene.run('A').complete();
  await scene.settle();
}

it('one in another repository holds the task, though it bears the number of what the task needs', async () => {
  await blocked({ isSeen: true });

  await doFirst();

  expect([scene.state('B'), scene.reason('B'), scene.running()]).toEqual([
    'blocked',
    `waits for acme/oil#${scene.number('A')}, which somebody set as a blocker`,
    [],
  ]);
});

it('the task goes on when the other one is closed, and the run finds what it needs by itself', async () => {
  await blocked({ isSeen: true });
  await doFirst();

  await scene.lead.rest.issues.update({ ...OTHER, issue_number: scene.number('A'), state: 'closed' });
  scene.later(11 * 60_000);
  await scene.settle();

  expect(scene.running()).toEqual(['B']);
  expect((await scene.run('B').claim()).kind).toBe('done');
});

it('one that the app may not see holds the task, and no reading fails of it', async () => {
  await blocked({ isSeen: false });

  await doFirst();

  expect([scene.state('A'), scene.state('B'), scene.reason('B')]).toEqual([
    'completed',
    'blocked',
    'waits for an issue that this app may not see, which somebody set as a blocker',
  ]);
});

it('a parent in another repository is no wave of the plan', async () => {
  await blocked({ isSeen: true });
  const { data: parent } = await scene.lead.rest.issues.create({ ...OTHER, title: 'Everything' });
  await scene.lead.rest.issues.addSubIssue({
    ...OTHER,
    issue_number: parent.number,
    sub_issue_id: Number(scene.issue('B').id),
    replace_parent: true,
  });

  await doFirst();

  expect([scene.state('B'), scene.numbersOf('B').length]).toEqual(['blocked', 1]);
});
