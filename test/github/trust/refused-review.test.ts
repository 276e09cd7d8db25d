import { afterEach, describe, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import { PLAN_PATH, planText } from '../../support/scene/files.ts';
import { openPullOf, showForReview } from '../../support/scene/show-for-review.ts';
import { eventually } from '../../support/waiting.ts';

/** A person says no to work in review: its pull request leaves auto-merge and queue and is closed, and nothing lands. */

const planOf = (...ids: readonly string[]) => ({
  id: 'daw',
  name: 'DAW',
  tasks: ids.map((id) => ({ id, title: `Task ${id}` })),
});

let scene: GitHubScene;
afterEach(() => scene.close());

/** The run of A has opened a pull request that GitHub merges once it is approved, and has reported it. */
async function inReview(rule: 'review' | 'queue' = 'review'): Promise<number> {
  scene = await githubScene({ plan: planOf('A', 'B', 'C'), config: 'landing: review\nmax_parallel: 1\n' });
  await scene.start();
  scene.github.setSettings('acme/daw', { autoMerge: true });
  const protect = rule === 'queue' ? { requiredChecks: ['ci'], mergeQueue: true } : { pullRequest: { approvals: 1 } };
  scene.github.protect('acme/daw', { branch: 'main', ...protect });
  const run = scene.run('A');
  await run.claim();
  const pull = await open();
  await run.report('in-review', { pull });
  await run.end('success');
  await scene.settle();
  expect(scene.state('A')).toBe('in-review');
  return pull.number;
}

async function open(): Promise<{ readonly number: number; readonly head: string }> {
  const { number, nodeId, head } = await openPullOf(scene, 'A');
  await scene.lead.graphql(
    'mutation($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id, mergeMethod: SQUASH }) { clientMutationId } }',
    { id: nodeId },
  );
  return { number, head };
}

async function pullRequest(number: number) {
  const { data } = await scene.lead.rest.pulls.get({ ...scene.repository, pull_number: number });
  return { state: data.state, merged: data.merged, autoMerge: data.auto_merge };
}

const CLOSED = { state: 'closed', merged: false, autoMerge: null };
const notPlanned = { state: 'closed', state_reason: 'not_planned' } as const;

const NOES: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['/skip', () => scene.comment('A', '/skip')],
  ['/cancel', () => scene.comment('A', '/cancel')],
  ['closing its issue as not planned', () => scene.edit('A', notPlanned)],
  ["closing its wave's issue as not planned", () => scene.edit('wave 1', notPlanned)],
  ['closing the plan issue as not planned', () => scene.edit('plan', notPlanned)],
];

describe.each(NOES)('%s', (_, sayNo) => {
  it('takes the pull request out of auto-merge and closes it, and an approval lands nothing', async () => {
    const number = await inReview();

    await sayNo();
    await scene.settle();

    expect(await pullRequest(number)).toEqual(CLOSED);
    const before = await scene.head();
    await scene.second.rest.pulls.createReview({ ...scene.repository, pull_number: number, event: 'APPROVE' });
    await scene.settle();
    expect([await pullRequest(number), await scene.head()]).toEqual([CLOSED, before]);
    expect(scene.state('A')).not.toBe('in-review');
  });
});

it('taking the task out of the plan closes its pull request', async () => {
  scene = await githubScene({ plan: planOf('A', 'B', 'C'), config: 'landing: review\nmax_parallel: 1\n' });
  await scene.start();
  const number = await showForReview(scene, 'A');

  await scene.push({ [PLAN_PATH]: planText(planOf('B', 'C')) });
  await scene.settle();

  expect(await pullRequest(number)).toEqual(CLOSED);
});

it('takes a pull request out of the merge queue', async () => {
  const number = await inReview('queue');
  const { repository, lead } = scene;
  const { data } = await lead.rest.pulls.get({ ...repository, pull_number: number });
  const queued = async () => {
    const { node } = await lead.graphql<{ node: { isInMergeQueue: boolean; state: string } }>(
      'query($id: ID!) { node(id: $id) { ... on PullRequest { isInMergeQueue state } } }',
      { id: data.node_id },
    );
    return node;
  };
  await lead.rest.repos.createCommitStatus({ ...repository, sha: data.head.sha, state: 'success', context: 'ci' });
  await eventually('the pull request is in the merge queue', async () => (await queued()).isInMergeQueue);

  await scene.comment('A', '/skip');
  await scene.settle();

  expect(await queued()).toEqual({ isInMergeQueue: false, state: 'CLOSED' });
});

it('goes on from the work in review once the no is taken back', async () => {
  const number = await inReview();
  await scene.edit('wave 1', notPlanned);
  await scene.settle();
  expect(await pullRequest(number)).toEqual(CLOSED);

  await scene.edit('wave 1', { state: 'open' });
  await scene.settle();

  expect(scene.running()).toEqual(['A']);
  expect(scene.run('A').dispatch).toMatchObject({ attempt: 1, slice: 2, dispatch: 2 });
});

it('closes a pull request that its run had opened and not told of', async () => {
  scene = await githubScene({ plan: planOf('A', 'B', 'C'), config: 'landing: review\nmax_parallel: 1\n' });
  await scene.start();
  scene.github.setSettings('acme/daw', { autoMerge: true });
  scene.github.protect('acme/daw', { branch: 'main', pullRequest: { approvals: 1 } });
  await scene.run('A').claim();
  const pull = await open();

  await scene.comment('A', '/cancel');
  await scene.settle();

  expect(await pullRequest(pull.number)).toEqual(CLOSED);
});

it('withdraws what a run reports to be in review after the no', async () => {
  scene = await githubScene({ plan: planOf('A', 'B', 'C'), config: 'landing: review\nmax_parallel: 1\n' });
  await scene.start();
  scene.github.setSettings('acme/daw', { autoMerge: true });
  scene.github.protect('acme/daw', { branch: 'main', pullRequest: { approvals: 1 } });
  const run = await scene.run('A').outlast();
  await run.claim();
  await scene.comment('A', '/skip');
  await scene.settle();

  const pull = await open();
  await run.report('in-review', { pull });
  await scene.settle();

  expect(await pullRequest(pull.number)).toEqual(CLOSED);
});
