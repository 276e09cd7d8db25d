import { isVisible } from '../../access/permissions.ts';
import { issueHtmlUrl } from '../../bodies/issue.ts';
import { recordNodeId } from '../../model/node-ids.ts';
import type { CommentRecord, IssueEventRecord, IssueRecord } from '../../model/records.ts';
import { iso, second } from '../../model/time.ts';
import { connection, type PageArgs } from './connection.ts';
import { type Context, type Fields, typeName } from './fields.ts';
import { actorOf } from './people.ts';

/** What happened to an issue, and who did it. */

export function stateReason(reason: IssueRecord['stateReason'], enableDuplicate = false): string | null {
  if (reason === null) return null;
  return reason === 'duplicate' && !enableDuplicate ? 'NOT_PLANNED' : reason.toUpperCase();
}

/** Null where it is gone, or the viewer may not see it: the field is nullable in the published schema. */
function otherIssue({ other }: IssueEventRecord, _args: unknown, { viewer }: Context): IssueRecord | null {
  return other && isVisible(viewer, other.repository) && other.repository.issues.includes(other) ? other : null;
}

interface TimelineArgs extends PageArgs {
  readonly itemTypes?: readonly string[] | null;
  readonly since?: string | null;
}

/** `LabeledEvent` is asked for as `LABELED_EVENT`. */
function itemType(event: IssueEventRecord | CommentRecord): string {
  const name = event.kind === 'IssueComment' ? 'IssueComment' : typeName(event);
  const known = itemTypes.get(name) ?? name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
  itemTypes.set(name, known);
  return known;
}

/** By name of the type; there are few. */
const itemTypes = new Map<string, string>();

export function timelineItems(issue: IssueRecord, args: TimelineArgs) {
  const all = [...issue.comments, ...issue.events].sort((a, b) => a.createdAt - b.createdAt);
  const from = args.since ? second(Date.parse(args.since)) : 0;
  const items = all.filter(
    (item) => second(item.createdAt) >= from && (args.itemTypes?.includes(itemType(item)) ?? true),
  );
  const page = connection({ name: 'timelineItems', all: items, args, key: (item) => `${item.kind}:${item.id}` });
  return { ...page, filteredCount: items.length, pageCount: page.nodes.length, updatedAt: iso(issue.updatedAt) };
}

const eventFields: Fields<IssueEventRecord> = {
  id: recordNodeId,
  actor: (event) => actorOf(event.actor),
  createdAt: (event) => iso(event.createdAt),
};
const labelling: Fields<IssueEventRecord> = {
  ...eventFields,
  label: (event) => event.label,
  labelable: (event) => event.issue,
};
export const LabeledEvent = labelling;
export const UnlabeledEvent = labelling;
const stateChange: Fields<IssueEventRecord> = {
  ...eventFields,
  closable: (event) => event.issue,
  // The event's field takes no `enableDuplicate`, without which the issue's field answers NOT_PLANNED.
  stateReason: (event) => stateReason(event.stateReason),
};
export const ClosedEvent: Fields<IssueEventRecord> = {
  ...stateChange,
  url: (event, _args, { world }) => `${issueHtmlUrl(world.addresses, event.issue)}#event-${event.id}`,
};
export const ReopenedEvent = stateChange;
const blockedRelation: Fields<IssueEventRecord> = { ...eventFields, blockingIssue: otherIssue };
const blockingRelation: Fields<IssueEventRecord> = { ...eventFields, blockedIssue: otherIssue };
const parentRelation: Fields<IssueEventRecord> = { ...eventFields, parent: otherIssue };
const subIssueRelation: Fields<IssueEventRecord> = { ...eventFields, subIssue: otherIssue };
export const BlockedByAddedEvent = blockedRelation;
export const BlockedByRemovedEvent = blockedRelation;
export const BlockingAddedEvent = blockingRelation;
export const BlockingRemovedEvent = blockingRelation;
export const ParentIssueAddedEvent = parentRelation;
export const ParentIssueRemovedEvent = parentRelation;
export const SubIssueAddedEvent = subIssueRelation;
export const SubIssueRemovedEvent = subIssueRelation;
export const CommentDeletedEvent: Fields<IssueEventRecord> = {
  ...eventFields,
  databaseId: (event) => event.id,
  deletedCommentAuthor: (event) => event.deletedCommentAuthor,
};
export const LockedEvent: Fields<IssueEventRecord> = {
  ...eventFields,
  lockReason: () => null,
  lockable: (event) => event.issue,
};
export const UnlockedEvent: Fields<IssueEventRecord> = { ...eventFields, lockable: (event) => event.issue };
export const TransferredEvent: Fields<IssueEventRecord> = {
  ...eventFields,
  fromRepository: (event) => event.from,
  issue: (event) => event.issue,
};
export const RenamedTitleEvent: Fields<IssueEventRecord> = {
  ...eventFields,
  previousTitle: (event) => event.rename?.from ?? '',
  currentTitle: (event) => event.rename?.to ?? '',
  subject: (event) => event.issue,
};
