import type { TaskId } from '../../plan/plan.ts';
import type { Remark, Rule, Subject } from './check-rule.ts';
import { chain } from './words.ts';

/** Dependencies that another one implies. They are harmless, and in the way when the plan changes. */
export const redundantEdges: Rule = {
  name: 'redundant-edge',
  find: (subject) => {
    let looks = MOST_LOOKS;
    return subject.plan.tasks.flatMap(({ id, dependencies }, index): readonly Remark[] => {
      const needed = new Set(subject.graph.reduced.get(id));
      return dependencies.flatMap((dependency, nth): readonly Remark[] => {
        if (needed.has(dependency)) return [];
        looks -= dependencies.length;
        const way = looks > 0 ? chain(wayBetween({ from: dependency, to: id }, subject)) : 'another dependency';
        const message = `${id} waits for ${dependency} anyway, through ${way}; leave this dependency out`;
        return [{ path: ['tasks', index, 'dependencies', nth], message }];
      });
    });
  },
};

/** Dependencies looked through for ways: where thousands of tasks each wait for thousands, the later get none. */
const MOST_LOOKS = 10_000_000;

/** Long enough to be followed: a chain may have thousands of tasks. */
const MOST_STEPS = 8;

/** One of the chains between the two that is not the direct dependency, in order of work. */
function wayBetween(
  { from, to }: { readonly from: TaskId; readonly to: TaskId },
  { tasks, waitsFor }: Subject,
): readonly string[] {
  const way: string[] = [to];
  let at = to;
  while (way.length < MOST_STEPS) {
    const dependencies = tasks.get(at)?.dependencies ?? [];
    if (at !== to && dependencies.includes(from)) return [from, ...way];
    const next = dependencies.find((dependency) => waitsFor(dependency, from));
    if (next === undefined) break;
    way.unshift(next);
    at = next;
  }
  return [from, '…', ...way];
}
