import type { Decision } from '../decide/effects/effect.ts';
import { byWave } from '../state/by-wave.ts';
import type { TaskState } from '../state/task-view.ts';

/** States between which a task moves by itself, in a moment or in hours: that it does is no news of its own. */
const MOVING: readonly TaskState[] = ['blocked', 'ready', 'running', 'retrying'];

/**
 * What is told at once, as text to compare: that a run ended, what is done, lost, held or needs a person, that work on a
 * wave has begun, and what stops the plan. What only moves in between is told with the next of these.
 */
export function milestonesIn({ tasks, notice = '' }: Pick<Decision, 'tasks' | 'notice'>): string {
  const reached = tasks.map(({ task, state, record: { history } }) => {
    const ended = history.at(-1)?.dispatch ?? 0;
    return `${task.id} ${ended}${MOVING.includes(state) ? '' : ` ${state}`}`;
  });
  const begun = [...byWave(tasks)].flatMap(([wave, views]) =>
    views.some(({ record }) => record.dispatch > 0) ? [wave] : [],
  );
  return [notice, begun.join(), ...reached].join('\n');
}
