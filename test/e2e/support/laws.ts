import { expect } from 'vitest';
import type { Stage } from './stage.ts';
import { git, isAncestor, landings, tenures } from './world.ts';

/** What holds at the end of every rehearsal, whatever went wrong in it. */
export async function expectLawful({ session, out }: Pick<Stage, 'session' | 'out'>): Promise<void> {
  const all = await landings(session.gitDir);
  const history = await git(session.gitDir, 'log', '--format=%B', 'main');
  // What was taken back may land once more; what an issue is for lands once.
  const landed = all.filter(({ commit }) => !history.includes(`This reverts commit ${commit}`));
  const issues = landed.map(({ issue }) => issue);
  expect(issues, 'no task lands twice').toEqual([...new Set(issues)]);

  const { tasks } = await session.planOnBase();
  for (const task of tasks) {
    const own = landed.findLast((landing) => landing.task === task.id);
    for (const id of own ? task.dependencies : []) {
      const before = all.filter((landing) => landing.task === id).map(({ commit }) => commit);
      if (own && before.length > 0) {
        const held = await Promise.all(before.map((commit) => isAncestor(session.gitDir, commit, own.parent)));
        expect(held, `${id} landed before the work on ${task.id} was based`).toContain(true);
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
