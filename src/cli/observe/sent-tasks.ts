import type { Decision } from '../../decide/effects/effect.ts';
import type { TaskId } from '../../plan/plan.ts';
import type { TaskView } from '../../state/task-view.ts';
import type { ObservedPlan } from './observe.ts';

/**
 * Tasks as a decision leaves them, but for runs that it starts: who decides and carries nothing out shows no run that
 * nobody has started.
 */
export function sentTasks({ decision }: Pick<ObservedPlan, 'decision'>): readonly TaskView[] {
  const due = dueTasks(decision);
  return decision.tasks.map((view) => (due.has(view.task.id) ? beforeDispatch(view) : view));
}

/** Those that the next pass starts a run of, which has none yet. */
function dueTasks({ effects, tasks }: Decision): ReadonlySet<TaskId> {
  const sent = new Set(effects.flatMap((effect) => (effect.kind === 'dispatch' ? [effect.inputs.issue] : [])));
  const due = tasks.filter(({ issue, record }) => issue !== undefined && sent.has(issue) && record.live?.sends === 1);
  return new Set(due.map(({ task }) => task.id));
}

function beforeDispatch(view: TaskView): TaskView {
  return {
    ...view,
    state: 'ready',
    reason: 'starts with the next pass',
    startedAt: view.record.history[0]?.sent,
    run: undefined,
    record: { ...view.record, live: undefined },
  };
}
