import type { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SECRET, startReceiver } from '../support/receiver.ts';
import { octokitFor, startTown, type Town } from '../support/town.ts';

/** What the relations of issues tell, and to whom. */

const at = { owner: 'acme', repo: 'daw' };
let now = Date.UTC(2026, 2, 2, 9);
let town: Town;
let lead: Octokit;
let triager: Octokit;

beforeEach(async () => {
  town = await startTown({ clock: () => now });
  lead = octokitFor(town.github, town.lead.token);
  const { token } = town.github.createUser({ login: 'triager' });
  town.github.addCollaborator({ repository: 'acme/daw', login: 'triager', permission: 'triage' });
  triager = octokitFor(town.github, token);
});
afterEach(() => town.close());

const open = async (title: string) => (await lead.rest.issues.create({ ...at, title })).data;

const RELATIONS = `query ($id: ID!) { node(id: $id) { ... on Issue { updatedAt parent { number } timelineItems(last: 20) { nodes {
  __typename
  ... on BlockedByAddedEvent { actor { login } other: blockingIssue { number } }
  ... on BlockedByRemovedEvent { actor { login } other: blockingIssue { number } }
  ... on ParentIssueAddedEvent { actor { login } other: parent { number } }
  ... on ParentIssueRemovedEvent { actor { login } other: parent { number } }
  ... on SubIssueAddedEvent { actor { login } other: subIssue { number } }
  ... on SubIssueRemovedEvent { actor { login } other: subIssue { number } }
} } } } }`;

interface Told {
  readonly node: {
    readonly updatedAt: string;
    readonly parent: { readonly number: number } | null;
    readonly timelineItems: {
      readonly nodes: readonly {
        readonly __typename: string;
        readonly actor: { readonly login: string };
        readonly other: { readonly number: number } | null;
      }[];
    };
  };
}

async function told(issue: { readonly node_id: string }) {
  const { node } = await lead.graphql<Told>(RELATIONS, { id: issue.node_id });
  return {
    ...node,
    events: node.timelineItems.nodes.map(
      ({ __typename, actor, other }) => `${__typename} ${actor.login} ${other?.number ?? 'nothing'}`,
    ),
  };
}

test('moving a sub-issue to another parent tells of both, on every side, and who did it', async () => {
  const [first, second, child] = [await open('First'), await open('Second'), await open('Child')];
  await lead.rest.issues.addSubIssue({ ...at, issue_number: first.number, sub_issue_id: child.id });

  await triager.rest.issues.addSubIssue({
    ...at,
    issue_number: second.number,
    sub_issue_id: child.id,
    replace_parent: true,
  });

  expect((await told(child)).events).toEqual([
    'ParentIssueAddedEvent lead 1',
    'ParentIssueRemovedEvent triager 1',
    'ParentIssueAddedEvent triager 2',
  ]);
  expect((await told(first)).events).toEqual(['SubIssueAddedEvent lead 3', 'SubIssueRemovedEvent triager 3']);
  expect((await told(second)).events).toEqual(['SubIssueAddedEvent triager 3']);
});

test('no relation moves the moment at which an issue was changed', async () => {
  const [parent, child, blocker] = [await open('Parent'), await open('Child'), await open('Blocker')];
  const before = (await told(child)).updatedAt;
  now += 60_000;

  await lead.rest.issues.addSubIssue({ ...at, issue_number: parent.number, sub_issue_id: child.id });
  await lead.rest.issues.addBlockedByDependency({ ...at, issue_number: child.number, issue_id: blocker.id });

  expect((await told(child)).updatedAt).toBe(before);
  expect((await told(parent)).updatedAt).toBe(before);
});

test('an event of a relation shows nothing of an issue that the viewer may not see', async () => {
  await town.github.createRepository({ owner: 'acme', name: 'oil' });
  town.github.addCollaborator({ repository: 'acme/oil', login: 'triager', permission: 'triage' });
  const { data: blocker } = await triager.rest.issues.create({ owner: 'acme', repo: 'oil', title: 'Press' });
  const issue = await open('Oil');

  await triager.rest.issues.addBlockedByDependency({ ...at, issue_number: issue.number, issue_id: blocker.id });

  expect((await told(issue)).events).toEqual(['BlockedByAddedEvent triager nothing']);
});

test('webhooks tell each side of a relation under a name of its own', async () => {
  const receiver = await startReceiver();
  const { botLogin } = town.github.createApp({
    slug: 'ears',
    permissions: { issues: 'read', metadata: 'read' },
    events: ['issue_dependencies', 'sub_issues'],
    webhook: { url: receiver.url, secret: SECRET },
  });
  town.github.install('ears', 'acme/daw');
  const [issue, blocker] = [await open('Oil'), await open('Fetch')];
  await town.github.idle();
  receiver.received.length = 0;

  await lead.rest.issues.addBlockedByDependency({ ...at, issue_number: issue.number, issue_id: blocker.id });
  await lead.rest.issues.addSubIssue({ ...at, issue_number: issue.number, sub_issue_id: blocker.id });
  await town.github.idle();

  expect(botLogin).toBe('ears[bot]');
  expect(receiver.names()).toEqual([
    'issue_dependencies.blocked_by_added',
    'issue_dependencies.blocking_added',
    'sub_issues.parent_issue_added',
    'sub_issues.sub_issue_added',
  ]);
  expect(receiver.received[0]?.payload).toMatchObject({
    blocked_issue: { number: 1 },
    blocking_issue: { number: 2 },
    sender: { login: 'lead' },
    repository: { full_name: 'acme/daw' },
  });
  await receiver.close();
});
