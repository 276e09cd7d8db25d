import type { IssueRecord } from '../../../packages/embedded-github/src/model/records.ts';
import { LABEL } from '../../../src/state/names.ts';

/** The person who may write. */
export const WRITER = 'lead';

/** Since when the plan is paused by a person who has not taken that back, whatever others did to the label (epoch ms). */
export function pausedSince(issues: readonly IssueRecord[]): number | undefined {
  const plan = issues.find(({ labels }) => [...labels].some(({ name }) => name === LABEL.plan));
  const last = plan?.events.findLast(
    ({ event, label, actor }) =>
      (event === 'labeled' || event === 'unlabeled') && label?.name === LABEL.pause && actor.login === WRITER,
  );
  if (last?.event !== 'labeled') return undefined;
  const isTakenBack = issues.some(({ comments }) =>
    comments.some(
      ({ author, body, createdAt }) =>
        author.login === WRITER && createdAt >= last.createdAt && body.includes('/resume'),
    ),
  );
  return isTakenBack ? undefined : last.createdAt;
}
