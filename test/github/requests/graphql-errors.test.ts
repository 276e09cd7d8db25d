import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/decide/effects/effect.ts';
import { toFailure } from '../../../src/github/errors.ts';
import { graphql } from '../../../src/github/graphql.ts';
import { ONCE } from '../../../src/github/octokit.ts';
import { refusal, repository, useGithub } from './support/github-mock.ts';
import { applyEffects, client, processOf } from './support/under-test.ts';

/** GraphQL tells most failures with HTTP 200 and `errors`, beside whatever held. */

const github = useGithub();

const WENT_WRONG =
  'Something went wrong while executing your query. Please include `1A2B:3C4D` when reporting this issue.';

function ask(request?: typeof ONCE) {
  const query = 'query Ask($login: String!) { user(login: $login) { id } }';
  return graphql(client(), { query, variables: { login: 'lead' }, ...(request ? { request } : {}) });
}

it('sends query and variables as they are, and reads GitHub’s clock', async () => {
  github.answers('graphql Ask', { body: { data: { user: null } }, headers: { date: 'Mon, 02 Mar 2026 09:00:05 GMT' } });

  const answer = await ask();

  expect(github.requests[0]?.body).toEqual({
    query: 'query Ask($login: String!) { user(login: $login) { id } }',
    variables: { login: 'lead' },
  });
  expect(answer).toEqual({ data: { user: null }, errors: [], date: Date.UTC(2026, 2, 2, 9, 0, 5) });
});

it('keeps what held beside the errors of what did not', async () => {
  const errors = [
    { type: 'NOT_FOUND', path: ['user'], message: "Could not resolve to a User with the login of 'lead'." },
  ];
  github.answers('graphql Ask', { body: { data: { user: null }, errors } });

  expect(await ask()).toMatchObject({ data: { user: null }, errors });
});

describe('an answer without data', () => {
  it.each([
    ['FORBIDDEN', 'Resource not accessible by integration'],
    ['NOT_FOUND', "Could not resolve to a Repository with the name 'acme/daw'."],
    ['INSUFFICIENT_SCOPES', 'Your token has not been granted the required scopes to execute this query.'],
    [undefined, "Field 'blockedBy' doesn't exist on type 'Issue'"],
  ])('of type %s is a refusal in GitHub’s words, asked once', async (type, message) => {
    github.answers('graphql Ask', { body: { data: null, errors: [{ ...(type ? { type } : {}), message }] } });

    const failure = await ask().catch(toFailure);

    expect(failure).toEqual({
      kind: 'refused',
      status: 422,
      message: `GitHub answered the GraphQL request with: ${message}`,
    });
    expect([github.routes(), github.waits]).toEqual([['graphql Ask'], []]);
  });

  it('joins the words of several errors', async () => {
    github.answers('graphql Ask', { body: { errors: [{ message: 'One' }, { message: 'Two' }] } });

    await expect(ask()).rejects.toThrow('GitHub answered the GraphQL request with: One; Two');
  });

  it('is a refusal with its status where the token is no good', async () => {
    github.answers('graphql Ask', refusal(401, 'Bad credentials'));

    expect(await ask().catch(toFailure)).toMatchObject({ kind: 'refused', status: 401 });
    expect(github.routes()).toEqual(['graphql Ask']);
  });
});

describe('GitHub ran out of time within a query', () => {
  const wentWrong = { body: { data: null, errors: [{ message: WENT_WRONG }] } };

  it('asks again', async () => {
    github.answers('graphql Ask', wentWrong, { body: { data: { user: null } } });

    expect(await ask()).toMatchObject({ data: { user: null } });

    expect(github.waits).toEqual([1]);
  });

  it('gives up at the fourth time, and leaves open what was carried out', async () => {
    github.answers('graphql Ask', wentWrong, wentWrong, wentWrong, wentWrong);

    expect(await ask().catch(toFailure)).toEqual({ kind: 'ambiguous', status: 500, message: WENT_WRONG });

    expect(github.waits).toEqual([1, 4, 9]);
  });

  it('sends a write once', async () => {
    github.answers('graphql Ask', wentWrong);

    expect(await ask(ONCE).catch(toFailure)).toMatchObject({ kind: 'ambiguous', status: 500 });

    expect([github.routes(), github.waits]).toEqual([['graphql Ask'], []]);
  });
});

