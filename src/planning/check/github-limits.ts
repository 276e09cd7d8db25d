import { waveName } from '../../plan/waves.ts';
import type { CheckRule, RuleFinding } from './check-rule.ts';
import { count, groupThousands } from './words.ts';

/** GitHub's limits: relations of one kind on an issue, and sub-issues of an issue. */
const MAX_RELATIONS = 50;
const MAX_SUB_ISSUES = 100;

/** Dependencies that others imply get no relation, so that they do not count. */
export const tooManyDependencies: CheckRule = {
  name: 'too-many-dependencies',
  about: 'tasks with more dependencies than GitHub takes',
  find: ({ plan, graph }) =>
    plan.tasks.flatMap(({ id }, index): readonly RuleFinding[] => {
      const path = ['tasks', index];
      const needs = graph.reduced.get(id)?.length ?? 0;
      if (needs <= MAX_RELATIONS) return [];
      const message = `${id} waits for ${count(needs, 'task')} directly, and GitHub shows ${MAX_RELATIONS} "blocked by" relations on an issue: the body alone names the others; put a task between that waits for some of them`;
      return [{ path: [...path, 'dependencies', MAX_RELATIONS], message }];
    }),
};

export const tooManyTasksInWave: CheckRule = {
  name: 'too-many-tasks-in-wave',
  about: 'waves with more tasks than GitHub takes',
  find: ({ plan }) => {
    const sizes = new Map<number, number>();
    const firstBeyond = new Map<number, number>();
    for (const [index, { wave }] of plan.tasks.entries()) {
      const size = (sizes.get(wave) ?? 0) + 1;
      sizes.set(wave, size);
      if (size === MAX_SUB_ISSUES + 1) firstBeyond.set(wave, index);
    }
    return plan.waves.flatMap((wave): readonly RuleFinding[] => {
      const index = firstBeyond.get(wave.number);
      if (index === undefined) return [];
      const message = `${waveName(wave)} has ${groupThousands(sizes.get(wave.number) ?? 0)} tasks, and GitHub takes ${MAX_SUB_ISSUES} sub-issues under an issue: those from here on are no sub-issues of their wave; divide the wave`;
      return [{ path: ['tasks', index], message }];
    });
  },
};
