import { afterEach, describe, expect, it } from 'vitest';
import type { GitHubScene } from '../../support/github-scene.ts';
import { STORIES, said } from '../../support/scene/sayings.ts';

/** The process ends after each single write of a pass, one after the other, and another one goes on. */

let scene: GitHubScene;
afterEach(() => scene.close());

describe.each(STORIES)('what is said %s', (_, happens) => {
  it('is said once, whatever write of a pass was the last one of its process', { timeout: 1_200_000 }, async () => {
    scene = await happens();
    await scene.settle();
    const expected = said(scene).toSorted();

    let dies = true;
    for (let writes = 1; dies; writes++) {
      await scene.close();
      scene = await happens();
      dies = await scene.passThatDies(writes);
      await scene.settle();
      expect(said(scene).toSorted(), `after ${writes} writes`).toEqual(expected);
    }
  });
});
