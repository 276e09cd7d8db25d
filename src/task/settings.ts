import { type Config, loadConfig } from '../plan/config.ts';
import { formatProblem, loadPlan } from '../plan/load.ts';
import type { Plan, Problem, Task, TaskId } from '../plan/plan.ts';
import { type Routed, routeAttempt, type Try } from '../plan/route.ts';
import { CONFIG_PATH } from '../state/names.ts';
import type { Rules } from './assignment.ts';
import type { Repository } from './git/git.ts';
import { readObject } from './git/workspace.ts';

/** Plan and configuration, as the default branch has them when the run begins. */
export interface Settings {
  readonly plan: Plan;
  readonly config: Config;
}

/** Reads both as a commit of the default branch has them. @throws with every problem located. */
export async function readSettings(repository: Repository, commit: string): Promise<Settings> {
  const sourceOf = async (file: string) => {
    const text = await readObject(repository, `${commit}:${file}`);
    return text === undefined ? undefined : { file, text };
  };
  const config = loadConfig(await sourceOf(CONFIG_PATH));
  if (!config.ok) throw new Error(listed(config.problems));
  const source = await sourceOf(config.config.plan);
  if (!source)
    throw new Error(
      `${config.config.plan} is not on the default branch; set plan in ${CONFIG_PATH} to where the plan is`,
    );
  const plan = loadPlan(source);
  if (!plan.ok) throw new Error(listed(plan.problems));
  return { plan: plan.plan, config: config.config };
}

function listed(problems: readonly Problem[]): string {
  return problems.slice(0, 50).map(formatProblem).join('\n');
}

/** @returns The task, and who does this attempt at it. @throws when a setting asks for what this action does not do. */
export function assign({ plan, config }: Settings, id: TaskId, attempt: Try): { task: Task; agent: Routed } {
  const task = plan.tasks.find((candidate) => candidate.id === id);
  if (!task)
    throw new Error(`the plan on the base has no task ${id}; put it back into ${config.plan}, or close the issue`);
  if (config.review !== 'off') refuse(`review: ${config.review}`, 'review: off');
  return { task, agent: routeAttempt(task, config, attempt) };
}

function refuse(setting: string, instead: string): never {
  throw new Error(`${CONFIG_PATH}: this version does not do \`${setting}\`; set \`${instead}\``);
}

export function rulesOf(config: Config): Rules {
  return {
    plan: config.plan,
    progress: config.progress,
    landing: config.landing,
    checkpoint: config.checkpoint,
    checkpointEveryMs: config.checkpoint_every * 60_000,
    isolation: config.isolation,
    sliceMinutes: config.slice,
    install: config.install,
    checks: config.checks,
    checkTries: config.check_tries,
    checkMinutes: config.check_minutes,
    baseline: config.baseline,
    protected: config.protected,
  };
}
