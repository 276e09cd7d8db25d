import type { Decision } from '../../../decide/effects/effect.ts';
import type { EffectOutcomes } from '../../../github/write/executor.ts';
import type { TaskId } from '../../../plan/plan.ts';
import { millis } from '../../../state/instant.ts';
import type { TaskView } from '../../../state/task-view.ts';

/** What one process has seen of the tasks that wait for nothing but a slot. Moments are epoch milliseconds. */
export interface ReadyMemory {
  /** Tasks that were ready and not dispatched, since when; undefined: before this process looked. */
  readonly since: ReadonlyMap<TaskId, number | undefined>;
  /** When the last pass ended; undefined before the first. */
  readonly looked: number | undefined;
}

export const NOTHING_SEEN: ReadyMemory = { since: new Map(), looked: undefined };

export interface SeenPass {
  readonly decision: Pick<Decision, 'effects' | 'tasks'>;
  readonly outcomes: EffectOutcomes;
  /** When the pass was first asked for, or began where nobody asked. */
  readonly asked: number;
  readonly ended: number;
}

/**
 * How long tasks were ready before their first dispatch. A task is ready since its last dependency was completed, where
 * that is news, and else since the event that made it so: a label, an edit of the plan. What was ready before this process
 * first looked is not measured.
 *
 * @returns Seconds of each task that this pass dispatched for the first time, and what to hand to the next pass.
 */
export function dispatchDelays(
  before: ReadyMemory,
  { decision, outcomes, asked, ended }: SeenPass,
): { readonly seconds: readonly number[]; readonly memory: ReadyMemory } {
  const views = new Map(decision.tasks.map((view) => [view.task.id, view]));
  const readySince = (view: TaskView): number | undefined => {
    const { id } = view.task;
    if (before.since.has(id)) return before.since.get(id);
    if (before.looked === undefined) return undefined;
    const completed = view.task.dependencies.flatMap((name) => views.get(name)?.completedAt ?? []);
    const last = Math.max(...completed.map(millis));
    return last > before.looked ? last : asked;
  };
  const seconds = firstDispatches(decision, outcomes).flatMap((id) => {
    const view = views.get(id);
    const since = view && readySince(view);
    return since === undefined ? [] : [Math.max(0, ended - since) / 1_000];
  });
  const waiting = decision.tasks.filter(({ state }) => state === 'ready');
  const since = new Map(waiting.map((view) => [view.task.id, readySince(view)]));
  return { seconds, memory: { since, looked: ended } };
}

function firstDispatches({ effects }: Pick<Decision, 'effects'>, outcomes: EffectOutcomes): readonly TaskId[] {
  return effects.flatMap((effect) => {
    if (effect.kind !== 'dispatch' || outcomes.get(effect.key)?.kind !== 'applied') return [];
    const { task, attempt, slice } = effect.inputs;
    return attempt === 1 && slice === 1 ? [task] : [];
  });
}
