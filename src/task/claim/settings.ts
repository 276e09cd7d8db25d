import { pricedModels } from '../../plan/budget.ts';
import { type Config, loadConfig } from '../../plan/config.ts';
import { formatProblem, loadPlan } from '../../plan/load.ts';
import { defaultLocation } from '../../plan/load-project.ts';
import type { FileProblem, Plan, Task, TaskId } from '../../plan/plan.ts';
import { type AttemptContext, type Routed, routeAttempt, routeTask } from '../../plan/route.ts';
import { type AttemptLeft, attemptMinutes } from '../../state/attempts.ts';
import { CONFIG_PATH, CONFIG_PATHS } from '../../state/names.ts';
import type { Repository } from '../git/git.ts';
import { readBlob } from '../git/workspace.ts';
import type { ReviewerAssignment, Rules } from '../protocol/assignment.ts';

/** Plan and configuration, as the default branch has them when the run begins. */
export interface Settings {
  readonly plan: Plan;
  readonly config: Config;
}

/** Reads both as a commit of the default branch has them. @throws with every problem located. */
export async function readSettings(repository: Repository, commit: string): Promise<Settings> {
  const sourceOf = async (file: string) => {
    const text = await readBlob(repository, `${commit}:${file}`);
    return text === undefined ? undefined : { file, text };
  };
  const usualPath = defaultLocation().plan;
  const [usual, ...configs] = await Promise.all([usualPath, ...CONFIG_PATHS].map(sourceOf));
  const [first, second] = configs.filter((source) => source !== undefined);
  if (first && second) throw new Error(`${first.file} and ${second.file} are both there; keep one of the two`);
  const config = loadConfig(first);
  if (!config.ok) throw new Error(listProblems(config.problems));
  const source = config.config.plan === usualPath ? usual : await sourceOf(config.config.plan);
  if (!source)
    throw new Error(
      `${config.config.plan} is not on the default branch; set plan in ${CONFIG_PATH} to where the plan is`,
    );
  const plan = loadPlan(source);
  if (!plan.ok) throw new Error(listProblems(plan.problems));
  return { plan: plan.plan, config: config.config };
}

function listProblems(problems: readonly FileProblem[]): string {
  return problems.slice(0, 50).map(formatProblem).join('\n');
}

/** @returns The task, who does this attempt at it, and who reviews it. @throws when the plan has no such task any more. */
export function assign(
  { plan, config }: Settings,
  { id, attempt }: { readonly id: TaskId; readonly attempt: AttemptContext },
): { readonly task: Task; readonly agent: Routed; readonly reviewer: Omit<ReviewerAssignment, 'used'> | undefined } {
  const task = plan.tasks.find((candidate) => candidate.id === id);
  if (!task)
    throw new Error(`the plan on the base has no task ${id}; put it back into ${config.plan}, or close the issue`);
  return { task, agent: routeAttempt({ task, config, attempt }), reviewer: reviewerOf(config, id) };
}

/** Routes and models are chosen for those who do a task: who reviews it is run as its own entry under `agents` says. */
function reviewerOf(
  { review, review_rounds, agents }: Config,
  id: TaskId,
): Omit<ReviewerAssignment, 'used'> | undefined {
  if (review === 'off') return undefined;
  return { agent: routeTask({ id, agent: review }, { agents, routes: [] }), rounds: review_rounds };
}

interface RunBounds {
  readonly task: Task;
  /** What the attempt may still take: no run lasts longer. */
  readonly left: AttemptLeft;
  /** Minutes that a budget has reserved for the run; it lasts no longer than that, either. */
  readonly reserved: number | undefined;
}

export function rulesOf(config: Config, { task, left, reserved = config.slice }: RunBounds): Rules {
  return {
    plan: config.plan,
    progress: config.progress,
    landing: config.landing,
    checkpoint: config.checkpoint,
    checkpointEveryMs: config.checkpoint_every * 60_000,
    isolation: config.isolation,
    sliceMinutes: Math.min(config.slice, left.minutes, reserved),
    attemptMinutes: attemptMinutes(task, config),
    stalledSlices: config.stalled_slices,
    install: config.install,
    checks: config.checks,
    checkTries: config.check_tries,
    checkMinutes: config.check_minutes,
    baseline: config.baseline,
    guard: config.guard,
    scan: config.scan,
    protected: config.protected,
    prices: pricedModels(config),
    protectedExcept: config.protected_except,
  };
}
