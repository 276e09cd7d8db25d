import { execute, GraphQLError, type GraphQLFieldResolver, type GraphQLTypeResolver } from 'graphql';
import { ApiError } from '../../model/errors.ts';
import type { Session } from '../../world.ts';
import { checkMutations } from './check-mutations.ts';
import * as checks from './checks.ts';
import { problemsOf, readDocument } from './documents.ts';
import { UserContentEdit } from './edits.ts';
import { type Context, type Fields, type Node, type Resolver, typeName } from './fields.ts';
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

/** Fields by type. Each type's fields take its own kind of record, which typeName distinguishes. */
const TYPES = {
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
} as Readonly<Record<string, Fields<never>>>;

/** A field that nobody has written fails by name, rather than being null in silence. */
const resolveField: GraphQLFieldResolver<unknown, Context> = (source, args, context, info) => {
  const resolver: Resolver<never> | undefined = TYPES[info.parentType.name]?.[info.fieldName];
  if (resolver) return resolver(source as never, args as never, context);
  if (isPayload(source) && info.fieldName in source) {
    const value = source[info.fieldName];
    // A field of a plain value that takes arguments is a function of them.
    return typeof value === 'function' ? value(args) : value;
  }
  throw new Error(`not embedded: ${info.parentType.name}.${info.fieldName}`);
};

/** Mutation payloads, connections and other plain values; records have a kind and are read by their type's fields. */
function isPayload(source: unknown): source is Readonly<Record<string, unknown>> {
  return typeof source === 'object' && source !== null && !('kind' in source);
}

const resolveType: GraphQLTypeResolver<Node, Context> = (value) => typeName(value);

interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
}

/** Executes a GraphQL request. Failures come as `errors`, beside the data of the fields that held. */
export async function executeGraphql(
  session: Session,
  body: Readonly<Record<string, unknown>>,
): Promise<GraphqlAnswer> {
  if (session.viewer.kind === 'app')
    throw new ApiError(401, 'A JSON web token cannot be used for GraphQL; use an installation token.');
  const document = readDocument(body.query);
  if (document instanceof GraphQLError) return { errors: [document.toJSON()] };
  // Loaded with the first query: building it takes a quarter of a second.
  const { schema } = await import('./schema.ts');
  const problems = problemsOf(document, schema);
  if (problems.length > 0) return { errors: problems.map((problem) => problem.toJSON()) };
  const result = await execute({
    schema,
    document,
    contextValue: { ...session, shown: new Map() } satisfies Context,
    variableValues: typeof body.variables === 'object' && body.variables !== null ? { ...body.variables } : {},
    operationName: typeof body.operationName === 'string' ? body.operationName : null,
    fieldResolver: resolveField,
    typeResolver: resolveType,
  });
  return {
    ...(result.data !== undefined && { data: result.data }),
    ...(result.errors && { errors: result.errors.map(formatError) }),
  };
}

function formatError(error: GraphQLError): unknown {
  const cause = error.originalError;
  const { message, path, locations } = error.toJSON();
  if (!(cause instanceof ApiError)) return { message, path, locations };
  const reasons = (cause.errors ?? []).map((each) =>
    typeof each === 'string' ? each : (each.message ?? `${each.field} ${each.code}`),
  );
  return { type: cause.type, path, locations, message: reasons.length > 0 ? reasons.join(', ') : message };
}

/** `graphql Observe`, and for mutations what they do: `graphql Apply: addComment, updateIssue`. */
export function graphqlRoute(body: Readonly<Record<string, unknown>>): string {
  const document = readDocument(body.query);
  if (document instanceof GraphQLError) return 'graphql';
  const operations = document.definitions.filter((each) => each.kind === 'OperationDefinition');
  const operation = operations.find((each) => each.name?.value === body.operationName) ?? operations[0];
  const name = operation?.name ? `graphql ${operation.name.value}` : 'graphql';
  if (operation?.operation !== 'mutation') return name;
  const fields = operation.selectionSet.selections.flatMap((each) => (each.kind === 'Field' ? [each.name.value] : []));
  return `${name}: ${[...new Set(fields)].sort().join(', ')}`;
}
