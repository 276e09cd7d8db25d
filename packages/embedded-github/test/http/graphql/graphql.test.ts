import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphqlRoute } from '../../../src/http/graphql/execute.ts';
import { appOctokit, git, octokitFor, startTown, type Town } from '../../support/town.ts';

interface Answer {
  readonly data: Record<string, never> | null;
  readonly errors?: readonly { readonly type?: string; readonly path?: readonly string[]; readonly message: string }[];
}

let town: Town;
let token: string;

beforeAll(async () => {
  town = await startTown();
  const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    installation_id: town.installationId,
  });
  token = data.token;
});
afterAll(() => town.close());

async function ask(query: string, variables: Record<string, unknown> = {}, as = token): Promise<Answer> {
  const response = await town.github.fetch(town.github.graphqlUrl, {
    method: 'POST',
    headers: { authorization: `bearer ${as}` },
    body: JSON.stringify({ query, variables }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

/** What a root field holds; its shape is what the query asked for. */
function held<T>(data: Answer['data'], field: string): T {
  if (!data?.[field]) throw new Error(`The answer holds no ${field}: ${JSON.stringify(data)}`);
  return data[field];
}

async function repositoryId(): Promise<string> {
  const { repository } = await octokitFor(town.github, token).graphql<{ repository: { id: string } }>(
    '{ repository(owner: "acme", name: "daw") { id } }',
  );
  return repository.id;
}

async function newIssue(title: string, more: Record<string, unknown> = {}): Promise<{ id: string; number: number }> {
  const { data } = await ask(
    'mutation ($input: CreateIssueInput!) { createIssue(input: $input) { issue { id number } } }',
    {
      input: { repositoryId: await repositoryId(), title, ...more },
    },
  );
  return held<{ issue: { id: string; number: number } }>(data, 'createIssue').issue;
}

test('an issue is made with parent and labels in one mutation and read back with its relations', async () => {
  const labels = await ask(
    'mutation ($r: ID!) { createLabel(input: { repositoryId: $r, name: "agent-waves:task", color: "ededed" }) { label { id } } }',
    { r: await repositoryId() },
  );
  const labelId = held<{ label: { id: string } }>(labels.data, 'createLabel').label.id;
  const [parent, blocker] = [await newIssue('Wave'), await newIssue('Blocker')];
  const child = await newIssue('Task', { parentIssueId: parent.id, labelIds: [labelId], body: 'Do it' });
  await ask(
    'mutation ($a: ID!, $b: ID!) { addBlockedBy(input: { issueId: $a, blockingIssueId: $b }) { issue { number } blockingIssue { number } } }',
    { a: child.id, b: blocker.id },
  );

  const { data, errors } = await ask(
    `query ($n: Int!) { repository(owner: "acme", name: "daw") { issue(number: $n) {
      body state stateReason author { __typename login } authorAssociation
      parent { number } blockedBy(first: 5) { nodes { number } } labels(first: 5) { nodes { name } }
      timelineItems(itemTypes: [LABELED_EVENT], last: 5) { nodes { ... on LabeledEvent { actor { login } label { name } } } } } } }`,
    { n: child.number },
  );

  expect(errors).toBeUndefined();
  expect(data?.repository).toEqual({
    issue: {
      body: 'Do it',
      state: 'OPEN',
      stateReason: null,
      // GraphQL names a bot without the suffix that REST appends.
      author: { __typename: 'Bot', login: 'waves' },
      authorAssociation: 'NONE',
      parent: { number: parent.number },
      blockedBy: { nodes: [{ number: blocker.number }] },
      labels: { nodes: [{ name: 'agent-waves:task' }] },
      timelineItems: { nodes: [{ actor: { login: 'waves' }, label: { name: 'agent-waves:task' } }] },
    },
  });
});

test('of several mutations some may fail while the others hold', async () => {
  const issue = await newIssue('Partly');
  const { data, errors } = await ask(
    `mutation Apply($id: ID!) {
      a: addComment(input: { subjectId: $id, body: "one" }) { commentEdge { node { databaseId } } }
      b: addComment(input: { subjectId: "I_nothing", body: "two" }) { commentEdge { node { databaseId } } }
      c: closeIssue(input: { issueId: $id, stateReason: NOT_PLANNED }) { issue { state stateReason } } }`,
    { id: issue.id },
  );

  expect(data?.b).toBeNull();
  expect(data?.c).toEqual({ issue: { state: 'CLOSED', stateReason: 'NOT_PLANNED' } });
  expect(errors).toEqual([expect.objectContaining({ type: 'NOT_FOUND', path: ['b'] })]);
});

test('a token without the permission is told so by type, and nothing is written', async () => {
  const issue = await newIssue('Untouched');
  const narrow = await appOctokit(town).rest.apps.createInstallationAccessToken({
    installation_id: town.installationId,
    permissions: { issues: 'read', metadata: 'read' },
  });

  const { data, errors } = await ask(
    'mutation ($id: ID!) { closeIssue(input: { issueId: $id }) { issue { state } } }',
    { id: issue.id },
    narrow.data.token,
  );

  expect(data).toEqual({ closeIssue: null });
  expect(errors).toMatchObject([{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }]);
});

test('issues are filtered by all labels of filterBy, by state and by the second of their last change', async () => {
  const id = await repositoryId();
  const make = async (name: string) => {
    const { data } = await ask(
      'mutation ($r: ID!, $n: String!) { createLabel(input: { repositoryId: $r, name: $n, color: "ededed" }) { label { id } } }',
      { r: id, n: name },
    );
    return held<{ label: { id: string } }>(data, 'createLabel').label.id;
  };
  const [x, y] = [await make('x'), await make('y')];
  const [both, one] = [await newIssue('Both', { labelIds: [x, y] }), await newIssue('One', { labelIds: [x] })];
  const numbers = async (args: string) => {
    const { data } = await ask(
      `{ repository(owner: "acme", name: "daw") { issues(first: 50, ${args}) { nodes { number } } } }`,
    );
    return held<{ issues: { nodes: { number: number }[] } }>(data, 'repository').issues.nodes.map(
      (issue) => issue.number,
    );
  };

  expect(await numbers('filterBy: { labels: ["x", "y"] }')).toEqual([both.number]);
  expect(await numbers('labels: ["x", "y"]')).toEqual([both.number, one.number]);
  expect(await numbers('labels: ["x"], states: [CLOSED]')).toEqual([]);
  expect(await numbers('filterBy: { labels: ["x"], since: "2999-01-01T00:00:00Z" }')).toEqual([]);
});

test('pages follow one another by cursor', async () => {
  const page = async (after: string | null) => {
    const { data } = await ask(
      'query ($a: String) { repository(owner: "acme", name: "daw") { issues(first: 2, after: $a) { totalCount nodes { number } pageInfo { hasNextPage endCursor } } } }',
      { a: after },
    );
    return held<{
      issues: {
        totalCount: number;
        nodes: { number: number }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    }>(data, 'repository').issues;
  };
  const seen: number[] = [];
  let next = await page(null);
  for (; next.pageInfo.hasNextPage; next = await page(next.pageInfo.endCursor))
    seen.push(...next.nodes.map((issue) => issue.number));
  seen.push(...next.nodes.map((issue) => issue.number));

  expect(seen).toEqual(Array.from({ length: next.totalCount }, (_, index) => index + 1));
});

const COMMIT = `mutation Commit($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid message } ref { name } } }`;

test('a commit on a branch holds its files; on a moved head it is refused as stale', async () => {
  const head = await git(town.repository.gitDir, 'rev-parse', 'main');
  const input = (headline: string) => ({
    branch: { repositoryNameWithOwner: 'acme/daw', branchName: 'main' },
    expectedHeadOid: head,
    message: { headline, body: '[skip ci]' },
    fileChanges: {
      additions: [{ path: 'docs/PROGRESS.md', contents: Buffer.from('half\n').toString('base64') }],
      deletions: [{ path: 'README.md' }],
    },
  });

  const first = await ask(COMMIT, { input: input('Progress') });
  const second = await ask(COMMIT, { input: input('Progress again') });

  expect(first.data?.createCommitOnBranch).toMatchObject({
    commit: { message: 'Progress\n\n[skip ci]' },
    ref: { name: 'main' },
  });
  expect(await git(town.repository.gitDir, 'show', 'main:docs/PROGRESS.md')).toBe('half');
  expect(await git(town.repository.gitDir, 'ls-tree', '--name-only', 'main')).not.toContain('README.md');
  expect(second.errors).toMatchObject([{ type: 'STALE_DATA', path: ['createCommitOnBranch'] }]);
});

test('refs move together from where they are expected, or not at all', async () => {
  const head = await git(town.repository.gitDir, 'rev-parse', 'main');
  const update = async (refUpdates: readonly Record<string, unknown>[]) =>
    ask('mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }', {
      input: { repositoryId: await repositoryId(), refUpdates },
    });
  const none = '0'.repeat(40);

  const made = await update([{ name: 'refs/agent-waves/claims/1', beforeOid: none, afterOid: head }]);
  const refused = await update([
    { name: 'refs/agent-waves/claims/2', beforeOid: none, afterOid: head },
    { name: 'refs/agent-waves/claims/1', beforeOid: none, afterOid: head },
  ]);

  expect(made.errors).toBeUndefined();
  expect(refused.errors).toHaveLength(1);
  expect(await git(town.repository.gitDir, 'for-each-ref', '--format=%(refname)', 'refs/agent-waves')).toBe(
    'refs/agent-waves/claims/1',
  );
});

test('a field that is not embedded is named instead of being null', async () => {
  const { errors } = await ask('{ repository(owner: "acme", name: "daw") { stargazerCount } }');

  expect(errors).toMatchObject([{ message: 'not embedded: Repository.stargazerCount' }]);
});

test('a connection without bounds and a field that the schema lacks are refused', async () => {
  const unbounded = await ask('{ repository(owner: "acme", name: "daw") { issues { totalCount } } }');
  const unknown = await ask('{ repository(owner: "acme", name: "daw") { wishes } }');

  expect(unbounded.errors?.[0]?.message).toContain('`first` or `last`');
  expect(unknown.errors?.[0]?.message).toContain('Cannot query field "wishes"');
});

test.each([
  ['query Observe { viewer { login } }', 'graphql Observe'],
  ['{ viewer { login } }', 'graphql'],
  [
    'mutation Apply { a: updateIssue(input: {}) { issue { id } } b: addComment(input: {}) { subject { id } } c: updateIssue(input: {}) { issue { id } } }',
    'graphql Apply: addComment, updateIssue',
  ],
  ['nonsense {', 'graphql'],
])('the log calls %s %s', (query, route) => {
  expect(graphqlRoute({ query })).toBe(route);
});
