import { afterEach, describe, expect, it } from 'vitest';
import { taskBranch } from '../../../src/state/names.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import { showForReview } from '../../support/scene/show-for-review.ts';

/** Pull requests of ours that somebody closes: who may only triage can do so on GitHub, and decides nothing by it. */

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

type Person = GitHubScene['lead'];

/** The run of A has left its work for people. @returns The number of its pull request. */
async function inReview(): Promise<number> {
  scene = await githubScene({ plan: PLAN, config: 'landing: review\n' });
  await scene.start();
  const number = await showForReview(scene, 'A');
  expect(scene.state('A')).toBe('in-review');
  return number;
}

const set = (pull_number: number, state: 'open' | 'closed', as: Person) =>
  as.rest.pulls.update({ ...scene.repository, pull_number, state });

const stateOf = async (pull_number: number) =>
  (await scene.lead.rest.pulls.get({ ...scene.repository, pull_number })).data.state;

const told = (name: string | number) => scene.comments(name).filter(({ body }) => body.includes('closed pull request'));

describe('a pull request of a task', () => {
  it('that a triager closed is open again, still in review, and that is said once', async () => {
    const number = await inReview();

    await set(number, 'closed', scene.triager);
    await scene.settle();
    scene.later(5 * 60_000);
    await scene.settle();

    expect([await stateOf(number), scene.state('A'), told('A').length]).toEqual(['open', 'in-review', 1]);
    expect(told('A')[0]?.body).toMatch(
      /^triager closed pull request #\d+\. .*It is open again, and nothing came of it\.$/,
    );
  });

  it('that a lead closed asks a person what becomes of the task', async () => {
    const number = await inReview();

    await set(number, 'closed', scene.lead);
    await scene.settle();

    expect([await stateOf(number), scene.state('A'), told('A')]).toEqual(['closed', 'needs-human', []]);
  });

  it('that a lead closed stays closed when a triager opens it, and that is said once', async () => {
    const number = await inReview();
    await set(number, 'closed', scene.lead);
    await scene.settle();

    await set(number, 'open', scene.triager);
    await scene.settle();
    scene.later(5 * 60_000);
    await scene.settle();

    expect([await stateOf(number), scene.state('A')]).toEqual(['closed', 'needs-human']);
    expect(scene.comments('A').filter(({ body }) => body.includes('opened pull request'))).toEqual([
      expect.objectContaining({ body: expect.stringMatching(/^triager opened .* It is closed again, and nothing/) }),
    ]);
    await set(number, 'open', scene.lead);
    await scene.settle();
    expect([await stateOf(number), scene.state('A')]).toEqual(['open', 'in-review']);
  });

  it('that cannot be opened again, since its branch is gone, is closed in the end, and nothing is tried for ever', async () => {
    const number = await inReview();
    await set(number, 'closed', scene.triager);
    const ref = `heads/${taskBranch('A' as never)}`;
    await scene.lead.rest.git.deleteRef({ ...scene.repository, ref });
    await scene.pass();
    scene.later(2 * 60_000);

    await scene.settle();

    expect([scene.state('A'), told('A').length]).toEqual(['needs-human', 1]);
    const { decision } = scene;
    expect(decision()?.effects).toEqual([]);
  });

  it('is merged by a lead after a triager had closed it', async () => {
    const number = await inReview();
    await set(number, 'closed', scene.triager);
    await scene.settle();

    await scene.lead.rest.pulls.merge({ ...scene.repository, pull_number: number, merge_method: 'squash' });
    await scene.settle();

    expect([scene.state('A'), scene.running()]).toEqual(['completed', ['B']]);
  });
});

describe('a pull request of a wave', () => {
  async function waveInReview(): Promise<number> {
    scene = await githubScene({
      plan: { name: 'DAW', tasks: [{ id: 'A', title: 'First' }] },
      config: 'landing: push\nbase: work\n',
      base: 'work',
    });
    await scene.start();
    await scene.run('A').complete();
    await scene.settle();
    const { data } = await scene.lead.rest.pulls.list({ ...scene.repository, base: 'main' });
    expect(data).toHaveLength(1);
    return data[0]?.number ?? 0;
  }

  it('that a triager closed is open again, and nobody is asked what becomes of the wave', async () => {
    const number = await waveInReview();

    await set(number, 'closed', scene.triager);
    await scene.settle();
    scene.later(5 * 60_000);
    await scene.settle();

    expect([await stateOf(number), told('wave 1').length]).toEqual(['open', 1]);
    expect(scene.labels('wave 1')).not.toContain('agent:needs-human');
  });

  it('that a lead closed stays closed when a triager opens it', async () => {
    const number = await waveInReview();
    await set(number, 'closed', scene.lead);
    await scene.settle();

    await set(number, 'open', scene.triager);
    await scene.settle();

    expect([await stateOf(number), scene.labels('wave 1').includes('agent:needs-human')]).toEqual(['closed', true]);
  });

  it('that a lead closed asks what becomes of the wave', async () => {
    const number = await waveInReview();

    await set(number, 'closed', scene.lead);
    await scene.settle();

    expect([await stateOf(number), scene.labels('wave 1').includes('agent:needs-human')]).toEqual(['closed', true]);
  });
});
