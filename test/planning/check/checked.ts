import { defaultConfig } from '../../../src/plan/config.ts';
import { loadPlan } from '../../../src/plan/load.ts';
import { type CheckReport, checkPlan, refusedPlan } from '../../../src/planning/check/check.ts';

/** What is said about a plan, as the command would say it. */
export function check(text: string, { slice = 300 } = {}): CheckReport {
  const source = { file: 'tasks.json', text };
  const loaded = loadPlan(source);
  return loaded.ok
    ? checkPlan({ plan: loaded.plan, config: { ...defaultConfig(), slice }, source })
    : refusedPlan(loaded.problems);
}

/** A plan of these tasks, each with what a task needs in order not to be warned about. */
export function planOf(tasks: readonly object[]): string {
  const whole = tasks.map((task) => ({ title: 'Title', acceptance: ['It works.'], ...task }));
  return JSON.stringify({ name: 'Plan', tasks: whole }, null, 2);
}

export function rulesOf({ findings }: CheckReport): readonly string[] {
  return findings.map(({ rule }) => rule);
}
