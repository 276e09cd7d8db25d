import { readFileSync } from 'node:fs';
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

/** A file of one of the examples, as it is read from a repository. */
export function readExample(name: string, path: string): { path: string; text: string } {
  return { path, text: readFileSync(new URL(`../../examples/${name}/${path}`, import.meta.url), 'utf8') };
}
