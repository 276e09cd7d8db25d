import type { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appOctokit, octokitFor, startTown, type Town } from '../support/town.ts';

/** Facts by which programs decide whom to believe: none of them is a constant. */

const at = { owner: 'acme', repo: 'daw' };
let now = Date.UTC(2026, 2, 2, 9);
let town: Town;
let lead: Octokit;

beforeEach(async () => {
  town = await startTown({ clock: () => now });
  lead = octokitFor(town.github, town.lead.token);
});
afterEach(() => town.close());

function join(login: string, permission: 'read' | 'triage' | 'write', customRole?: string): Octokit {
  const { token } = town.github.createUser({ login });
  town.github.addCollaborator({ repository: 'acme/daw', login, permission, ...(customRole && { customRole }) });
  return octokitFor(town.github, token);
}

interface Text {
  readonly author: { readonly login: string } | null;
  readonly editor: { readonly login: string } | null;
  readonly lastEditedAt: string | null;
  readonly includesCreatedEdit: boolean;
  readonly userContentEdits: { readonly nodes: readonly { readonly editor: { readonly login: string } | null }[] };
}

const TEXT = `author { login } editor { login } lastEditedAt includesCreatedEdit
  userContentEdits(first: 10) { nodes { editor { login } } }`;

async function textOf(id: string): Promise<Text> {
  const query = `query ($id: ID!) { node(id: $id) { ... on Issue { ${TEXT} } ... on IssueComment { ${TEXT} } } }`;
  return (await lead.graphql<{ node: Text }>(query, { id })).node;
}

test('a text names its last editor, not its author, and keeps who edited it before', async () => {
  const writer = join('writer', 'write');
  const { data: issue } = await join('author', 'read').rest.issues.create({
    ...at,
    title: 'Oil the mill',
    body: 'Now.',
  });
  const edit = (as: Octokit, body: string) => as.rest.issues.update({ ...at, issue_number: issue.number, body });

  const before = await textOf(issue.node_id);
  await edit(writer, 'Later.');
  await edit(lead, 'Never.');
  await edit(lead, 'Never.');
  await lead.rest.issues.update({ ...at, issue_number: issue.number, title: 'Oil the wheel' });
  const after = await textOf(issue.node_id);

  expect(before).toEqual({
    author: { login: 'author' },
    editor: null,
    lastEditedAt: null,
    includesCreatedEdit: false,
    userContentEdits: { nodes: [] },
  });
  expect([after.author?.login, after.editor?.login, after.includesCreatedEdit]).toEqual(['author', 'lead', true]);
  expect(after.userContentEdits.nodes.map(({ editor }) => editor?.login)).toEqual(['lead', 'writer', 'author']);
});

test('an edit within the second of a comment shows in lastEditedAt alone', async () => {
  const { data: issue } = await lead.rest.issues.create({ ...at, title: 'Oil the mill' });
  const { data: comment } = await lead.rest.issues.createComment({ ...at, issue_number: issue.number, body: 'Yes.' });
  now += 400;

  const { data: edited } = await join('second', 'write').rest.issues.updateComment({
    ...at,
    comment_id: comment.id,
    body: 'No.',
  });

  expect(edited.updated_at).toBe(comment.created_at);
  expect(await textOf(comment.node_id)).toMatchObject({
    author: { login: 'lead' },
    editor: { login: 'second' },
    lastEditedAt: '2026-03-02T09:00:00Z',
  });
});

test('a deleted account is nobody in GraphQL and ghost in REST, and its token is void', async () => {
  const guest = join('guest', 'write');
  const { data: issue } = await lead.rest.issues.create({ ...at, title: 'Oil the mill', body: 'Now.' });
  await guest.rest.issues.update({ ...at, issue_number: issue.number, body: 'Later.', state: 'closed' });
  const { data: comment } = await guest.rest.issues.createComment({ ...at, issue_number: issue.number, body: 'Done.' });

  town.github.deleteUser('guest');

  const { editor, lastEditedAt } = await textOf(issue.node_id);
  expect([editor, lastEditedAt !== null]).toEqual([null, true]);
  const { data: closed } = await lead.rest.issues.get({ ...at, issue_number: issue.number });
  const { data: said } = await lead.rest.issues.getComment({ ...at, comment_id: comment.id });
  expect([closed.closed_by?.login, said.user?.login]).toEqual(['ghost', 'ghost']);
  await expect(guest.rest.issues.get({ ...at, issue_number: issue.number })).rejects.toMatchObject({ status: 401 });
  const asked = lead.rest.repos.getCollaboratorPermissionLevel({ ...at, username: 'guest' });
  await expect(asked).rejects.toMatchObject({ status: 404 });
});

test('a renamed account is named by its new login for what it did before, and keeps its role', async () => {
  const guest = join('guest', 'write');
  const { data: issue } = await guest.rest.issues.create({ ...at, title: 'Oil the mill', body: 'Now.' });
  await guest.rest.issues.update({ ...at, issue_number: issue.number, state: 'closed' });

  town.github.renameUser('guest', 'host');

  const { data: closed } = await lead.rest.issues.get({ ...at, issue_number: issue.number });
  expect([closed.user?.login, closed.closed_by?.login]).toEqual(['host', 'host']);
  expect((await textOf(issue.node_id)).author?.login).toBe('host');
  const { data } = await lead.rest.repos.getCollaboratorPermissionLevel({ ...at, username: 'host' });
  expect(data.permission).toBe('write');
  const former = lead.rest.repos.getCollaboratorPermissionLevel({ ...at, username: 'guest' });
  await expect(former).rejects.toMatchObject({ status: 404 });
  await guest.rest.issues.update({ ...at, issue_number: issue.number, state: 'open' });
});

