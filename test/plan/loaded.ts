import { formatProblem, loadPlan } from '../../src/plan/load.ts';
import type { Plan, TaskId } from '../../src/plan/plan.ts';

/** The plan of a file that must be sound. */
export function loaded(source: { file: string; text: string }): Plan {
  const result = loadPlan(source);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.plan;
}

export function id(text: string): TaskId {
  return text as TaskId;
}
