import { reach } from '../../plan/graph.ts';
import type { TaskId } from '../../plan/plan.ts';
import { activeViews } from '../../state/active-tasks.ts';
import { isOver } from '../../state/satisfied.ts';
import type { Situation } from '../../state/situation.ts';
import type { TaskView } from '../../state/task-view.ts';
import { startAnswer } from '../../text/starts.ts';
import type { FoldedState } from '../fold/fold-events.ts';
import type { Comment } from './effect.ts';

/** Whoever starts a single task learns once what that started, whether by a label or by `/start`. */
export function answerStarts({
  graph,
  tasks,
  tracked,
  folded,
}: Pick<Situation, 'graph' | 'tasks' | 'tracked'> & { readonly folded: FoldedState }): readonly Comment[] {
  const viewOf = (id: TaskId) => tasks[graph.places.get(id) ?? -1];
  return activeViews({ tracked, tasks }).flatMap((view): readonly Comment[] => {
    const { issue, task, record } = view;
    const before = folded.tracked.tasks.get(task.id)?.record.startAnswered;
    if (issue === undefined || record.startAnswered === undefined || record.startAnswered === before) return [];
    const needed = reach(task.id, (id) => {
      const at = viewOf(id);
      return at && !isOver(at) ? at.task.dependencies : undefined;
    });
    const needs = tasks.filter((other: TaskView) => needed.has(other.task.id) && !isOver(other));
    return [
      {
        kind: 'comment',
        key: `started:${issue}:${record.startAnswered}`,
        issue,
        body: startAnswer(view, needs),
        reason: 'a person started it',
      },
    ];
  });
}
