import { appOf } from '../access/permissions.ts';
import type { IssueEventRecord, IssueRecord } from '../model/records.ts';
import type { Session } from '../world.ts';

/** Enters what somebody did into the history of an issue. */
export function recordEvent(
  session: Session,
  {
    issue,
    ...what
  }: Pick<IssueEventRecord, 'event'> &
    Partial<
      Pick<IssueEventRecord, 'label' | 'stateReason' | 'commit' | 'rename' | 'other' | 'from' | 'deletedCommentAuthor'>
    > & {
      readonly issue: IssueRecord;
    },
): void {
  const { world, viewer } = session;
  issue.events.push({
    kind: 'IssueEvent',
    id: world.store.nextId('event'),
    issue,
    actor: viewer.user,
    createdAt: world.clock(),
    label: null,
    stateReason: null,
    commit: null,
    viaApp: appOf(viewer),
    other: null,
    from: null,
    rename: null,
    deletedCommentAuthor: null,
    ...what,
  });
}
