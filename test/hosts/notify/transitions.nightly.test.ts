import { afterEach, expect, it } from 'vitest';
import { STORY, type ToldScene, toldScene } from './support/told-scene.ts';

/** More than a pass of this plan has: the last one of each row ends nothing, and the test says so. */
const MAX_WRITES = 30;

let told: ToldScene | undefined;
afterEach(() => told?.close());

it.each(STORY.map((_, nth) => nth))(
  'a process that ends at any write after step %i loses no transition',
  async (at) => {
    let isKilled = true;
    let kills = 0;
    for (let writes = 0; isKilled && writes < MAX_WRITES; writes++) {
      told = await toldScene();
      const { scene } = told;
      await scene.start();

      for (const [nth, { step }] of STORY.slice(0, at + 1).entries()) {
        await step(scene);
        if (nth === at) {
          isKilled = await scene.passThatDies(writes);
          told.newProcess();
        }
        await told.live();
      }

      const expected = STORY.slice(0, at + 1).flatMap((each) => each.told);
      expect([writes, [...new Set(told.heard())].toSorted()]).toEqual([writes, expected.toSorted()]);
      expect(told.recorded()).toEqual([]);
      if (isKilled) kills++;
      await told.close();
      told = undefined;
    }
    expect(isKilled).toBe(false);
    expect(kills).toBeGreaterThan(1);
  },
);
