import type { CheckRule, RuleFinding } from './check-rule.ts';

/** Without criteria an agent decides for itself when it is done. */
export const acceptance: CheckRule = {
  name: 'no-acceptance',
  about: 'tasks without acceptance criteria',
  find: ({ plan }) => {
    const bare = plan.tasks.flatMap(({ id, acceptance }, index) => (acceptance.length === 0 ? [{ id, index }] : []));
    if (bare.length > 1 && bare.length === plan.tasks.length) {
      const message = `no task says when it is done, so every agent decides for itself; add \`acceptance\` to the tasks, one sentence for each thing that must hold`;
      return [{ path: ['tasks'], part: 'key', message }];
    }
    return bare.map(({ id, index }): RuleFinding => {
      const message = `${id} does not say when it is done, so its agent decides for itself; add \`acceptance\`, one sentence for each thing that must hold`;
      return { path: ['tasks', index], message };
    });
  },
};
