import { afterEach, describe, expect, it } from 'vitest';
import { claimRef } from '../../../src/state/names.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** A person says no to a running task, in each way that there is: its run ends at once, and nothing of it lands. */

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second' },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

async function begun(): Promise<GitHubScene> {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nmax_parallel: 1\n' });
  await scene.start();
  return scene;
}

async function claimOf(name: string): Promise<unknown> {
  const ref = claimRef(scene.number(name)).replace(/^refs\//, '');
  const { data } = await scene.lead.rest.git.getRef({ ...scene.repository, ref });
  const { data: commit } = await scene.lead.rest.git.getCommit({ ...scene.repository, commit_sha: data.object.sha });
  return JSON.parse(commit.message);
}

const notPlanned = { state: 'closed', state_reason: 'not_planned' } as const;
const NOES: readonly (readonly [string, (scene: GitHubScene) => Promise<unknown>])[] = [
  ['/skip on its issue', (it) => it.comment('A', '/skip')],
  ['/cancel on its issue', (it) => it.comment('A', '/cancel')],
  ['its issue closed as not planned', (it) => it.edit('A', notPlanned)],
  ['its issue closed as completed', (it) => it.edit('A', { state: 'closed', state_reason: 'completed' })],
  ["its wave's issue closed as not planned", (it) => it.edit('wave 1', notPlanned)],
  ['the plan issue closed as not planned', (it) => it.edit('plan', notPlanned)],
];

describe.each(NOES)('%s while it runs', (_, sayNo) => {
  it('ends its run and buries its claim in one pass, and its agent lands nothing, though it goes on', async () => {
    await begun();
    const run = await scene.run('A').outlast();
    await run.claim();

    await sayNo(scene);
    await scene.pass();

    expect([await run.wasCancelled(), scene.state('A') === 'running']).toEqual([true, false]);
    expect(await claimOf('A')).toEqual({ dispatch: 1, run: 0 });
    expect((await run.land()).kind).toBe('superseded');
    expect((await scene.log()).filter((message) => message.startsWith('A:'))).toEqual([]);
    expect(scene.labels('A')).not.toContain('agent:running');
  });

  it('lets a run of the same dispatch that is still queued take nothing', async () => {
    await begun();
    const run = await scene.run('A').outlast();

    await sayNo(scene);
    await scene.pass();

    expect((await run.claim()).kind).toBe('superseded');
  });

  it('lands nothing that is pushed before a pass has seen the no', async () => {
    await begun();
    const run = await scene.run('A').outlast();
    await run.claim();

    await sayNo(scene);
    // A command counts once a pass has read it.
    if (scene.comments('A').some(({ body }) => body.startsWith('/'))) await scene.pass();

    expect((await run.land()).kind).toBe('superseded');
  });

  it('gives its slot to the next task, and is not dispatched again by itself', async () => {
    await begun();
    await scene.run('A').claim();

    await sayNo(scene);
    await scene.settle();
    scene.later(60 * 60_000);
    await scene.settle();

    expect(scene.dispatches('A')).toBe(1);
  });
});

describe('a no of somebody who may not write', () => {
  it('stops nothing that lands: the closing of a triager', async () => {
    await begun();
    const run = scene.run('A');
    await run.claim();

    await scene.edit('A', notPlanned, scene.triager);

    expect((await run.land()).kind).toBe('done');
  });

  it('does not end the run', async () => {
    await begun();
    const run = await scene.run('A').outlast();
    await run.claim();

    await scene.edit('wave 1', notPlanned, scene.triager);
    await scene.settle();

    expect([await run.wasCancelled(), scene.state('A')]).toEqual([false, 'running']);
  });
});

describe('a no that is taken back', () => {
  it('runs the task again once its wave is open again, with the attempt that it had', async () => {
    await begun();
    await scene.run('A').claim();
    await scene.edit('wave 1', notPlanned);
    await scene.settle();
    expect(scene.reason('A')).toBe(`wave 1 was closed as not planned; open #${scene.number('wave 1')} again to go on`);

    await scene.edit('wave 1', { state: 'open' });
    await scene.settle();

    expect(scene.run('A').dispatch).toMatchObject({ dispatch: 2, attempt: 1 });
    expect((await scene.run('A').claim()).kind).toBe('done');
  });

  it('runs the task again once its issue is open again', async () => {
    await begun();
    await scene.run('A').claim();
    await scene.edit('A', notPlanned);
    await scene.settle();

    await scene.edit('A', { state: 'open' });
    await scene.settle();
    await scene.run('B').complete();
    await scene.settle();

    expect(scene.run('A').dispatch).toMatchObject({ dispatch: 2 });
    await scene.run('A').complete();
    await scene.settle();
    expect(scene.state('A')).toBe('completed');
  });
});

describe('a no that comes after the work has landed', () => {
  it.each(NOES)('%s: what landed is told as landed', async (_, sayNo) => {
    await begun();
    const run = await scene.run('A').outlast();
    await run.claim();
    await run.land();

    await sayNo(scene);
    await scene.pass();
    await run.report('completed');
    await run.end('success');
    await scene.settle();

    expect(scene.view('A').record.done?.commit).toBe(run.commit);
    expect(scene.reason('A')).toMatch(/landed|verified/);
  });
});
