import { loadPlan } from '../../../src/plan/load.ts';
import type { Plan, TaskStatus } from '../../../src/plan/plan.ts';

/** A plan as people have it in a file: what they write there, and what the app projects into it. */

export const PLAN_PATH = 'docs/planning/tasks.json';

export interface WrittenTask {
  readonly id: string;
  readonly title: string;
  readonly dependencies: readonly string[];
  readonly wave: number;
  readonly estimate: number;
  readonly touches: readonly string[];
  readonly status?: TaskStatus;
}

export interface WrittenPlan {
  readonly id: string;
  readonly name: string;
  readonly tasks: readonly WrittenTask[];
}

export function writePlan(plan: WrittenPlan): string {
  return `${JSON.stringify(plan, undefined, 1)}\n`;
}

/** @throws where the app would refuse it. */
export function loadWritten(text: string): Plan {
  const loaded = loadPlan({ file: PLAN_PATH, text });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('; '));
  return loaded.plan;
}

export function readWritten(text: string): WrittenPlan {
  return JSON.parse(text) as WrittenPlan;
}

/** An edit by hand: everything else in the file stays. */
export function editTask(text: string, id: string, change: Partial<WrittenTask>): string {
  const plan = readWritten(text);
  return writePlan({ ...plan, tasks: plan.tasks.map((task) => (task.id === id ? { ...task, ...change } : task)) });
}

export function statusIn(text: string, id: string): TaskStatus {
  return readWritten(text).tasks.find((task) => task.id === id)?.status ?? 'pending';
}
