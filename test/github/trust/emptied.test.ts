import { afterEach, describe, expect, it } from 'vitest';
import { readTaskRecord, type TaskRecord } from '../../../src/state/record.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import { showForReview } from '../../support/scene/show-for-review.ts';

const PLAN = {
  name: 'DAW',
  waves: [{ number: 1, title: 'Ground' }],
  tasks: [
    { id: 'A', title: 'First', wave: 1 },
    { id: 'B', title: 'Second', wave: 1 },
    { id: 'C', title: 'Third', wave: 1 },
  ],
};

const WAITING = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First', estimate: 5 },
    { id: 'B', title: 'Second', dependencies: ['A'] },
    { id: 'C', title: 'Third' },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

function recordOf(id: string): TaskRecord {
  const record = readTaskRecord(scene.issue(id).body ?? '');
  if (!record) throw new Error(`the issue of ${id} has no record`);
  return record;
}

it('gives a run whose body was emptied a slot that no other run has', async () => {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nmax_parallel: 3\n' });
  await scene.start();
  for (const id of ['A', 'B', 'C']) await scene.run(id).claim();

  await scene.edit('A', { body: '' });
  await scene.edit('C', { body: '' });
  await scene.settle();

  const slots = ['A', 'B', 'C'].map((id) => readTaskRecord(scene.issue(id).body ?? '')?.live?.agent ?? '');
  expect(slots.toSorted()).toEqual(['A1', 'A2', 'A3']);
  expect(scene.reason('A')).toMatch(/^running on A[13] since/);
});

it('names no slot that there is none of for a dispatch that is over', async () => {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nmax_parallel: 1\n' });
  await scene.start();
  await scene.run('A').fail();
  await scene.settle();

  await scene.edit('A', { body: '' });
  await scene.settle();

  expect(scene.issue('A').body).not.toContain('| A0 |');
  expect(scene.issue('A').body).toMatch(/\| 1 \| \[\d+\]\(.*\) \| – \|/);
});

/** A listing of runs is due with every pass here: what the broken record asks for is found out after it. */
it('remakes the record of a completed task while another one runs, however long ago its run was', async () => {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nmax_parallel: 1\n' });
  await scene.start();
  await scene.run('A').complete();
  await scene.settle();
  scene.later(60 * 60_000);
  await scene.run('B').complete();
  await scene.settle();
  const { done, attempt, dispatch } = recordOf('A');

  await scene.edit('A', { body: 'All of this is wrong.' });
  await scene.settle();

  expect(recordOf('A')).toMatchObject({ done: { commit: done?.commit }, attempt, dispatch });
  expect(recordOf('A').listed).toBeUndefined();

  await scene.edit('A', { state: 'open' });
  await scene.run('C').complete();
  await scene.settle();

  expect([recordOf('A').dispatch, scene.state('A')]).toEqual([2, 'running']);
});

