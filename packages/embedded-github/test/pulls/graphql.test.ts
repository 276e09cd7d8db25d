import type { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { appOctokit, branch, git, octokitFor, startTown, type Town } from '../support/town.ts';

const at = { owner: 'acme', repo: 'daw' };
let town: Town;
let lead: Octokit;
let app: Octokit;
let repositoryId: string;

beforeAll(async () => {
  town = await startTown();
  lead = octokitFor(town.github, town.lead.token);
  const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    installation_id: town.installationId,
  });
  app = octokitFor(town.github, data.token);
  repositoryId = (await app.rest.repos.get(at)).data.node_id;
});
beforeEach(() => town.github.setSettings('acme/daw', { autoMerge: true }));
afterAll(() => town.close());

interface Shown {
  readonly id: string;
  readonly number: number;
  readonly [field: string]: unknown;
}

async function open(headRefName: string, baseRefName = 'main'): Promise<Shown & { readonly sha: string }> {
  const sha = await branch(town, headRefName, { [`${headRefName}.txt`]: '1' });
  const { createPullRequest } = await app.graphql<{ createPullRequest: { pullRequest: Shown } }>(
    'mutation ($input: CreatePullRequestInput!) { createPullRequest(input: $input) { pullRequest { id number } } }',
    { input: { repositoryId, title: `Land ${headRefName}`, headRefName, baseRefName } },
  );
  return { ...createPullRequest.pullRequest, sha };
}

