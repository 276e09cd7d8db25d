import type { TaskId } from '../../plan/plan.ts';
import type { CheckRule, RuleFinding, RuleInput } from './check-rule.ts';
import { chain } from './words.ts';

/** Dependencies that another one implies. They are harmless, and in the way when the plan changes. */
export const redundantEdges: CheckRule = {
  name: 'redundant-edge',
  about: 'redundant dependencies',
  find: (input) => {
    let looks = MAX_EDGES_WALKED;
    return input.plan.tasks.flatMap(({ id, dependencies }, index): readonly RuleFinding[] => {
      const needed = new Set(input.graph.reduced.get(id));
      return dependencies.flatMap((dependency, nth): readonly RuleFinding[] => {
        if (needed.has(dependency)) return [];
        looks -= dependencies.length;
        const way = looks > 0 ? chain(impliedPath({ from: dependency, to: id }, input)) : 'another dependency';
        const message = `${id} waits for ${dependency} anyway, through ${way}; leave this dependency out`;
        return [{ path: ['tasks', index, 'dependencies', nth], message }];
      });
    });
  },
};

/** Dependencies looked through for ways: where thousands of tasks each wait for thousands, the later get none. */
const MAX_EDGES_WALKED = 10_000_000;

/** Long enough to be followed: a chain may have thousands of tasks. */
const MAX_STEPS = 8;

/** One of the chains between the two that is not the direct dependency, in order of work. */
function impliedPath(
  { from, to }: { readonly from: TaskId; readonly to: TaskId },
  { tasks, waitsFor }: RuleInput,
): readonly string[] {
  const way: string[] = [to];
  let at = to;
  while (way.length < MAX_STEPS) {
    const dependencies = tasks.get(at)?.dependencies ?? [];
    if (at !== to && dependencies.includes(from)) return [from, ...way];
    const next = dependencies.find((dependency) => waitsFor(dependency, from));
    if (next === undefined) break;
    way.unshift(next);
    at = next;
  }
  return [from, '…', ...way];
}
