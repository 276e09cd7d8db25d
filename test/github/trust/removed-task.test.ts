import { afterEach, describe, expect, it } from 'vitest';
import { claimRef } from '../../../src/state/names.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import { PLAN_PATH, planText } from '../../support/scene/files.ts';

/** A task taken out of the plan is a person's no; put back, it goes on. */

let scene: GitHubScene;
afterEach(() => scene.close());

const planOf = (...ids: readonly string[]) => ({
  id: 'daw',
  name: 'DAW',
  tasks: ids.map((id) => ({ id, title: `Task ${id}` })),
});

async function begun(config: string, ...ids: readonly string[]): Promise<void> {
  scene = await githubScene({ plan: planOf(...ids), config: `landing: push\n${config}\n` });
  await scene.start();
}

const edit = (...ids: readonly string[]) =>
  scene.push({ [PLAN_PATH]: planText(planOf(...ids)) }, { message: 'Change the plan' });

describe('a running task taken out of the plan', () => {
  it('ends at once, lands nothing though its agent goes on, and gives its slot to the next once its run is over', async () => {
    await begun('max_parallel: 1', 'A', 'B', 'C');
    const run = await scene.run('A').outlast();
    await run.claim();
    const issue = scene.number('A');

    await edit('B', 'C');
    await scene.settle();

    expect(await run.wasCancelled()).toBe(true);
    expect((await run.land()).kind).toBe('superseded');
    expect(scene.issue(issue)).toMatchObject({ state: 'closed', state_reason: 'not_planned' });
    expect(scene.labels(issue)).not.toContain('agent:running');
    expect(scene.comments(issue).map(({ body }) => body)).toEqual([
      'The plan no longer has A, so this issue is closed as not planned. What was done up to now stays saved: put A back into the plan to go on.',
    ]);
    await run.end('cancelled');
    await scene.settle();
    expect(scene.dispatches('B')).toBe(1);
    const ref = claimRef(issue).replace(/^refs\//, '');
    expect((await scene.lead.rest.git.getRef({ ...scene.repository, ref })).status).toBe(200);
  });

  it('runs again when it is put back, on the issue that it had, with the attempts that it had', async () => {
    await begun('max_parallel: 1', 'A', 'B', 'C');
    await scene.run('A').claim();
    await edit('B', 'C');
    await scene.settle();

    await edit('A', 'B', 'C');
    await scene.settle();

    expect(scene.issue('A').state).toBe('open');
    expect(scene.numbersOf('A')).toHaveLength(1);
    await scene.run('B').complete();
    await scene.settle();
    expect(scene.run('A').dispatch).toMatchObject({ dispatch: 2, attempt: 1 });
    expect(scene.view('A').record.removed).toBeUndefined();
  });
});

it('leaves closed, when it is put back, what a person had closed', async () => {
  await begun('max_parallel: 1', 'A', 'B', 'C');
  await scene.edit('B', { state: 'closed', state_reason: 'not_planned' });
  await scene.settle();
  await edit('A', 'C');
  await scene.settle();

  await edit('A', 'B', 'C');
  await scene.settle();

  expect(scene.issue('B')).toMatchObject({ state: 'closed', state_reason: 'not_planned' });
});

it('leaves as it is what a person opened again though the plan no longer has it', async () => {
  await begun('max_parallel: 1', 'A', 'B', 'C');
  const issue = scene.number('B');
  await edit('A', 'C');
  await scene.settle();

  await scene.edit(issue, { state: 'open' });
  await scene.settle();

  expect(scene.issue(issue).state).toBe('open');
  expect(scene.dispatches('B')).toBe(0);
});

it('leaves what had landed before as completed', async () => {
  await begun('max_parallel: 1', 'A', 'B', 'C');
  const issue = scene.number('A');
  await scene.run('A').complete();
  await scene.settle();

  await edit('B', 'C');
  await scene.settle();

  expect(scene.issue(issue)).toMatchObject({ state: 'closed', state_reason: 'completed' });
});

it('answers commands on the issue of a task that the plan no longer has, once', async () => {
  await begun('max_parallel: 1', 'A', 'B', 'C');
  const issue = scene.number('B');
  await edit('A', 'C');
  await scene.settle();

  await scene.comment(issue, '/retry');
  await scene.settle();
  await scene.settle();

  expect(scene.comments(issue).filter(({ body }) => body.includes('no longer in the plan'))).toHaveLength(1);
  expect(scene.dispatches('B')).toBe(0);
});

describe('more than a fifth of the tasks gone in one edit', () => {
  const question = () => scene.comments('plan').filter(({ body }) => body.includes('Are they to go?'));

  async function gone(): Promise<void> {
    await begun('max_parallel: 2', 'A', 'B', 'C', 'D', 'E');
    for (const id of ['A', 'C', 'D']) scene.number(id);
    await scene.run('A').claim();
    await edit('B', 'E');
    await scene.settle();
  }

  it('closes nothing and starts nothing before a person says so; what ran is ended, and lands nothing', async () => {
    await gone();

    expect(question()).toHaveLength(1);
    expect(question()[0]?.body).toContain('3 unfinished tasks are gone from the plan at once: A, C, D');
    expect(['A', 'C', 'D'].map((id) => scene.issue(id).state)).toEqual(['open', 'open', 'open']);
    expect(scene.running()).toEqual(['B']);
    await scene.run('B').complete();
    await scene.settle();
    expect(scene.running()).toEqual([]);
    expect(scene.reason('E')).toContain('3 unfinished tasks are gone from the plan at once');
  });

  it('closes them and goes on once a person accepts', async () => {
    await gone();

    await scene.comment('plan', '/accept');
    await scene.settle();

    expect(['A', 'C', 'D'].map((id) => scene.issue(id).state_reason)).toEqual(Array(3).fill('not_planned'));
    expect(scene.running()).toEqual(['B', 'E']);
  });

  it('goes on as before once they are put back', async () => {
    await gone();

    await edit('A', 'B', 'C', 'D', 'E');
    await scene.settle();

    expect(scene.running()).toEqual(['B', 'A']);
    expect(['A', 'C', 'D'].map((id) => scene.issue(id).state)).toEqual(['open', 'open', 'open']);
  });

  it('hears no /accept of somebody who may not write', async () => {
    await gone();

    await scene.comment('plan', '/accept', scene.triager);
    await scene.settle();

    expect(scene.issue('A').state).toBe('open');
  });
});
