import { afterEach, describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** A label that a person set counts, however many others come and go beside it. */

const PLAN = { id: 'daw', name: 'DAW', tasks: ['A', 'B'].map((id) => ({ id, title: `Task ${id}` })) };

let scene: GitHubScene;
afterEach(() => scene.close());

async function begun(): Promise<void> {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nmax_parallel: 1\n' });
  await scene.start();
}

it('pauses a task whose issue has ninety labels already, and comes to rest once it runs', async () => {
  await begun();
  const labels = Array.from({ length: 90 }, (_, nth) => `area-${nth}`);
  await scene.lead.rest.issues.addLabels({ ...scene.repository, issue_number: scene.number('B'), labels });
  await scene.label('B', LABEL.pause);
  await scene.run('A').complete();
  await scene.settle();
  expect(scene.state('B')).toBe('held');

  await scene.comment('B', '/resume');
  await scene.settle();

  expect(scene.running()).toEqual(['B']);
});

describe('a start that more changes of labels came after than GitHub shows at once', () => {
  async function churned(): Promise<void> {
    await begun();
    const churn = { ...scene.repository, issue_number: scene.number('plan') };
    await scene.lead.rest.issues.createLabel({ ...scene.repository, name: 'noise', color: 'ffffff' });
    for (let nth = 0; nth < 60; nth++) {
      await scene.triager.rest.issues.addLabels({ ...churn, labels: ['noise'] });
      await scene.triager.rest.issues.removeLabel({ ...churn, name: 'noise' });
      if (nth % 20 === 19) await scene.pass();
    }
    await scene.run('A').complete();
    await scene.settle();
  }
  const takenOff = (as = scene.lead) =>
    as.rest.issues.removeLabel({ ...scene.repository, issue_number: scene.number('plan'), name: LABEL.start });

  it('stays a start, also where a triager takes the label off', async () => {
    await churned();
    expect(scene.running()).toEqual(['B']);

    await takenOff(scene.triager);
    await scene.settle();

    expect(scene.labels('plan')).toContain(LABEL.start);
    expect(scene.comments('plan').map(({ body }) => body)).toEqual([
      expect.stringContaining('triager took off `agent:start`'),
    ]);
  });

  it('ends where a person who may write takes it off', async () => {
    await churned();
    await scene.run('B').fail();

    await takenOff();
    scene.later(10 * 60_000);
    await scene.settle();

    expect([scene.state('B'), scene.labels('plan')]).toEqual(['held', ['agent-waves:plan']]);
  });
});
