import type { Plan } from '../../plan/plan.ts';

/** The plan without the tasks that it lists as completed: they are satisfied from the start, and nobody runs them. */
export function openPlan(plan: Plan): Plan {
  const tasks = plan.tasks.filter(({ status }) => status !== 'completed');
  if (tasks.length === plan.tasks.length) return plan;
  const open = new Set(tasks.map(({ id }) => id));
  const waves = new Set(tasks.map(({ wave }) => wave));
  return {
    ...plan,
    waves: plan.waves.filter(({ number }) => waves.has(number)),
    tasks: tasks.map((task) => ({ ...task, dependencies: task.dependencies.filter((id) => open.has(id)) })),
  };
}
