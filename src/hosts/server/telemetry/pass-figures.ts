import type { Pass } from '../../../reconcile.ts';
import { type LimitUse, limitUses } from '../../../state/budget-limits.ts';
import { countEach } from '../../../state/count-each.ts';
import { type Performance, performanceOf } from '../../../state/performance.ts';
import type { TaskRecord } from '../../../state/record.ts';
import type { TaskState, TaskView } from '../../../state/task-view.ts';
import { wantsAnotherPass } from '../../wants-another-pass.ts';

/** How a plan stands after a pass. */
export interface PassFigures {
  readonly tasks: ReadonlyMap<TaskState, number>;
  /** Places for running tasks; undefined where the configuration cannot be read. */
  readonly slots: { readonly used: number; readonly free: number } | undefined;
  /** US dollars that agents reported, over every dispatch that is remembered; undefined where none did. */
  readonly cost: number | undefined;
  /** By agent type and model. */
  readonly agents: readonly Performance[];
  /** What is gone of each limit of the budget. */
  readonly limits: readonly LimitUse[];
}

export type PassOutcome = 'done' | 'refused' | 'no-plan' | 'put-off' | 'failed';

/** @returns One word of few. `put-off`: progress waits for another pass. */
export function outcomeOf(pass: Pass): PassOutcome {
  if (pass.kind !== 'done') return pass.kind;
  return wantsAnotherPass(pass) ? 'put-off' : 'done';
}

export function figuresOf(pass: Pass): PassFigures | undefined {
  if (pass.kind === 'no-plan') return undefined;
  const { tasks } = pass.decision;
  const project = pass.memory.cache.project;
  const config = project?.ok ? project.project.config : project?.config;
  const places = config?.max_parallel;
  const { spending } = pass.decision;
  const used = tasks.filter(({ state }) => state === 'running').length;
  return {
    tasks: countEach(tasks.map(({ state }) => state)),
    slots: places === undefined ? undefined : { used, free: Math.max(0, places - used) },
    cost: knownCost(tasks),
    agents: config ? performanceOf(tasks, config) : [],
    limits: spending && project?.ok ? limitUses(project.project, spending) : [],
  };
}

function knownCost(tasks: readonly TaskView[]): number | undefined {
  const known = tasks.flatMap(({ record }) => costs(record));
  return known.length === 0 ? undefined : known.reduce((sum, cost) => sum + cost, 0);
}

/** What led to the landing is in the history as well. */
function costs({ history }: TaskRecord): readonly number[] {
  return history.flatMap(({ cost_usd }) => cost_usd ?? []);
}