describe('a batch of mutations', () => {
  const label: Effect = {
    kind: 'create-label',
    key: 'label',
    name: 'wave:1',
    color: 'ffffff',
    description: '',
    reason: 'a test says so',
  };
  const comment: Effect = { kind: 'comment', key: 'comment', issue: 2, body: 'It failed.', reason: 'a test says so' };
  const reaction: Effect = {
    kind: 'react',
    key: 'reaction',
    comment: 'IC_9',
    content: 'EYES',
    reason: 'a test says so',
  };
  const FORBIDDEN = { type: 'FORBIDDEN', path: ['m1'], message: 'Resource not accessible by integration' };

  it('may succeed in part: each effect has the outcome of its own mutation', async () => {
    const data = { m0: { label: { id: 'LA_1', name: 'wave:1' } }, m1: null, m2: { reaction: { content: 'EYES' } } };
    github.answers('graphql Apply', { body: { data, errors: [FORBIDDEN] } });

    const outcomes = await applyEffects([label, comment, reaction]);

    expect(Object.fromEntries(outcomes)).toEqual({
      label: { kind: 'applied' },
      comment: { kind: 'failed', why: 'Resource not accessible by integration', isFinal: true },
      reaction: { kind: 'applied' },
    });
    expect(github.routes()).toEqual(['graphql Apply']);
  });

  it('tells an effect whose payload is null without an error that there was no answer', async () => {
    github.answers('graphql Apply', { body: { data: { m0: { label: { id: 'LA_1', name: 'wave:1' } }, m1: null } } });

    const outcomes = await applyEffects([label, comment]);

    expect(outcomes.get('comment')).toEqual({ kind: 'failed', why: 'no answer' });
  });

  it('counts a mutation with an error as failed even where it has a payload', async () => {
    const unprocessable = { type: 'UNPROCESSABLE', path: ['m1', 'clientMutationId'], message: 'Body is too long' };
    github.answers('graphql Apply', { body: { data: { m0: {}, m1: {} }, errors: [unprocessable] } });

    const outcomes = await applyEffects([label, comment]);

    expect(outcomes.get('comment')).toEqual({ kind: 'failed', why: 'Body is too long', isFinal: true });
  });

  it('fails as a whole where GitHub refuses the request', async () => {
    github.answers('graphql Apply', { body: { data: null, errors: [{ message: 'Unknown type CreateLabelInput' }] } });

    const outcomes = await applyEffects([label, comment]);

    expect([...outcomes.values()].map(({ kind }) => kind)).toEqual(['failed', 'failed']);
  });

  it('does not keep what only REST can do from being done', async () => {
    github.answers('graphql Apply', refusal(502, 'Server Error'));
    github.answers('POST /repos/acme/daw/actions/runs/77/cancel', { status: 202, body: {} });

    const outcomes = await applyEffects([
      comment,
      { kind: 'cancel-run', key: 'cancel', run: 77, reason: 'a test says so' },
    ]);

    expect(outcomes.get('cancel')).toEqual({ kind: 'applied' });
  });
});

describe('a pass', () => {
  it('says which repository cannot be read, in GitHub’s words', async () => {
    const message = "Could not resolve to a Repository with the name 'acme/daw'.";
    const errors = [{ type: 'NOT_FOUND', path: ['repository'], message }];
    github.answers('graphql Observe', { body: { data: { repository: null }, errors } });

    await expect(processOf()()).rejects.toThrow(`acme/daw cannot be read: ${message}`);
  });

  it('says that a repository without commits wants a push first', async () => {
    github.answers('graphql Observe', repository({ defaultBranchRef: null }));

    await expect(processOf()()).rejects.toThrow('acme/daw has no commits: push the plan to its default branch first');
  });
});
