import { readFileSync } from 'node:fs';
import { buildASTSchema, type GraphQLSchema, parse } from 'graphql';

/** What GitHub's GraphQL reference has and the published schema of the package lacks. */
const LAGGING = `
extend type Issue {
  blockedBy(after: String, before: String, first: Int, last: Int): IssueConnection!
  blocking(after: String, before: String, first: Int, last: Int): IssueConnection!
  issueDependenciesSummary: IssueDependenciesSummary!
}
extend union IssueTimelineItems = BlockedByAddedEvent | BlockedByRemovedEvent | BlockingAddedEvent | BlockingRemovedEvent
extend enum IssueTimelineItemsItemType {
  BLOCKED_BY_ADDED_EVENT
  BLOCKED_BY_REMOVED_EVENT
  BLOCKING_ADDED_EVENT
  BLOCKING_REMOVED_EVENT
}
type BlockedByAddedEvent implements Node { actor: Actor, blockingIssue: Issue, createdAt: DateTime!, id: ID! }
type BlockedByRemovedEvent implements Node { actor: Actor, blockingIssue: Issue, createdAt: DateTime!, id: ID! }
type BlockingAddedEvent implements Node { actor: Actor, blockedIssue: Issue, createdAt: DateTime!, id: ID! }
type BlockingRemovedEvent implements Node { actor: Actor, blockedIssue: Issue, createdAt: DateTime!, id: ID! }
type IssueDependenciesSummary {
  blockedBy: Int!
  blocking: Int!
  totalBlockedBy: Int!
  totalBlocking: Int!
}
extend type Mutation {
  addBlockedBy(input: AddBlockedByInput!): AddBlockedByPayload
  removeBlockedBy(input: RemoveBlockedByInput!): RemoveBlockedByPayload
}
input AddBlockedByInput { clientMutationId: String, issueId: ID!, blockingIssueId: ID! }
input RemoveBlockedByInput { clientMutationId: String, issueId: ID!, blockingIssueId: ID! }
type AddBlockedByPayload { clientMutationId: String, issue: Issue, blockingIssue: Issue }
type RemoveBlockedByPayload { clientMutationId: String, issue: Issue, blockingIssue: Issue }
`;

/** GitHub's published schema. */
export const schema = buildSchema();

function buildSchema(): GraphQLSchema {
  // The package exports its index only; the schema lies beside it.
  const file = new URL('schema.graphql', import.meta.resolve('@octokit/graphql-schema'));
  const source = readFileSync(file, 'utf8') + LAGGING;
  // The published schema is valid: checking it again would cost more than everything else here.
  return buildASTSchema(parse(source, { noLocation: true }), { assumeValid: true, assumeValidSDL: true });
}
