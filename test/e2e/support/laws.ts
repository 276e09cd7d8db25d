import { expect } from 'vitest';
import type { Stage } from './stage.ts';
import { isAncestor, landings, tenures } from './world.ts';

/** What holds at the end of every rehearsal, whatever went wrong in it. */
export async function expectLawful({ session, out }: Pick<Stage, 'session' | 'out'>): Promise<void> {
  const landed = await landings(session.gitDir);
  const titles = landed.map(({ task }) => task);
  expect(titles, 'no task lands twice').toEqual([...new Set(titles)]);

  const { tasks } = await session.planOnBase();
  for (const task of tasks) {
    const own = landed.find((landing) => landing.task === task.id);
    for (const id of own ? task.dependencies : []) {
      const dependency = landed.find((landing) => landing.task === id);
      if (own && dependency) {
        const before = await isAncestor(session.gitDir, dependency.commit, own.parent);
        expect(before, `${id} landed before the work on ${task.id} was based`).toBe(true);
      }
    }
  }

  const taskOf = new Map(session.github.runs().map((run) => [run.id, run.inputs.task]));
  const held = (await tenures(out)).toSorted((a, b) => a.claimed - b.claimed);
  for (const [index, tenure] of held.entries()) {
    const next = held.slice(index + 1).find((other) => taskOf.get(other.run) === taskOf.get(tenure.run));
    if (next) {
      const overlap = `runs ${tenure.run} and ${next.run} of ${taskOf.get(tenure.run)} do not overlap`;
      expect(tenure.reported, overlap).toBeLessThanOrEqual(next.claimed);
    }
  }
}