describe('lost work whose body was emptied', () => {
  /** A landed, and the commit by which it did was forced away. */
  async function lost(landing: string): Promise<void> {
    scene = await githubScene({ plan: PLAN, config: `landing: ${landing}\nmax_parallel: 3\n` });
    await scene.start();
    const before = await scene.head();
    await scene.run('A').complete();
    await scene.settle();
    await scene.forcePush(before);
    await afterStaleReads();
    expect([scene.state('A'), await scene.statusOf('A')]).toEqual(['lost', 'blocked']);
  }

  async function afterStaleReads(): Promise<void> {
    await scene.settle();
    scene.later(91_000);
    await scene.settle();
  }

  it.each(['push', 'merge'])(
    'stays lost where work lands by %s, and is done again once somebody asks',
    async (landing) => {
      await lost(landing);
      const { done } = recordOf('A');

      await scene.edit('A', { body: '' });
      await afterStaleReads();

      expect([scene.state('A'), scene.dispatches('A'), recordOf('A').done?.run]).toEqual(['lost', 1, done?.run]);

      await scene.comment('A', '/retry');
      await scene.settle();

      expect([scene.state('A'), scene.dispatches('A')]).toEqual(['running', 2]);
    },
  );

  it.each(['its run', 'a pass'])(
    'does not come back by a commit on the base that a workflow names in place of the one that is gone, closed by %s',
    async (closedBy) => {
      scene = await githubScene({ plan: PLAN, config: 'landing: push\nmax_parallel: 3\n' });
      await scene.start();
      const before = await scene.head();
      const run = scene.run('A');
      await run.claim();
      await run.land();
      await run.report('completed');
      if (closedBy === 'its run') await run.closeIssue();
      await run.end('success');
      await scene.settle();
      const workflow = await scene.otherWorkflow();
      const told = scene.comments('A').find(({ body }) => body.includes(run.commit ?? '-'));
      const at = { ...scene.repository, issue_number: scene.number('A') };
      await workflow.rest.issues.deleteComment({ ...at, comment_id: Number(told?.id) });
      await workflow.rest.issues.createComment({
        ...at,
        body: (told?.body ?? '').replaceAll(run.commit ?? '-', before),
      });
      await scene.forcePush(before);
      await afterStaleReads();

      await scene.edit('A', { body: '' });
      await afterStaleReads();

      expect(scene.state('A')).toBe('lost');
    },
  );

  it('holds what waits for it back where people had merged it after a review', async () => {
    scene = await githubScene({ plan: WAITING, config: 'landing: review\nmax_parallel: 1\n' });
    await scene.start();
    const before = await scene.head();
    const pull_number = await showForReview(scene, 'A');
    await scene.lead.rest.pulls.merge({ ...scene.repository, pull_number, merge_method: 'squash' });
    await scene.settle();
    expect([scene.state('A'), scene.issue('A').state, scene.running()]).toEqual(['completed', 'closed', ['C']]);
    await scene.forcePush(before);
    await afterStaleReads();
    expect(scene.state('A')).toBe('lost');

    await scene.edit('A', { body: '' });
    await scene.run('C').complete();
    await afterStaleReads();

    expect([scene.state('A'), scene.dispatches('A'), scene.dispatches('B')]).toEqual(['lost', 1, 0]);
    expect(recordOf('A').unlisted).toBeUndefined();
  });

  it('is not taken for what a person asked for since', async () => {
    await lost('push');
    await scene.comment('A', '/retry');
    await scene.settle();
    const run = scene.run('A');
    await run.claim();

    await scene.edit('A', { body: '' });
    await afterStaleReads();

    expect([scene.state('A'), recordOf('A').done, recordOf('A').lost]).toEqual(['running', undefined, undefined]);

    await run.fail();
    await scene.edit('A', { body: '' });
    await afterStaleReads();

    expect([recordOf('A').done, recordOf('A').attempt]).toEqual([undefined, 2]);
  });

  it('waits for its turn where a person has asked for it again', async () => {
    await lost('push');
    await scene.comment('plan', '/pause');
    await scene.comment('A', '/retry');
    await scene.settle();
    expect([scene.state('A'), scene.issue('A').state]).toEqual(['held', 'open']);

    await scene.edit('A', { body: '' });
    await afterStaleReads();

    expect([scene.state('A'), recordOf('A').done]).toEqual(['held', undefined]);
  });

  it('is done again where a person opened its issue at the same time', async () => {
    await lost('push');

    await scene.edit('A', { body: '', state: 'open' });
    await afterStaleReads();

    expect([scene.state('A'), scene.dispatches('A')]).toEqual(['running', 2]);
  });
});

it.each([
  ['plan', '.', 'Plan: DAW'],
  ['wave 1', 'Wave 1:', 'Wave 1: Ground'],
  ['A', 'A:', 'A: First'],
  ['A', '—', 'A: First'],
  ['A', 'Mine', 'Mine'],
])('leaves the %s issue with the title %s called %s', async (name, title, expected) => {
  scene = await githubScene({ plan: PLAN });
  await scene.start();

  await scene.edit(name, { title });
  await scene.settle();

  expect(scene.issue(name).title).toBe(expected);
});
