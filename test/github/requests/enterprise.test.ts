import { describe, expect, it } from 'vitest';
import { toFailure } from '../../../src/github/errors.ts';
import { graphql } from '../../../src/github/graphql.ts';
import type { TaskId } from '../../../src/plan/plan.ts';
import { ENTERPRISE, NOW, refusal, repository, useGithub } from './support/github-mock.ts';
import { applyEffects, client, job, processOf, task } from './support/under-test.ts';

/** A GitHub Enterprise Server: REST below /api/v3, GraphQL beside it at /api/graphql, and answers of its own age. */

const github = useGithub(ENTERPRISE);

const ask = (baseUrl = ENTERPRISE) =>
  graphql(client(baseUrl), { query: 'query Ask { viewer { login } }', variables: {} });

it.each([ENTERPRISE, `${ENTERPRISE}/`])('asks GraphQL beside the REST API at %s', async (baseUrl) => {
  github.answers('graphql Ask', { body: { data: { viewer: null } } });

  expect(await ask(baseUrl)).toMatchObject({ data: { viewer: null } });
});

it('makes a pass', async () => {
  github.answers('graphql Observe', repository(), repository());

  expect(await processOf(client(ENTERPRISE))()).toMatchObject({ kind: 'no-plan' });
});

it('lets a task run read its issue', async () => {
  const node = { number: 2, body: '', state: 'OPEN', stateReason: null, author: null, editor: null };
  const answer = { defaultBranchRef: { name: 'trunk' }, issue: { ...node, blockedBy: { nodes: [] } } };
  github.answers('graphql ClaimTask', { body: { data: { repository: answer } } });

  expect(await task.readTaskIssue(client(ENTERPRISE), { job, issue: 2 })).toMatchObject({
    number: 2,
    defaultBranch: 'trunk',
  });
});

it('dispatches by a route below /api/v3, and goes on without a run id after 204', async () => {
  github.answers('graphql Apply', { body: { data: { m0: {} } } });
  github.answers('POST /repos/acme/daw/actions/workflows/agent-task.yml/dispatches', { status: 204 });
  const inputs = { task: 'A' as TaskId, issue: 2, attempt: 1, slice: 1, dispatch: 4 };

  const outcomes = await applyEffects(
    [
      { kind: 'write-body', key: 'body:2', issue: 2, body: 'sent', reason: 'a test says so' },
      { kind: 'dispatch', key: 'dispatch:2', inputs, reason: 'a test says so' },
    ],
    { github: client(ENTERPRISE) },
  );

  expect(outcomes.get('dispatch:2')).toEqual({ kind: 'applied' });
});

describe('a limit that GraphQL tells with HTTP 200', () => {
  const limited = (seconds: number) => ({
    body: { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for user ID 1.' }] },
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1_000 + seconds) },
  });

  // The plugin that waits knows GraphQL by the path /graphql alone.
  it.each([20, 1_800])('for %i seconds is waited for by nobody, and is known as a limit', async (seconds) => {
    github.answers('graphql Ask', limited(seconds));

    expect(await ask().catch(toFailure)).toMatchObject({ kind: 'limited', status: 429, retryAfterS: 60 });

    expect(github.waits).toEqual([]);
  });

  it('is waited for once where it is a 403', async () => {
    const wait = { headers: { 'retry-after': '7' } };
    github.answers('graphql Ask', refusal(403, 'You have exceeded a secondary rate limit', wait), {
      body: { data: {} },
    });

    await ask();

    expect(github.waits).toEqual([7]);
  });
});

it('before 3.19 knows no dependencies between issues, and says so', async () => {
  const message = "Field 'blockedBy' doesn't exist on type 'Issue'";
  github.answers('graphql Observe', { body: { errors: [{ message }] } });

  const failure = await processOf(client(ENTERPRISE))().catch(toFailure);

  // What happens today: no pass can be made, though the bodies of issues name the dependencies as well.
  expect(failure).toMatchObject({ kind: 'refused', message: expect.stringContaining(message) });
});
