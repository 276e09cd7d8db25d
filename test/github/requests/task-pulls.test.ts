import { describe, expect, it } from 'vitest';
import { type Answer, askedOf, LOST, NOW, type Reply, refusal, useGithub } from './support/github-mock.ts';
import { client, job, task } from './support/under-test.ts';

/** The pull request of a task: found or opened, and merged. None of it is sent twice without a look. */

const github = useGithub();

const FIND = 'GET /repos/acme/daw/pulls';
const OPEN = 'POST /repos/acme/daw/pulls';
const EDIT = 'PATCH /repos/acme/daw/pulls/31';
const MERGE = 'PUT /repos/acme/daw/pulls/31/merge';
const LOOK = 'GET /repos/acme/daw/pulls/31';

const HEAD = 'a'.repeat(40);
const from = { branch: 'agent-waves/task/A', base: 'main' };
const shown = { number: 31, node_id: 'PR_31', head: { sha: HEAD } };
const pull = { number: 31, nodeId: 'PR_31', head: HEAD };

const UNCLEAR: readonly (readonly [string, Answer])[] = [
  ['a 502', refusal(502, 'Server Error')],
  ...Object.entries(LOST).map(([name, error]) => [name, error] as const),
];

describe('opening', () => {
  const text = { title: 'A: First', body: 'What was done.' };
  const open = () => task.openPullRequest(client(), { job, ...from, ...text });

  it('looks for the open one from this branch to that base', async () => {
    github.answers(FIND, { body: [shown] });
    github.answers(EDIT, { body: shown });

    expect(await open()).toEqual(pull);

    expect(github.routes()).toEqual([FIND, EDIT]);
    expect(github.requests[0]).toMatchObject({
      query: { state: 'open', head: 'acme:agent-waves/task/A', base: 'main', per_page: '1' },
      headers: { 'x-github-api-version': '2022-11-28' },
    });
  });

  it('opens one where it finds none', async () => {
    github.answers(FIND, { body: [] });
    github.answers(OPEN, { status: 201, body: shown });

    expect(await open()).toEqual(pull);

    expect(github.routes()).toEqual([FIND, OPEN]);
    expect(github.requests[1]).toMatchObject({ headers: { 'x-github-api-version': '2022-11-28' } });
    expect(github.requests[1]?.body).toEqual({ head: 'agent-waves/task/A', base: 'main', ...text });
  });

  it('brings the text of an open one up to date, and sends that again after a lost answer', async () => {
    github.answers(FIND, { body: [shown] });
    github.answers(EDIT, refusal(502, 'Server Error'), { body: shown });

    expect(await open()).toEqual(pull);

    expect(github.routes()).toEqual([FIND, EDIT, EDIT]);
    expect(github.requests[2]?.body).toEqual(text);
  });

  it.each(UNCLEAR)('finds what it opened after %s', async (_, answer) => {
    github.answers(FIND, { body: [] }, { body: [shown] });
    github.answers(OPEN, answer);

    expect(await open()).toEqual(pull);

    expect(github.routes()).toEqual([FIND, OPEN, FIND]);
  });

  it.each(UNCLEAR)('opens no second one after %s, even where the first is not to be seen', async (_, answer) => {
    github.answers(FIND, { body: [] }, { body: [] });
    github.answers(OPEN, answer);

    await expect(open()).rejects.toThrow();

    expect(github.routes()).toEqual([FIND, OPEN, FIND]);
  });

  it.each([
    [403, 'GitHub Actions is not permitted to create or approve pull requests.'],
    [422, 'Validation Failed'],
    [404, 'Not Found'],
  ])('throws as GitHub refuses by %i', async (status, message) => {
    github.answers(FIND, { body: [] });
    github.answers(OPEN, refusal(status, message));

    await expect(open()).rejects.toThrow(message);

    expect(github.routes()).toEqual([FIND, OPEN]);
  });
});

