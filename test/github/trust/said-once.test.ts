import { afterEach, describe, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import { STORIES, said } from '../../support/scene/sayings.ts';

/** A pass is broken off between what it says and the bodies that remember it: nothing is said again, nor left out. */

let scene: GitHubScene;
afterEach(() => scene.close());

describe.each(STORIES)('what is said %s', (_, happens, memory, kinds) => {
  it('is said once where the process ends before it is remembered', async () => {
    scene = await happens();
    await scene.settle();
    const expected = said(scene).toSorted();
    await scene.close();
    scene = await happens();

    const died = await scene.passThatDies({ before: memory });
    const before = said(scene);
    await scene.settle();

    expect([died, before.length > 0, said(scene).toSorted()]).toEqual([true, true, expected]);
    expect([...new Set(expected.map((each) => each.split(': ').at(-1)))].toSorted()).toEqual(kinds);
  });
});

describe('what GitHub refused', () => {
  const refuse = () =>
    scene.faults.push({
      on: 'request',
      route: /dispatches/,
      answer: { status: 422, message: 'No ref found for: main' },
      moment: 'before',
      count: Number.POSITIVE_INFINITY,
    });

  it('is said once where the rest of its batch fails, and again when it is refused anew', async () => {
    scene = await githubScene({ plan: { id: 'daw', name: 'DAW', tasks: [{ id: 'A', title: 'First' }] } });
    await scene.settle();
    refuse();
    await scene.label('plan', 'agent:start');
    while (!scene.decision()?.effects.some(({ kind }) => kind === 'dispatch')) await scene.pass();

    await scene.passThatFails({ before: 'updateIssue' });
    expect(said(scene)).toEqual(['Plan: DAW: refused']);
    await scene.settle();
    expect(said(scene)).toEqual(['Plan: DAW: refused']);
    scene.later(90_000);
    await scene.comment('plan', '/resume');
    await scene.settle();

    expect(said(scene)).toEqual(['Plan: DAW: refused', 'Plan: DAW: refused']);
  });
});
