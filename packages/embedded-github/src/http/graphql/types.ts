import { checkMutations } from './check-mutations.ts';
import * as checks from './checks.ts';
import { UserContentEdit } from './edits.ts';
import type { Context, Fields, Resolver } from './fields.ts';
import * as git from './git.ts';
import { gitMutations } from './git-mutations.ts';
import { issueMutations } from './issue-mutations.ts';
import * as issues from './issues.ts';
import { Query } from './nodes.ts';
import * as people from './people.ts';
import { pullMutations } from './pull-mutations.ts';
import * as pulls from './pulls.ts';
import { Repository } from './repositories.ts';
import { PullRequestReview } from './reviews.ts';
import * as timeline from './timeline.ts';

const { User, Organization, Bot, RateLimit } = people;
const { Ref, Commit, Tree, Blob } = git;
const { Issue, IssueComment, Label, Reaction } = issues;
const { LabeledEvent, UnlabeledEvent, ClosedEvent, ReopenedEvent, RenamedTitleEvent, CommentDeletedEvent } = timeline;
const { BlockedByAddedEvent, BlockedByRemovedEvent, BlockingAddedEvent, BlockingRemovedEvent } = timeline;
const { LockedEvent, UnlockedEvent, TransferredEvent } = timeline;
const { ParentIssueAddedEvent, ParentIssueRemovedEvent, SubIssueAddedEvent, SubIssueRemovedEvent } = timeline;

export type TypeFields = Fields<never>;

/** Fields by type. Each type's fields take its own kind of record, which typeName distinguishes. */
export const TYPES = {
  Query,
  Mutation: { ...issueMutations, ...gitMutations, ...pullMutations, ...checkMutations },
  User,
  Organization,
  Bot,
  RateLimit,
  Repository,
  Ref,
  Commit,
  Tree,
  Blob,
  Issue,
  IssueComment,
  Label,
  Reaction,
  LabeledEvent,
  UnlabeledEvent,
  ClosedEvent,
  ReopenedEvent,
  RenamedTitleEvent,
  BlockedByAddedEvent,
  BlockedByRemovedEvent,
  BlockingAddedEvent,
  BlockingRemovedEvent,
  ParentIssueAddedEvent,
  ParentIssueRemovedEvent,
  SubIssueAddedEvent,
  SubIssueRemovedEvent,
  LockedEvent,
  UnlockedEvent,
  TransferredEvent,
  UserContentEdit,
  CommentDeletedEvent,
  PullRequest: pulls.PullRequest,
  PullRequestReview,
  MergeQueueEntry: pulls.MergeQueueEntry,
  CheckRun: checks.CheckRun,
  StatusContext: checks.StatusContext,
} as Readonly<Record<string, TypeFields>>;

/** What a field is asked of. */
export interface AskedField {
  readonly source: unknown;
  readonly name: string;
  /** Name of the type whose field it is. */
  readonly of: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly context: Context;
}

/** @param fields Of the type of the source. @throws for a field that nobody has written, rather than being null in silence. */
export function resolve(fields: TypeFields | undefined, { source, name, of, args, context }: AskedField): unknown {
  const resolver: Resolver<never> | undefined = fields?.[name];
  if (resolver) return resolver(source as never, args as never, context);
  if (isPayload(source) && name in source) {
    const value = source[name];
    // A field of a plain value that takes arguments is a function of them.
    return typeof value === 'function' ? value(args) : value;
  }
  throw new Error(`not embedded: ${of}.${name}`);
}

/** Mutation payloads, connections and other plain values; records have a kind and are read by their type's fields. */
function isPayload(source: unknown): source is Readonly<Record<string, unknown>> {
  return typeof source === 'object' && source !== null && !('kind' in source);
}