/** Runs a mutation that takes one pull request and gives it back. */
async function change(name: string, input: Record<string, unknown>, as = app): Promise<Shown> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { pullRequest { id number state merged } } }`;
  const data = await as.graphql<Record<string, { pullRequest: Shown }>>(query, { input });
  const shown = data[name]?.pullRequest;
  if (!shown) throw new Error(`${name} gave no pull request`);
  return shown;
}

async function show(number: number, fields: string): Promise<Record<string, unknown>> {
  const query = `{ repository(owner: "acme", name: "daw") { pullRequest(number: ${number}) { ${fields} } } }`;
  return (await lead.graphql<{ repository: { pullRequest: Record<string, unknown> } }>(query)).repository.pullRequest;
}

const checked = (sha: string, conclusion: 'success' | 'failure' = 'success') =>
  app.rest.checks.create({ ...at, name: 'ci', head_sha: sha, conclusion });

describe('a pull request', () => {
  test('is read with its state, its head, its checks and its merge', async () => {
    const { id, number, sha } = await open('read');
    await checked(sha);
    const fields = `state merged headRefOid headRefName isDraft changedFiles reviewDecision
      author { __typename login } mergeable mergeStateStatus autoMergeRequest { mergeMethod }
      commits(last: 1) { totalCount nodes { commit { oid statusCheckRollup { state contexts(first: 5) {
        nodes { __typename ... on CheckRun { name conclusion isRequired(pullRequestNumber: ${number}) } } } } } } }`;
    const before = await show(number, fields);

    expect(before).toEqual({
      ...{ state: 'OPEN', merged: false, headRefOid: sha, headRefName: 'read', isDraft: false, changedFiles: 1 },
      ...{ reviewDecision: null, mergeable: 'UNKNOWN', mergeStateStatus: 'UNKNOWN', autoMergeRequest: null },
      author: { __typename: 'Bot', login: 'waves' },
      commits: {
        totalCount: 1,
        nodes: [
          {
            commit: {
              oid: sha,
              statusCheckRollup: {
                state: 'SUCCESS',
                contexts: {
                  nodes: [{ __typename: 'CheckRun', name: 'ci', conclusion: 'SUCCESS', isRequired: false }],
                },
              },
            },
          },
        ],
      },
    });
    expect(await show(number, 'mergeable mergeStateStatus')).toEqual({
      ...{ mergeable: 'MERGEABLE', mergeStateStatus: 'CLEAN' },
    });
    await change('mergePullRequest', { pullRequestId: id, mergeMethod: 'SQUASH', expectedHeadOid: sha });
    expect(await show(number, 'state merged mergeCommit { oid } mergedBy { login }')).toEqual({
      ...{ state: 'MERGED', merged: true, mergedBy: { login: 'waves' } },
      mergeCommit: { oid: await git(town.repository.gitDir, 'rev-parse', 'main') },
    });
  });

  test('is found by its branches and states, and is no issue', async () => {
    const { id, number } = await open('found');
    await change('updatePullRequest', { pullRequestId: id, title: 'Renamed', body: 'More' });
    await change('closePullRequest', { pullRequestId: id });
    const { repository } = await lead.graphql<{ repository: Record<string, { nodes: Shown[] }> }>(
      `{ repository(owner: "acme", name: "daw") {
        closed: pullRequests(first: 5, states: [CLOSED], headRefName: "found") { nodes { number title } }
        open: pullRequests(first: 5, states: [OPEN], headRefName: "found", baseRefName: "main") { nodes { number } }
        issues(first: 100) { nodes { number } } } }`,
    );

    expect(repository.closed?.nodes).toEqual([{ number, title: 'Renamed' }]);
    expect([repository.open?.nodes, repository.issues?.nodes]).toEqual([[], []]);
    const { issueOrPullRequest } = (
      await lead.graphql<{ repository: { issueOrPullRequest: { __typename: string } } }>(
        `{ repository(owner: "acme", name: "daw") { issueOrPullRequest(number: ${number}) { __typename } } }`,
      )
    ).repository;
    expect(issueOrPullRequest.__typename).toBe('PullRequest');
    expect((await change('reopenPullRequest', { pullRequestId: id })).state).toBe('OPEN');
  });

  test('takes labels, comments and reviews by its own id, and an issue’s mutation does not take it', async () => {
    const { id, number } = await open('reviewed');
    await app.graphql(
      'mutation ($id: ID!) { addComment(input: { subjectId: $id, body: "Done" }) { clientMutationId } }',
      {
        id,
      },
    );
    await lead.graphql(
      'mutation ($id: ID!) { addPullRequestReview(input: { pullRequestId: $id, event: APPROVE }) { pullRequestReview { state } } }',
      { id },
    );
    const closing = app.graphql('mutation ($id: ID!) { closeIssue(input: { issueId: $id }) { issue { id } } }', { id });

    await expect(closing).rejects.toMatchObject({ errors: [{ type: 'NOT_FOUND' }] });
    expect(
      await show(number, 'reviewDecision comments(first: 5) { totalCount } reviews(first: 5) { nodes { state } }'),
    ).toEqual({ reviewDecision: 'APPROVED', comments: { totalCount: 1 }, reviews: { nodes: [{ state: 'APPROVED' }] } });
  });

  test('shows what a reviewer wrote beside its lines', async () => {
    const { number } = await open('commented');
    const comments = [
      { path: 'commented.txt', line: 1, side: 'RIGHT', body: 'Which way?' },
      { path: 'commented.txt', line: 2, side: 'RIGHT', body: 'And then?' },
    ];
    await lead.rest.pulls.createReview({ ...at, pull_number: number, event: 'REQUEST_CHANGES', comments });
    await lead.rest.pulls.createReview({ ...at, pull_number: number, event: 'COMMENT', body: 'Nothing beside lines' });
    const fields = 'totalCount nodes { path line body author { login } commit { oid } pullRequestReview { state } }';

    const { reviews } = await show(number, `reviews(first: 5) { nodes { comments(first: 1) { ${fields} } } }`);

    expect(reviews).toEqual({
      nodes: [
        {
          comments: {
            totalCount: 2,
            nodes: [
              {
                ...{ path: 'commented.txt', line: 1, body: 'Which way?', author: { login: 'lead' } },
                commit: { oid: await git(town.repository.gitDir, 'rev-parse', 'commented') },
                pullRequestReview: { state: 'CHANGES_REQUESTED' },
              },
            ],
          },
        },
        { comments: { totalCount: 0, nodes: [] } },
      ],
    });
    await expect(show(number, 'reviews(first: 5) { nodes { comments { totalCount } } }')).rejects.toThrow(
      'You must provide a `first` or `last` value to properly paginate the `comments` connection.',
    );
  });

  test('is not merged at another head than expected', async () => {
    const { id } = await open('moved');
    const merging = change('mergePullRequest', { pullRequestId: id, expectedHeadOid: '1'.repeat(40) });

    await expect(merging).rejects.toMatchObject({
      errors: [{ type: 'UNPROCESSABLE', message: 'Head branch was modified. Review and try the merge again.' }],
    });
  });
});

describe('auto-merge', () => {
  test('is refused where the setting is off, and where nothing is pending', async () => {
    const { id } = await open('nothing-pending');
    const enable = () => change('enablePullRequestAutoMerge', { pullRequestId: id, mergeMethod: 'SQUASH' });

    await expect(enable()).rejects.toMatchObject({
      errors: [{ type: 'UNPROCESSABLE', message: 'Pull request Pull request is in clean status' }],
    });
    town.github.setSettings('acme/daw', { autoMerge: false });
    await expect(enable()).rejects.toThrow('Auto merge is not allowed for this repository');
  });

  test('merges in the name of who enabled it once approval and checks are there', async () => {
    await git(town.work, 'push', '--quiet', 'origin', 'origin/main:refs/heads/guarded');
    town.github.protect('acme/daw', { branch: 'guarded', pullRequest: { approvals: 1 }, requiredChecks: ['ci'] });
    const { id, number, sha } = await open('auto', 'guarded');
    await change('enablePullRequestAutoMerge', { pullRequestId: id, mergeMethod: 'SQUASH', commitHeadline: 'Auto' });
    await checked(sha);
    await town.github.idle();
    expect(await show(number, 'state autoMergeRequest { mergeMethod commitHeadline }')).toEqual({
      ...{ state: 'OPEN', autoMergeRequest: { mergeMethod: 'SQUASH', commitHeadline: 'Auto' } },
    });

    await lead.rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' });

    expect(await show(number, 'state mergedBy { login } mergeCommit { messageHeadline }')).toEqual({
      ...{ state: 'MERGED', mergedBy: { login: 'waves' }, mergeCommit: { messageHeadline: 'Auto' } },
    });
  });

  test('goes off again when it is disabled', async () => {
    const { id, number } = await open('off', 'guarded');
    await change('enablePullRequestAutoMerge', { pullRequestId: id });
    await change('disablePullRequestAutoMerge', { pullRequestId: id });

    expect(await show(number, 'autoMergeRequest { mergeMethod }')).toEqual({ autoMergeRequest: null });
    await expect(change('disablePullRequestAutoMerge', { pullRequestId: id })).rejects.toThrow("Can't disable");
  });
});
