import { activeViews } from '../../state/active-tasks.ts';
import type { Situation } from '../../state/situation.ts';
import type { TrackedIssues } from '../../state/tracked-issues.ts';
import type { Effect } from './effect.ts';

type Input = Pick<Situation, 'tracked' | 'tasks'> & {
  /** As the bodies say. */
  readonly matched: TrackedIssues;
};

/**
 * What earlier runs of a task reported, folded once a later one has reported: a person finds one failure there, and all
 * attempts in the body. It is known from the record that forgets the comment in the same request, so that it happens once.
 */
export function minimizeReports(input: Input): readonly Effect[] {
  return activeViews(input).flatMap(({ task, issue, record }) => {
    const before = input.matched.tasks.get(task.id)?.record.history ?? [];
    if (issue === undefined || !before.some(({ comment }) => comment !== undefined)) return [];
    const kept = new Set(record.history.map(({ comment }) => comment));
    return before.flatMap(({ comment, dispatch }): readonly Effect[] =>
      comment === undefined || kept.has(comment)
        ? []
        : [
            {
              kind: 'minimize-comment',
              key: `minimize:${issue}:${dispatch}`,
              issue,
              comment,
              reason: 'a later run has reported',
            },
          ],
    );
  });
}
