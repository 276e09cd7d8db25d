import type { CheckRule, RuleFinding } from './check-rule.ts';

/** A circle among completed tasks is cut open where it closes: nobody waits there, until one of them is done again. */
export const completedCircles: CheckRule = {
  name: 'completed-circle',
  about: 'circles among completed tasks',
  find: ({ plan, document }) =>
    plan.tasks.flatMap(({ id, dependencies }, index): readonly RuleFinding[] => {
      const written = document.tasks[index]?.dependencies ?? [];
      if (written.length === dependencies.length) return [];
      return written.flatMap((dependency, nth) => {
        if (dependencies.some((known) => known === dependency)) return [];
        const message = `${id} and ${dependency} wait for each other in a circle of completed tasks, so this dependency does not count; remove it`;
        return [{ path: ['tasks', index, 'dependencies', nth], message }];
      });
    }),
};
