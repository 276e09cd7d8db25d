import { afterEach, describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** Somebody with the triage role may label, close and reopen on GitHub: none of it steers the plan. */

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

async function started(): Promise<void> {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
}

const CLOSED = { state: 'closed' } as const;
const toldBy = (name: string) => scene.comments(name).filter(({ author }) => author === 'waves[bot]');

describe('a closing by a triager', () => {
  it('as completed starts no dependent, and is undone with one word', async () => {
    await started();

    await scene.edit('A', { ...CLOSED, state_reason: 'completed' }, scene.triager);
    await scene.settle();

    expect([scene.issue('A').state, scene.state('A'), scene.running()]).toEqual(['open', 'running', ['A']]);
    expect(toldBy('A').map(({ body }) => body)).toEqual([expect.stringContaining('triager closed this as completed')]);
  });

  it('as not planned cancels nothing: the run lands its work', async () => {
    await started();
    const run = scene.run('A');
    await run.claim();

    await scene.edit('A', { ...CLOSED, state_reason: 'not_planned' }, scene.triager);
    await scene.settle();

    expect(await run.wasCancelled()).toBe(false);
    expect((await run.land()).kind).toBe('done');
    await run.report('completed');
    await run.closeIssue();
    await run.end();
    await scene.settle();
    expect([scene.state('A'), scene.running()]).toEqual(['completed', ['B']]);
  });

  it('as a duplicate makes no second issue for the task', async () => {
    await started();

    await scene.triager.graphql(CLOSE_AS_DUPLICATE, { issueId: scene.issue('A').node_id });
    await scene.settle();

    expect([scene.numbersOf('A').length, scene.dispatches('A'), scene.issue('A').state]).toEqual([1, 1, 'open']);
  });

  it.each(['plan', 'wave 1'])('of the %s issue holds nothing', async (name) => {
    await started();

    await scene.edit(name, { ...CLOSED, state_reason: 'not_planned' }, scene.triager);
    await scene.settle();
    expect([scene.issue(name).state, toldBy(name).length]).toEqual(['open', 1]);
    await scene.run('A').complete();
    await scene.settle();

    expect(scene.running()).toEqual(['B']);
  });

  it('counts for nothing when the same person may write later', async () => {
    await started();
    await scene.edit('A', { ...CLOSED, state_reason: 'not_planned' }, scene.triager);
    await scene.settle();

    scene.github.addCollaborator({ repository: 'acme/daw', login: 'triager', permission: 'write' });
    scene.later(6 * 60_000);
    await scene.settle();

    expect([scene.issue('A').state, scene.state('A')]).toEqual(['open', 'running']);
  });
});

it('gives a task that has used up its attempts no others, though the app opens its issue again', async () => {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nattempts: 1\n' });
  await scene.start();
  await scene.run('A').fail();
  await scene.settle();
  expect(scene.state('A')).toBe('needs-human');

  await scene.edit('A', { ...CLOSED, state_reason: 'not_planned' }, scene.triager);
  await scene.settle();

  expect([scene.state('A'), scene.issue('A').state, scene.dispatches('A')]).toEqual(['needs-human', 'open', 1]);
});

const CLOSE_AS_DUPLICATE = `mutation Close($issueId: ID!) {
  closeIssue(input: { issueId: $issueId, stateReason: DUPLICATE }) { clientMutationId }
}`;

describe('a reopening by a triager', () => {
  it('of a task that is done starts no run, and is undone with one word', async () => {
    await started();
    await scene.run('A').complete();
    await scene.settle();

    await scene.edit('A', { state: 'open' }, scene.triager);
    await scene.settle();

    expect([scene.dispatches('A'), scene.state('A')]).toEqual([1, 'completed']);
    expect([scene.issue('A').state, scene.issue('A').state_reason]).toEqual(['closed', 'completed']);
    expect(toldBy('A').map(({ body }) => body)).toEqual([expect.stringContaining('triager opened this again')]);
  });

  it('of what a lead closed as not planned is undone as it was', async () => {
    await started();
    await scene.edit('B', { ...CLOSED, state_reason: 'not_planned' });
    await scene.settle();

    await scene.edit('B', { state: 'open' }, scene.triager);
    await scene.settle();

    expect([scene.issue('B').state, scene.issue('B').state_reason]).toEqual(['closed', 'not_planned']);
  });
});

describe('labels', () => {
  it('that a triager sets start nothing', async () => {
    scene = await githubScene({ plan: PLAN });
    await scene.settle();

    await scene.label('plan', LABEL.start, scene.triager);
    await scene.settle();

    expect(scene.running()).toEqual([]);
  });

  const takeOff = (name: string, label: string) =>
    scene.triager.rest.issues.removeLabel({
      ...scene.repository,
      issue_number: scene.number(name),
      name: label,
    });

  it('with which a lead paused the plan still pause it when a triager takes them off', async () => {
    await started();
    await scene.label('plan', LABEL.pause);
    await scene.run('A').complete();
    await scene.settle();

    await takeOff('plan', LABEL.pause);
    await scene.settle();

    expect([scene.running(), scene.labels('plan').includes(LABEL.pause)]).toEqual([[], true]);
    expect(toldBy('plan').map(({ body }) => body)).toEqual([expect.stringContaining('triager took off `agent:pause`')]);
  });

  it('with which a lead started the plan still start it, though a triager took them off and set them again', async () => {
    await started();

    await takeOff('plan', LABEL.start);
    await scene.label('plan', LABEL.start, scene.triager);
    await scene.run('A').complete();
    await scene.settle();

    expect(scene.running()).toEqual(['B']);
  });

  it('that the app put back are taken off by a lead for good', async () => {
    await started();
    await scene.label('plan', LABEL.pause);
    await scene.settle();
    await takeOff('plan', LABEL.pause);
    await scene.settle();

    await scene.lead.rest.issues.removeLabel({
      ...scene.repository,
      issue_number: scene.number('plan'),
      name: LABEL.pause,
    });
    await scene.run('A').complete();
    await scene.settle();

    expect([scene.running(), scene.labels('plan').includes(LABEL.pause)]).toEqual([['B'], false]);
  });
});

describe('a closing by a workflow', () => {
  it('starts no dependent, and is undone once no run could have made it', async () => {
    await started();
    await scene.run('A').fail();
    await scene.settle();

    const closed = { ...CLOSED, state_reason: 'completed' } as const;
    await scene.edit('A', closed, await scene.otherWorkflow());
    await scene.settle();

    expect([scene.issue('A').state, scene.state('A'), scene.running()]).toEqual(['open', 'retrying', []]);
    expect(toldBy('A').map(({ body }) => body)).toEqual([expect.stringContaining('A workflow closed this')]);
  });

  it('is left alone while the run of the task lives, and satisfies nobody', async () => {
    await started();
    await scene.run('A').claim();

    await scene.edit('A', { ...CLOSED, state_reason: 'completed' }, await scene.otherWorkflow());
    await scene.settle();

    expect([scene.issue('A').state, scene.state('A'), scene.running()]).toEqual(['closed', 'running', ['A']]);
  });
});

describe('people who come and go', () => {
  it('leave what they closed as it is when they may not write any more', async () => {
    scene = await githubScene({ plan: PLAN });
    const guest = scene.join('guest', 'write');
    await scene.start();
    await scene.edit('A', { ...CLOSED, state_reason: 'completed' }, guest);
    await scene.settle();
    expect(scene.state('A')).toBe('completed');

    scene.github.addCollaborator({ repository: 'acme/daw', login: 'guest', permission: 'read' });
    scene.later(6 * 60_000);
    await scene.settle();

    expect([scene.state('A'), scene.issue('A').state]).toEqual(['completed', 'closed']);
  });

  it('leave what they reopened as it is, too', async () => {
    scene = await githubScene({ plan: PLAN });
    const guest = scene.join('guest', 'write');
    await scene.start();
    await scene.run('A').complete();
    await scene.settle();
    await scene.edit('A', { state: 'open' }, guest);
    await scene.settle();
    expect(scene.dispatches('A')).toBe(2);

    scene.github.addCollaborator({ repository: 'acme/daw', login: 'guest', permission: 'read' });
    scene.later(6 * 60_000);
    await scene.settle();

    expect([scene.state('A'), scene.issue('A').state]).toEqual(['running', 'open']);
  });
});

it('does not fight for ever with a workflow that closes whatever is opened', async () => {
  await started();
  await scene.run('A').fail();
  for (let round = 0; round < 15; round++) {
    await scene.settle();
    if (scene.issue('A').state === 'closed') continue;
    await scene.edit('A', { ...CLOSED, state_reason: 'not_planned' }, await scene.otherWorkflow());
  }

  expect(toldBy('A')).toHaveLength(10);
});
