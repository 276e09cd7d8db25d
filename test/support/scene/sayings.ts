import { type GitHubScene, githubScene } from '../github-scene.ts';
import { showForReview } from './show-for-review.ts';

/** Moments at which the app has something to say, each up to the pass that says it. */

const BROKEN = { failure: { what: 'test failed', output: '' } };
const notPlanned = { state: 'closed', state_reason: 'not_planned' } as const;

const task = (id: string, wave: number, more: object = {}) => ({ id, title: `Task ${id}`, wave, ...more });
const planOf = (...tasks: readonly object[]) => ({ id: 'daw', name: 'DAW', tasks });

const MANY = [
  task('LOST', 1),
  task('DEPENDENT', 2, { dependencies: ['LOST'] }),
  task('FAILS', 3),
  task('LANDS', 4),
  task('OTHER', 3),
  task('GONE', 3),
];

async function begin(plan: object, config: string): Promise<GitHubScene> {
  const scene = await githubScene({ plan, config });
  await scene.start();
  return scene;
}

/** As much as can come together: each of these is said in a comment of its own. */
async function everythingAtOnce(): Promise<GitHubScene> {
  const scene = await begin(planOf(...MANY), 'landing: push\nmax_parallel: 6\nattempts: 1\n');
  await scene.run('LOST').complete();
  await scene.settle();
  await scene.run('DEPENDENT').claim();
  await scene.revert(String(scene.view('LOST').record.done?.commit));
  await scene.run('FAILS').fail('verification', BROKEN);
  await scene.run('LANDS').complete();
  await scene.comment('plan', '/why');
  await scene.comment('OTHER', '/cancel', scene.stranger);
  await scene.comment('OTHER', '/start');
  await scene.edit('DEPENDENT', notPlanned, scene.triager);
  await scene.label('plan', 'agent:pause', scene.triager);
  await scene.lead.rest.issues.create({
    ...scene.repository,
    title: 'OTHER: more of it',
    labels: ['agent-waves:task'],
  });
  await scene.pushPlan(planOf(...MANY.slice(0, -1)));
  return scene;
}

async function anotherPlan(): Promise<GitHubScene> {
  const scene = await begin(planOf(task('A', 1), task('B', 1)), 'landing: push\n');
  await scene.comment('A', '/retry mind the tests');
  await scene.pushPlan({ ...planOf(task('A', 1)), id: 'next' });
  return scene;
}

async function manyTasksGone(): Promise<GitHubScene> {
  const scene = await begin(planOf(task('A', 1), task('B', 1), task('C', 1), task('D', 1)), 'landing: push\n');
  await scene.pushPlan(planOf(task('A', 1)));
  return scene;
}

async function mergedByPeople(): Promise<GitHubScene> {
  const scene = await begin(planOf(task('A', 1)), 'landing: review\n');
  const pull_number = await showForReview(scene, 'A');
  await scene.lead.rest.pulls.merge({ ...scene.repository, pull_number });
  return scene;
}

/** What the app has said, by issue and occasion; kinds alone, as numbers and moments differ from scene to scene. */
export function said(scene: GitHubScene): readonly string[] {
  return scene.issues().flatMap(({ number, title }) =>
    scene
      .comments(number)
      .filter(({ author }) => author === 'waves[bot]')
      .map(({ occasion = 'nothing that tells' }) => `${title}: ${occasion.split(':')[0]}`),
  );
}

/** Each with the mutation by which it is remembered, and what is said. */
export const STORIES = [
  [
    'when much happens at once',
    everythingAtOnce,
    'updateIssue',
    ['answer', 'escalate', 'flag', 'label', 'lost', 'refusal', 'removed', 'spare', 'started', 'undone', 'wave-done'],
  ],
  ['when another plan takes the place of one', anotherPlan, 'updateIssue', ['answer', 'postponed', 'question']],
  ['when many tasks leave the plan', manyTasksGone, 'updateIssue', ['gone']],
  ['when people merge the work of a task', mergedByPeople, 'closeIssue', ['merged', 'wave-done']],
] as const;
