import type { CheckRule, RuleFinding } from './check-rule.ts';

/** Tasks that nothing connects with the rest: often a dependency was forgotten. */
export const isolatedTasks: CheckRule = {
  name: 'isolated-task',
  about: 'tasks that wait for nothing and that nothing waits for',
  find: ({ plan, graph }) => {
    if (plan.tasks.length < 2) return [];
    if (plan.tasks.every(({ dependencies }) => dependencies.length === 0)) return [unconnected];
    return plan.tasks.flatMap(({ id, dependencies }, index): readonly RuleFinding[] => {
      if (dependencies.length > 0 || (graph.dependents.get(id)?.length ?? 0) > 0) return [];
      const message = `${id} waits for no task and no task waits for it; add the dependency that was forgotten, or leave it as it is if it stands alone`;
      return [{ path: ['tasks', index], message }];
    });
  },
};

const unconnected: RuleFinding = {
  path: ['tasks'],
  part: 'key',
  message:
    'no task waits for another, so all of them may run at once and in any order; add `dependencies` where one builds on another',
};
