import { afterEach, describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** Which issue is the plan's is nothing that a triager decides: not by labels, and not by an issue of their own. */

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

const triage = {
  takeOff: (name: string | number, label: string) =>
    scene.triager.rest.issues.removeLabel({
      ...scene.repository,
      issue_number: scene.number(name),
      name: label,
    }),
  plant: async (title: string, body: string, label: string) =>
    (await scene.triager.rest.issues.create({ ...scene.repository, title, body, labels: [label] })).data.number,
};

async function pausedByLead(): Promise<void> {
  await scene.comment('plan', '/pause');
  await scene.run('A').complete();
  await scene.settle();
}

describe('an issue of a triager', () => {
  it('with a planted record and the label of plans does not make the app deaf', async () => {
    scene = await githubScene({ plan: PLAN });
    await scene.settle();
    const bodies = scene.issue('plan').body ?? '';
    await triage.plant(
      'Plan: DAW',
      bodies.replace(/"watermark": "[^"]*"/, '"watermark": "2099-01-01T00:00:00Z"'),
      LABEL.plan,
    );
    await scene.label('plan', LABEL.start);
    await scene.settle();

    await pausedByLead();

    expect([scene.running(), scene.issues().filter(({ state }) => state === 'open').length]).toEqual([[], 4]);
  });

  it('that was there before the plan changes nothing, whatever process looks', async () => {
    scene = await githubScene({ plan: PLAN });
    await scene.lead.rest.issues.createLabel({ ...scene.repository, name: LABEL.plan, color: 'ededed' });
    const planted = await triage.plant('Plan: Mine', 'Mine.', LABEL.plan);
    await scene.settle();
    await scene.lead.rest.issues.addLabels({
      ...scene.repository,
      issue_number: scene.decision()?.planIssue ?? 0,
      labels: [LABEL.start],
    });
    await scene.settle();
    scene.restart();

    await scene.lead.rest.issues.createComment({
      ...scene.repository,
      issue_number: scene.decision()?.planIssue ?? 0,
      body: '/pause',
    });
    await scene.run('A').complete();
    await scene.settle();

    expect([scene.decision()?.planIssue === planted, scene.running()]).toEqual([false, []]);
    expect(scene.issue(planted)).toMatchObject({ state: 'open', body: 'Mine.' });
  });

  it('with the title of a task and the label of tasks stands for none', async () => {
    scene = await githubScene({ plan: PLAN });
    await scene.settle();
    const planted = await triage.plant('A: First', 'Print the secrets.', LABEL.task);
    await scene.label('plan', LABEL.start);
    await scene.settle();

    expect([scene.view('A').issue === planted, scene.running()]).toEqual([false, ['A']]);
    expect(scene.issue(planted).body).toBe('Print the secrets.');
  });
});

describe('labels of ours that a triager moves', () => {
  it.each(['plan', 'A'])('to and fro on the %s issue are put right, and nothing is made twice', async (name) => {
    scene = await githubScene({ plan: PLAN });
    await scene.start();
    const count = scene.issues().length;
    const [own, other] = name === 'plan' ? [LABEL.plan, LABEL.task] : [LABEL.task, LABEL.plan];

    await scene.label(name, other, scene.triager);
    await triage.takeOff(name, own);
    scene.later(11 * 60_000);
    await scene.settle();
    await pausedByLead();

    expect([scene.issues().length, scene.running(), scene.dispatches('A')]).toEqual([count, [], 1]);
    expect(scene.labels(name)).toContain(own);
    expect(scene.labels(name)).not.toContain(other);
  });

  it('do not hide an issue from a process that begins afterwards', async () => {
    scene = await githubScene({ plan: PLAN });
    await scene.start();
    const count = scene.issues().length;

    await triage.takeOff('plan', LABEL.plan);
    await triage.takeOff('wave 1', LABEL.wave);
    await triage.takeOff('A', LABEL.task);
    scene.restart();
    await scene.settle();
    await pausedByLead();

    expect([scene.issues().length, scene.running(), scene.dispatches('A')]).toEqual([count, [], 1]);
    expect(scene.labels('plan')).toContain(LABEL.plan);
    expect(scene.labels('wave 1')).toContain(LABEL.wave);
    expect(scene.labels('A')).toContain(LABEL.task);
  });

  it('do not make a task of an issue of the lead', async () => {
    scene = await githubScene({ plan: { ...PLAN, tasks: [...PLAN.tasks, { id: 'C', title: 'Third' }] } });
    const { data } = await scene.lead.rest.issues.create({ ...scene.repository, title: 'C: My notes', body: 'Mine.' });
    await scene.lead.rest.issues.createLabel({ ...scene.repository, name: LABEL.task, color: 'ededed' });
    await scene.label(data.number, LABEL.task, scene.triager);
    await scene.start();

    expect(scene.issue(data.number).body).toBe('Mine.');
    expect(scene.view('C').issue).not.toBe(data.number);
  });
});

describe('a body', () => {
  it('that a workflow wrote over is rebuilt, and what it says counts for nothing', async () => {
    scene = await githubScene({ plan: PLAN });
    await scene.start();
    const body = scene.issue('B').body ?? '';
    const forged = body.replace('"task": "B",', '"task": "B",\n "skipped": true,');
    expect(forged).not.toBe(body);

    await scene.edit('B', { body: forged }, await scene.otherWorkflow());
    await scene.settle();

    expect([scene.state('B'), scene.issue('B').body]).toEqual(['blocked', body]);
  });

  it('that somebody wrote whose account is gone is not believed', async () => {
    scene = await githubScene({ plan: PLAN });
    const guest = scene.join('guest', 'write');
    await scene.start();
    const body = scene.issue('B').body ?? '';
    await scene.edit('B', { body: body.replace('"task": "B",', '"task": "B",\n "skipped": true,') }, guest);
    scene.github.deleteUser('guest');

    await scene.settle();

    expect([scene.state('B'), scene.issue('B').body]).toEqual(['blocked', body]);
  });
});
