import { appOf } from '../access/permissions.ts';
import type { EditRecord, IssueEventRecord, IssueRecord } from '../model/records.ts';
import type { Session, World } from '../world.ts';

/** What a change leaves behind, with the name of whoever made it. */

/** Every change of an issue moves `updated_at`, by which clients observe. */
export function touch(world: World, issue: IssueRecord): void {
  issue.updatedAt = Math.max(issue.updatedAt, world.clock());
}

/** Who edited a body, when, and what it was before. */
export function newEdit({ world, viewer }: Session, from: string): EditRecord {
  return {
    kind: 'UserContentEdit',
    id: world.store.nextId('edit'),
    editor: viewer.user,
    editedAt: world.clock(),
    from,
  };
}

export function recordEvent(
  session: Session,
  {
    issue,
    ...what
  }: Pick<IssueEventRecord, 'event'> &
    Partial<
      Pick<IssueEventRecord, 'label' | 'stateReason' | 'commit' | 'rename' | 'other' | 'deletedCommentAuthor'>
    > & { readonly issue: IssueRecord },
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
    rename: null,
    deletedCommentAuthor: null,
    ...what,
  });
}