describe('merging', () => {
  const merge = () =>
    task.mergePullRequest(client(), { job, number: 31, head: HEAD, title: 'A: First', message: 'What was done.' });

  it('squashes the verified head under our own message', async () => {
    github.answers(MERGE, { body: { sha: 'b'.repeat(40), merged: true } });

    expect(await merge()).toEqual({ kind: 'merged', commit: 'b'.repeat(40) });

    expect(github.requests[0]).toMatchObject({ headers: { 'x-github-api-version': '2022-11-28' } });
    expect(github.requests[0]?.body).toEqual({
      sha: HEAD,
      merge_method: 'squash',
      commit_title: 'A: First',
      commit_message: 'What was done.',
    });
  });

  const moved = { kind: 'moved' };
  const ANSWERS: readonly (readonly [number, string, object])[] = [
    [409, 'Head branch was modified. Review and try the merge again.', moved],
    [405, 'Base branch was modified. Review and try the merge again.', moved],
    [405, 'Pull Request is not mergeable', { kind: 'refused' }],
    [405, 'At least 1 approving review is required by reviewers with write access.', { kind: 'refused' }],
    [405, 'Repository rule violations found\n\nChanges must be made through the merge queue', { kind: 'refused' }],
    [403, 'Resource not accessible by integration', { kind: 'refused' }],
    [422, 'Validation Failed', { kind: 'refused' }],
  ];

  it.each(ANSWERS)('%i "%s" is asked for once and told apart', async (status, message, answer) => {
    github.answers(MERGE, refusal(status, message));

    const words = { words: expect.stringContaining(message) };
    expect(await merge()).toEqual({ ...answer, ...(answer === moved ? {} : words) });

    expect([github.routes(), github.waits]).toEqual([[MERGE], []]);
  });

  it.each([
    [404, 'Not Found'],
    [410, 'Gone'],
    [451, 'Repository access blocked'],
  ])('throws at %i, which is no rule that somebody set', async (status, message) => {
    github.answers(MERGE, refusal(status, message));

    await expect(merge()).rejects.toThrow(message);
  });

  it.each(UNCLEAR)('looks after %s, and finds it merged', async (_, answer) => {
    github.answers(MERGE, answer);
    github.answers(LOOK, { body: { merged: true, merge_commit_sha: 'b'.repeat(40) } });

    expect(await merge()).toEqual({ kind: 'merged', commit: 'b'.repeat(40) });

    expect(github.requests[1]).toMatchObject({ route: LOOK, headers: { 'x-github-api-version': '2022-11-28' } });
  });

  it.each(UNCLEAR)(
    'looks after %s, and has the work brought onto the base again where it was not',
    async (_, answer) => {
      github.answers(MERGE, answer);
      github.answers(LOOK, { body: { merged: false, merge_commit_sha: null } });

      expect(await merge()).toEqual(moved);

      expect(github.routes()).toEqual([MERGE, LOOK]);
    },
  );

  it('takes a limit of half an hour for a rule of the repository', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1_000 + 1_800) };
    const message = 'API rate limit exceeded for installation ID 1.';
    github.answers(MERGE, refusal(403, message, { headers }));

    // What happens today: people are asked about a rule that does not exist.
    expect(await merge()).toEqual({ kind: 'refused', words: expect.stringContaining(message) });
  });
});

describe('merging once reviews and checks are there', () => {
  const ask = () => task.enableAutoMerge(client(), { nodeId: 'PR_31', title: 'A: First', message: 'What was done.' });
  const agreed: Reply = { body: { data: { enablePullRequestAutoMerge: { clientMutationId: null } } } };

  it('is one mutation', async () => {
    github.answers('graphql MergeWhenReady', agreed);

    expect(await ask()).toBeUndefined();

    const { query, variables } = askedOf(github.requests[0]);
    await expect(`${query}\n`).toMatchFileSnapshot('golden/merge-when-ready.graphql');
    expect(variables).toEqual({ pull: 'PR_31', title: 'A: First', message: 'What was done.' });
  });

  it.each([
    ['UNPROCESSABLE', 'Pull request Pull request is in clean status'],
    ['UNPROCESSABLE', 'Pull request Auto merge is not allowed for this repository'],
    ['FORBIDDEN', 'Resource not accessible by integration'],
  ])('is not done for the reason that GitHub gives as %s: %s', async (type, message) => {
    const errors = [{ type, path: ['enablePullRequestAutoMerge'], message }];
    github.answers('graphql MergeWhenReady', { body: { data: { enablePullRequestAutoMerge: null }, errors } });

    expect(await ask()).toContain(message);
  });

  it('is asked for again after a lost answer: agreeing twice is agreeing once', async () => {
    github.answers('graphql MergeWhenReady', refusal(502, 'Server Error'), agreed);

    expect(await ask()).toBeUndefined();

    expect(github.waits).toEqual([1]);
  });
});
