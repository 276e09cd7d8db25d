import { NEEDS, requireAccess, requireIssueAccess, requireVisible } from '../../access/permissions.ts';
import { readRef } from '../../git/refs.ts';
import { ApiError, unprocessable } from '../../model/errors.ts';
import { readNodeId } from '../../model/node-ids.ts';
import {
  type IssueRecord,
  isPullRequest,
  type LabelRecord,
  type PullRequest,
  type RepositoryRecord,
  type Viewer,
} from '../../model/records.ts';
import type { Context, Fields, Node } from './fields.ts';
import { gitObject } from './git-object.ts';

const MAX_NODES = 100;

export const Query: Fields<unknown> = {
  viewer: (_source, _args, { viewer }) => viewer.user,
  rateLimit: (_source, _args, context) => context,
  node: (_source, args: { readonly id: string }, context) => findNode(args.id, context),
  nodes: (_source, args: { readonly ids: readonly string[] }, context) => {
    // https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api names no number: GitHub's own words.
    const { length } = args.ids;
    if (length > MAX_NODES)
      throw unprocessable(`You may not provide more than ${MAX_NODES} node ids; you provided ${length}.`);
    return args.ids.map((id) => findNode(id, context));
  },
  repository: (_source, args: { readonly owner: string; readonly name: string }, { world, viewer }) => {
    const fullName = `${args.owner}/${args.name}`;
    const repository = world.store.repositories.get(fullName.toLowerCase());
    const missing = new ApiError(404, `Could not resolve to a Repository with the name '${fullName}'.`);
    if (!repository) throw missing;
    try {
      requireVisible(viewer, repository);
    } catch {
      // What one may not see is answered like what does not exist, in GraphQL's own words.
      throw missing;
    }
    return repository;
  },
  user: (_source, args: { readonly login: string }, { world }) => {
    const user = world.store.users.get(args.login.toLowerCase());
    if (!user) throw new ApiError(404, `Could not resolve to a User with the login of '${args.login}'.`);
    return user;
  },
};

/** The object with a global node id; NOT_FOUND for ids of nothing, FORBIDDEN for what the token does not cover. */
export async function findNode(id: string, context: Context): Promise<Node> {
  const found = await nodeOrNull(id, context);
  if (!found) throw new ApiError(404, `Could not resolve to a node with the global id of '${id}'`);
  return found;
}

async function nodeOrNull(id: string, context: Context): Promise<Node | null> {
  const parsed = readNodeId(id);
  if (!parsed) return null;
  const { kind, key } = parsed;
  if (kind === 'User' || kind === 'Bot' || kind === 'Organization') {
    return [...context.world.store.users.values()].find((user) => String(user.id) === key) ?? null;
  }
  for (const repository of context.world.store.repositories.values()) {
    const node = await nodeWithin(repository, { kind, key });
    if (!node) continue;
    checkReadable(context.viewer, { node, repository });
    return node;
  }
  return null;
}

async function nodeWithin(
  repository: RepositoryRecord,
  { kind, key }: { readonly kind: string; readonly key: string },
): Promise<Node | null> {
  const isIt = (record: { readonly id: number }) => String(record.id) === key;
  const [repositoryId, ...rest] = key.split(':');
  const isHere = repositoryId === String(repository.id);
  switch (kind) {
    case 'Repository':
      return isIt(repository) ? repository : null;
    case 'Issue':
      return repository.issues.find((issue) => isIt(issue) && !issue.pull) ?? null;
    case 'PullRequest':
      return repository.issues.find(({ pull }) => pull !== null && isIt(pull)) ?? null;
    case 'PullRequestReview':
      return repository.issues.flatMap(({ pull }) => pull?.reviews ?? []).find(isIt) ?? null;
    case 'Label':
      return repository.labels.find(isIt) ?? null;
    case 'IssueComment':
      return repository.issues.flatMap((issue) => issue.comments).find(isIt) ?? null;
    case 'IssueEvent':
      return repository.issues.flatMap((issue) => issue.events).find(isIt) ?? null;
    case 'Ref':
      return isHere ? readRef(repository, rest.join(':')) : null;
    case 'Commit':
    case 'Tree':
    case 'Blob':
      return isHere ? gitObject(repository, rest.join(':')) : null;
    default:
      return null;
  }
}

function checkReadable(
  viewer: Viewer,
  { node, repository }: { readonly node: Node; readonly repository: RepositoryRecord },
): void {
  requireVisible(viewer, repository);
  if (node.kind === 'Issue') requireIssueAccess(viewer, { issue: node, need: NEEDS.readIssues });
  if (node.kind === 'IssueComment') requireIssueAccess(viewer, { issue: node.issue, need: NEEDS.readIssues });
  if (node.kind === 'PullRequestReview') requireAccess(viewer, { repository, need: NEEDS.readPulls });
  if (node.kind === 'Ref' || node.kind === 'Commit' || node.kind === 'Blob')
    requireAccess(viewer, { repository, need: NEEDS.readContents });
}

export async function issueNode(id: string, context: Context): Promise<IssueRecord> {
  const node = await findNode(id, context);
  if (node.kind !== 'Issue' || node.pull) throw wrongKind(id, 'Issue');
  return node;
}

/** What has labels and comments: an issue or a pull request. */
export async function numberedNode(id: string, context: Context): Promise<IssueRecord> {
  const node = await findNode(id, context);
  if (node.kind !== 'Issue') throw wrongKind(id, 'Issue');
  return node;
}

/** A pull request as the last push left it. */
export async function pullNode(id: string, context: Context): Promise<PullRequest> {
  await context.world.settled();
  const node = await findNode(id, context);
  if (node.kind !== 'Issue' || !isPullRequest(node)) throw wrongKind(id, 'PullRequest');
  return node;
}

export async function repositoryNode(id: string, context: Context): Promise<RepositoryRecord> {
  const node = await findNode(id, context);
  if (node.kind !== 'Repository') throw wrongKind(id, 'Repository');
  return node;
}

export async function labelNodes(ids: readonly string[], context: Context): Promise<LabelRecord[]> {
  const nodes = await Promise.all(ids.map((id) => findNode(id, context)));
  return nodes.map((node, index) => {
    if (node.kind !== 'Label') throw wrongKind(ids[index] ?? '', 'Label');
    return node;
  });
}

export function wrongKind(id: string, kind: string): ApiError {
  return new ApiError(404, `Could not resolve to ${kind} node with the global id of '${id}'.`);
}
