import type { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { octokitFor, startTown, type Town } from '../support/town.ts';

/** Issues that are deleted, or live elsewhere by now. */

const at = { owner: 'acme', repo: 'daw' };
let town: Town;
let lead: Octokit;

beforeEach(async () => {
  town = await startTown();
  lead = octokitFor(town.github, town.lead.token);
});
afterEach(() => town.close());

function join(login: string, permission: 'triage' | 'write' | 'maintain'): Octokit {
  const { token } = town.github.createUser({ login });
  town.github.addCollaborator({ repository: 'acme/daw', login, permission });
  return octokitFor(town.github, token);
}

const open = async (title: string) => (await lead.rest.issues.create({ ...at, title })).data;

const DELETE = 'mutation ($id: ID!) { deleteIssue(input: { issueId: $id }) { repository { nameWithOwner } } }';
const BY_NUMBER =
  'query ($number: Int!) { repository(owner: "acme", name: "daw") { issue(number: $number) { number repository { nameWithOwner } } } }';

test('a deleted issue is gone in every interface, with what was related to it, and its number is not given again', async () => {
  const [blocker, child, issue] = [await open('Fetch'), await open('Rub'), await open('Oil')];
  await lead.rest.issues.addBlockedByDependency({ ...at, issue_number: issue.number, issue_id: blocker.id });
  await lead.rest.issues.addSubIssue({ ...at, issue_number: issue.number, sub_issue_id: child.id });

  await lead.graphql(DELETE, { id: issue.node_id });

  await expect(lead.rest.issues.get({ ...at, issue_number: issue.number })).rejects.toMatchObject({ status: 410 });
  await expect(lead.rest.issues.get({ ...at, issue_number: 9 })).rejects.toMatchObject({ status: 404 });
  await expect(lead.graphql(BY_NUMBER, { number: issue.number })).rejects.toMatchObject({
    errors: [{ type: 'NOT_FOUND' }],
  });
  await expect(lead.rest.issues.getParent({ ...at, issue_number: child.number })).rejects.toMatchObject({
    status: 404,
  });
  const { data: blocking } = await lead.rest.issues.listDependenciesBlocking({ ...at, issue_number: blocker.number });
  expect(blocking).toEqual([]);
  expect((await open('Next')).number).toBe(issue.number + 1);
});

test.each(['triage', 'write', 'maintain'] as const)('who has the role %s deletes none', async (role) => {
  const issue = await open('Oil');

  const deleting = join('helper', role).graphql(DELETE, { id: issue.node_id });

  await expect(deleting).rejects.toMatchObject({ errors: [{ type: 'FORBIDDEN' }] });
  expect(town.github.issuesReport('acme/daw')).toHaveLength(1);
});

test('a transferred issue has another number elsewhere, and is followed there by its former one', async () => {
  const { id } = await town.github.createRepository({ owner: 'acme', name: 'oil' });
  town.github.addCollaborator({ repository: 'acme/oil', login: 'lead', permission: 'write' });
  await lead.rest.issues.create({ owner: 'acme', repo: 'oil', title: 'Press' });
  const issue = await open('Oil');
  await lead.rest.issues.createComment({ ...at, issue_number: issue.number, body: 'Now.' });
  const { data: to } = await lead.rest.repos.get({ owner: 'acme', repo: 'oil' });

  await lead.graphql(
    'mutation ($issueId: ID!, $repositoryId: ID!) { transferIssue(input: { issueId: $issueId, repositoryId: $repositoryId }) { issue { number } } }',
    { issueId: issue.node_id, repositoryId: to.node_id },
  );

  expect(to.id).toBe(id);
  expect(await lead.graphql(BY_NUMBER, { number: issue.number })).toEqual({
    repository: { issue: { number: 2, repository: { nameWithOwner: 'acme/oil' } } },
  });
  expect(town.github.issuesReport('acme/daw')).toEqual([]);
  expect(town.github.issuesReport('acme/oil')[1]).toMatchObject({
    title: 'Oil',
    comments_list: [{ body: 'Now.' }],
  });
});
