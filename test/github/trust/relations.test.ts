import { afterEach, describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** Blockers and places of issues: who may only triage can change them on GitHub, and moves nothing by it. */

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

type Person = GitHubScene['lead'];

const toldBy = (name: string) =>
  scene.comments(name).flatMap(({ author, body }) => (author === 'waves[bot]' ? [body] : []));

/** Whatever a person did to relations has been heard of, and the app has done what it does. */
async function noticed(): Promise<void> {
  scene.hear();
  await scene.settle();
}

async function setBlocker(on: string, { id }: { readonly id: number }, as: Person = scene.lead): Promise<void> {
  await as.rest.issues.addBlockedByDependency({ ...scene.repository, issue_number: scene.number(on), issue_id: id });
  await noticed();
}

async function takeOff(from: string, { id }: { readonly id: number }, as: Person = scene.lead): Promise<void> {
  const relation = { ...scene.repository, issue_number: scene.number(from), issue_id: id };
  await as.rest.issues.removeDependencyBlockedBy(relation);
  await noticed();
}

const idOf = (name: string) => ({ id: Number(scene.issue(name).id) });

async function blockersOf(name: string): Promise<readonly number[]> {
  const issue = { ...scene.repository, issue_number: scene.number(name) };
  return (await scene.lead.rest.issues.listDependenciesBlockedBy(issue)).data.map(({ number }) => number);
}

/** Task A runs, and there is an issue that has nothing to do with the plan. */
async function begun() {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
  return (await scene.lead.rest.issues.create({ ...scene.repository, title: 'A bug' })).data;
}

async function doFirst(): Promise<void> {
  await scene.run('A').complete();
  await scene.settle();
}

describe('a blocker that a lead set', () => {
  it('holds the task when a triager takes it off, is put back, and that is said once', async () => {
    const bug = await begun();
    await setBlocker('B', bug);

    await takeOff('B', bug, scene.triager);
    await doFirst();
    await noticed();

    expect([scene.state('B'), scene.running(), await blockersOf('B')]).toEqual([
      'blocked',
      [],
      [scene.number('A'), bug.number],
    ]);
    expect(toldBy('B')).toEqual([
      expect.stringMatching(/^triager took off #\d+ as a blocker\. .*It is a blocker again, and nothing came of it\.$/),
    ]);
  });

  it('lets the task start when the lead takes it off after that', async () => {
    const bug = await begun();
    await setBlocker('B', bug);
    await takeOff('B', bug, scene.triager);
    await doFirst();

    await takeOff('B', bug);

    expect([scene.running(), toldBy('B').length]).toEqual([['B'], 1]);
  });

  it('goes on holding when the lead may write no more, and when the process is another', async () => {
    const guest = (await begun()) && scene.join('guest', 'write');
    const { data: bug } = await scene.lead.rest.issues.create({ ...scene.repository, title: 'Another bug' });
    await setBlocker('B', bug, guest);
    scene.github.removeCollaborator({ repository: 'acme/daw', login: 'guest' });
    scene.later(6 * 60_000);
    scene.restart();

    await doFirst();

    expect([scene.state('B'), await blockersOf('B'), toldBy('B')]).toEqual([
      'blocked',
      [scene.number('A'), bug.number],
      [],
    ]);
  });

  it('holds no more once it is closed, whoever took it off before', async () => {
    const bug = await begun();
    await setBlocker('B', bug);
    await scene.lead.rest.issues.update({ ...scene.repository, issue_number: bug.number, state: 'closed' });

    await takeOff('B', bug, scene.triager);
    await doFirst();

    expect([scene.running(), await blockersOf('B')]).toEqual([['B'], [scene.number('A')]]);
  });

  it('in another repository goes on holding when a triager takes it off there, though it is not put back', async () => {
    scene = await githubScene({ plan: PLAN });
    await scene.github.createRepository({ owner: 'acme', name: 'oil' });
    scene.github.install('waves', 'acme/oil');
    await scene.start();
    for (const login of ['lead', 'triager'])
      scene.github.addCollaborator({ repository: 'acme/oil', login, permission: 'triage' });
    const { data: bug } = await scene.lead.rest.issues.create({ ...OTHER, title: 'Press' });
    await setBlocker('B', bug);

    await takeOff('B', bug, scene.triager);
    await doFirst();
    expect([scene.state('B'), scene.reason('B')]).toEqual([
      'blocked',
      'waits for acme/oil#1, which somebody set as a blocker',
    ]);
    expect(toldBy('B')).toEqual([expect.stringContaining('It goes on holding this task until somebody sets it')]);

    await setBlocker('B', bug);
    await takeOff('B', bug);
    expect(scene.running()).toEqual(['B']);
  });
});

describe('a blocker that a triager set', () => {
  it('holds nothing, is taken off, and that is said once', async () => {
    const bug = await begun();

    await setBlocker('B', bug, scene.triager);
    await doFirst();
    await noticed();

    expect([scene.running(), await blockersOf('B')]).toEqual([['B'], [scene.number('A')]]);
    expect(toldBy('B')).toEqual([expect.stringMatching(/^triager set #\d+ as a blocker\. .*It is taken off again/)]);
  });

  it('holds from the moment at which a lead sets it, too', async () => {
    const bug = await begun();
    await setBlocker('B', bug, scene.triager);

    await setBlocker('B', bug);
    await doFirst();

    expect([scene.state('B'), await blockersOf('B')]).toEqual(['blocked', [scene.number('A'), bug.number]]);
  });

  it('holds nothing where the app may not see it', async () => {
    await begun();
    await scene.github.createRepository({ owner: 'acme', name: 'oil' });
    scene.github.addCollaborator({ repository: 'acme/oil', login: 'triager', permission: 'triage' });
    const { data: bug } = await scene.triager.rest.issues.create({ ...OTHER, title: 'Press' });

    await setBlocker('B', bug, scene.triager);
    await doFirst();

    expect([scene.running(), toldBy('B')]).toEqual([['B'], [expect.stringContaining('It holds nothing')]]);
  });
});

it('what the plan needs is set again without a word when a triager takes it off, and the task goes on waiting', async () => {
  await begun();

  await takeOff('B', idOf('A'), scene.triager);

  expect([scene.state('B'), await blockersOf('B'), toldBy('B')]).toEqual(['blocked', [scene.number('A')], []]);
});

describe('the place of an issue', () => {
  const parentOf = async (name: string) => {
    const issue = { ...scene.repository, issue_number: scene.number(name) };
    return (await scene.lead.rest.issues.getParent(issue)).data.number;
  };

  const move = async (name: string, to: number, as: Person) => {
    const place = { ...scene.repository, issue_number: to, sub_issue_id: idOf(name).id, replace_parent: true };
    await as.rest.issues.addSubIssue(place);
    await noticed();
  };

  it.each([
    ['a task', 'B', 'wave 2'],
    ['a wave', 'wave 1', 'plan'],
  ])('of %s is as it was after a triager moved it, and that is said once', async (_, name, above) => {
    const elsewhere = await begun();

    await move(name, elsewhere.number, scene.triager);
    await noticed();

    expect(await parentOf(name)).toBe(scene.number(above));
    expect(toldBy(name)).toEqual([expect.stringMatching(/^triager moved this elsewhere .* It is below #\d+ again/)]);
  });

  it('of a task is as it was after a triager took it out of its wave', async () => {
    await begun();
    const wave = { ...scene.repository, issue_number: scene.number('wave 2') };

    await scene.triager.rest.issues.removeSubIssue({ ...wave, sub_issue_id: idOf('B').id });
    await noticed();

    expect([await parentOf('B'), toldBy('B').length]).toEqual([scene.number('wave 2'), 1]);
  });

  it('of a task is where a lead moved it, also after a triager moved it on', async () => {
    const elsewhere = await begun();
    const { data: third } = await scene.lead.rest.issues.create({ ...scene.repository, title: 'Everything' });
    await move('B', elsewhere.number, scene.lead);
    expect(await parentOf('B')).toBe(elsewhere.number);

    await move('B', third.number, scene.triager);

    expect(await parentOf('B')).toBe(elsewhere.number);
  });

  it('lets a no of the lead above it count, wherever a triager moved it', async () => {
    const elsewhere = await begun();
    const run = await scene.run('A').outlast();
    await run.claim();
    const place = { ...scene.repository, issue_number: elsewhere.number, sub_issue_id: idOf('A').id };
    await scene.triager.rest.issues.addSubIssue({ ...place, replace_parent: true });

    await scene.edit('wave 1', { state: 'closed', state_reason: 'not_planned' });
    await noticed();

    expect([await run.wasCancelled(), (await run.land()).kind]).toEqual([true, 'superseded']);
  });
});

it('sub-issues that a triager puts below a wave, as many as fit, keep no progress from being written', async () => {
  await begun();
  const wave = { ...scene.repository, issue_number: scene.number('wave 1') };
  for (let left = 99; left > 0; left--) {
    const { data: idle } = await scene.triager.rest.issues.create({ ...scene.repository, title: 'Idle' });
    await scene.triager.rest.issues.addSubIssue({ ...wave, sub_issue_id: idle.id });
  }
  await noticed();

  await scene.pushPlan({ ...PLAN, tasks: [...PLAN.tasks, { id: 'C', title: 'Third' }] });
  await noticed();

  expect((await scene.plan()).tasks.map(({ status }: { status: string }) => status)).toEqual([
    'in_progress',
    undefined,
    'in_progress',
  ]);
});

describe('an issue of a stranger that a lead made a task', () => {
  it('stands for the task whose id it bore when it was labelled, whatever its author calls it then', async () => {
    scene = await githubScene({ plan: { ...PLAN, tasks: [...PLAN.tasks, { id: 'C', title: 'Third' }] } });
    await scene.settle();
    const { data: mine } = await scene.stranger.rest.issues.create({ ...scene.repository, title: 'A: my own' });
    await scene.label(mine.number, LABEL.task);

    await scene.edit(mine.number, { title: 'C: my own' }, scene.stranger);
    await scene.label('plan', LABEL.start);
    await scene.settle();

    expect(scene.view('C').issue).not.toBe(mine.number);
  });
});

describe('a locked conversation', () => {
  it('holds the task, since nothing of its run could be told there, until it is unlocked', async () => {
    scene = await githubScene({ plan: PLAN, config: 'landing: push\nmax_parallel: 1\n' });
    await scene.start();
    const issue = { ...scene.repository, issue_number: scene.number('B') };
    await scene.lead.rest.issues.lock(issue);
    await doFirst();
    expect([scene.running(), scene.reason('B')]).toEqual([
      [],
      `the conversation on #${scene.number('B')} is locked, so that nothing of its run could be told there; unlock it to go on`,
    ]);

    await scene.lead.rest.issues.unlock(issue);
    await scene.settle();

    expect(scene.running()).toEqual(['B']);
  });
});