test('the permission endpoint maps custom roles to what they stand on, and says none of bots', async () => {
  join('maintainer', 'write', 'release-manager');
  join('helper', 'triage', 'triage-plus');
  const asked = async (username: string) => {
    const { data } = await lead.rest.repos.getCollaboratorPermissionLevel({ ...at, username });
    return [data.permission, data.role_name];
  };

  expect(await asked('maintainer')).toEqual(['write', 'release-manager']);
  expect(await asked('helper')).toEqual(['read', 'triage-plus']);
  expect(await asked('waves[bot]')).toEqual(['none', 'none']);
  expect(await asked('github-actions[bot]')).toEqual(['none', 'none']);
});

interface Changes {
  readonly node: {
    readonly timelineItems: {
      readonly nodes: readonly { readonly __typename: string; readonly actor: { readonly login: string } | null }[];
    };
  };
}

const CHANGES = `query ($id: ID!) { node(id: $id) { ... on Issue { timelineItems(last: 20) { nodes {
  __typename
  ... on LabeledEvent { actor { login } }
  ... on UnlabeledEvent { actor { login } }
  ... on ClosedEvent { actor { login } stateReason }
  ... on ReopenedEvent { actor { login } }
  ... on BlockedByAddedEvent { actor { login } blockingIssue { number } }
  ... on BlockedByRemovedEvent { actor { login } }
} } } } }`;

test('each change of an issue names who made it, those of relations too', async () => {
  const triager = join('triager', 'triage');
  await lead.rest.issues.createLabel({ ...at, name: 'later', color: 'ededed' });
  const { data: blocker } = await lead.rest.issues.create({ ...at, title: 'Fetch the oil' });
  const { data: issue } = await lead.rest.issues.create({ ...at, title: 'Oil the mill', labels: ['later'] });
  const issue_number = issue.number;

  await triager.rest.issues.addBlockedByDependency({ ...at, issue_number, issue_id: blocker.id });
  await triager.rest.issues.removeLabel({ ...at, issue_number, name: 'later' });
  await lead.rest.issues.update({ ...at, issue_number, state: 'closed' });
  await triager.rest.issues.update({ ...at, issue_number, state: 'open' });
  await lead.rest.issues.removeDependencyBlockedBy({ ...at, issue_number, issue_id: blocker.id });
  await triager.graphql(
    'mutation ($id: ID!) { closeIssue(input: { issueId: $id, stateReason: DUPLICATE }) { clientMutationId } }',
    {
      id: issue.node_id,
    },
  );

  const { node } = await lead.graphql<Changes>(CHANGES, { id: issue.node_id });
  expect(node.timelineItems.nodes.map(({ __typename, actor }) => `${__typename} ${actor?.login}`)).toEqual([
    'LabeledEvent lead',
    'BlockedByAddedEvent triager',
    'UnlabeledEvent triager',
    'ClosedEvent lead',
    'ReopenedEvent triager',
    'BlockedByRemovedEvent lead',
    'ClosedEvent triager',
  ]);
  // What the issue answers by `enableDuplicate` has no argument to be asked by here.
  expect(node.timelineItems.nodes.at(-1)).toMatchObject({ stateReason: 'NOT_PLANNED' });
});

const BLOCKERS = `query ($id: ID!) { node(id: $id) { ... on Issue {
  blockedBy(first: 10) { nodes { number repository { nameWithOwner } } }
} } }`;

test('an issue may be blocked by one of another repository, of which who may not see it sees null', async () => {
  await town.github.createRepository({ owner: 'acme', name: 'oil' });
  town.github.addCollaborator({ repository: 'acme/oil', login: 'lead', permission: 'write' });
  const { data: blocker } = await lead.rest.issues.create({ owner: 'acme', repo: 'oil', title: 'Press the olives' });
  const { data: issue } = await lead.rest.issues.create({ ...at, title: 'Oil the mill' });
  await lead.rest.issues.addBlockedByDependency({ ...at, issue_number: issue.number, issue_id: blocker.id });
  const { data: token } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    installation_id: town.installationId,
  });
  const seenBy = async (client: Octokit) =>
    (await client.graphql<{ node: { blockedBy: { nodes: unknown } } }>(BLOCKERS, { id: issue.node_id })).node.blockedBy
      .nodes;

  expect([issue.number, blocker.number]).toEqual([1, 1]);
  expect(await seenBy(lead)).toEqual([{ number: 1, repository: { nameWithOwner: 'acme/oil' } }]);
  expect(await seenBy(octokitFor(town.github, token.token))).toEqual([null]);
});

test('nodes takes a hundred ids, and says null of what is gone', async () => {
  const { data: issue } = await lead.rest.issues.create({ ...at, title: 'Oil the mill' });
  const { data: comment } = await lead.rest.issues.createComment({ ...at, issue_number: issue.number, body: 'Yes.' });
  await lead.rest.issues.deleteComment({ ...at, comment_id: comment.id });
  const ask = (ids: readonly string[]) => lead.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });

  await expect(ask([issue.node_id, comment.node_id])).rejects.toMatchObject({
    data: { nodes: [{ id: issue.node_id }, null] },
    errors: [{ type: 'NOT_FOUND' }],
  });
  await expect(ask(Array(101).fill(issue.node_id))).rejects.toThrow(/more than 100 node ids; you provided 101/);
});
