import { describe, expect, it } from 'vitest';
import { type Answer, askedOf, LOST, NOW, refusal, useGithub } from './support/github-mock.ts';
import { type Clock, client, job, task } from './support/under-test.ts';

/** What a task run asks of its issue, and how it closes it. */

const github = useGithub();

const UNCLEAR: readonly (readonly [string, Answer])[] = [
  ['a 502', refusal(502, 'Server Error')],
  ...Object.entries(LOST).map(([name, error]) => [name, error] as const),
];

describe('reading', () => {
  const bot = { __typename: 'Bot', login: 'waves' };
  const node = { id: 'I_2', number: 2, body: 'Do it.', state: 'OPEN', stateReason: null, author: bot, editor: null };
  const blocker = {
    number: 1,
    body: '',
    state: 'CLOSED',
    stateReason: 'COMPLETED',
    repository: { nameWithOwner: 'Acme/daw' },
  };
  const elsewhere = { ...blocker, state: 'OPEN', repository: { nameWithOwner: 'acme/other' } };
  const written = { body: 'By the app.', lastEditedAt: null, author: bot, editor: null };
  const maria = { __typename: 'User', login: 'maria' };
  const waves = [
    written,
    { ...written, body: 'Edited by a person.', lastEditedAt: '2026-03-02T09:00:00Z', editor: maria },
    { ...written, body: 'Edited by nobody knows whom.', lastEditedAt: '2026-03-02T09:00:00Z' },
    { ...written, body: 'By another app.', author: { ...bot, login: 'other' } },
  ];
  const issue = { ...node, blockedBy: { nodes: [elsewhere, blocker] } };
  const found = { id: 'R_1', defaultBranchRef: { name: 'main' }, issue, waves: { nodes: waves } };

  it('takes one request for the issue, what blocks it in this repository, and closed waves that the app alone wrote', async () => {
    github.answers('graphql ClaimTask', { body: { data: { repository: found } } });

    const issue = await task.readTaskIssue(client(), { job, issue: 2 });

    const { query, variables } = askedOf(github.requests[0]);
    await expect(`${query}\n`).toMatchFileSnapshot('golden/claim-task.graphql');
    expect(variables).toEqual({ owner: 'acme', name: 'daw', issue: 2 });
    expect(issue).toEqual({
      nodes: { repository: 'R_1', issue: 'I_2' },
      number: 2,
      body: 'Do it.',
      open: true,
      reason: undefined,
      defaultBranch: 'main',
      bots: ['waves[bot]'],
      blockedBy: [{ number: 1, body: '', open: false, reason: 'COMPLETED' }],
      waves: ['By the app.'],
    });
  });

  it('is done again after a lost answer', async () => {
    github.answers('graphql ClaimTask', refusal(502, 'Server Error'), { body: { data: { repository: found } } });

    expect(await task.readTaskIssue(client(), { job, issue: 2 })).toMatchObject({ number: 2 });

    expect(github.waits).toEqual([1]);
  });

  it('says which issue is not there', async () => {
    github.answers('graphql ClaimTask', { body: { data: { repository: { defaultBranchRef: null, issue: null } } } });

    await expect(task.readTaskIssue(client(), { job, issue: 2 })).rejects.toThrow('issue #2 is not in acme/daw');
  });

  it('says in GitHub’s words why it cannot be read', async () => {
    const message = 'Could not resolve to an issue or pull request with the number of 2.';
    const errors = [{ type: 'NOT_FOUND', path: ['repository', 'issue'], message }];
    github.answers('graphql ClaimTask', { body: { data: { repository: { issue: null } }, errors } });

    await expect(task.readTaskIssue(client(), { job, issue: 2 })).rejects.toThrow(message);
  });

  it('takes one request for all issues that no relation leads to, and leaves out those that are not there', async () => {
    github.answers('graphql ClaimDependencies', { body: { data: { repository: { i1: blocker, i7: null } } } });

    expect(await task.readIssues(client(), { job, numbers: [1, 7] })).toEqual([
      { number: 1, body: '', open: false, reason: 'COMPLETED' },
    ]);

    const { query, variables } = askedOf(github.requests[0]);
    expect(query).toContain('i1: issue(number: 1) { number body state stateReason }');
    expect(query).toContain('i7: issue(number: 7) { number body state stateReason }');
    expect(variables).toEqual({ owner: 'acme', name: 'daw' });
  });

  it('takes none where there are none to read', async () => {
    expect(await task.readIssues(client(), { job, numbers: [] })).toEqual([]);
  });
});

describe('closing', () => {
  const CLOSE = 'PATCH /repos/acme/daw/issues/2';

  /** A clock on which sleeping takes no time. */
  function newClock(): Clock {
    let now = NOW;
    const sleep = async (milliseconds: number) => {
      now += milliseconds;
    };
    return { now: () => now, elapsed: () => now, sleep };
  }

  const close = () => task.closeAsCompleted(client(), { job, issue: 2, clock: newClock() });

  it('is one request, that gives no reason: one that a person gave meanwhile stays', async () => {
    github.answers(CLOSE, { body: {} });

    await close();

    expect(github.requests).toMatchObject([{ route: CLOSE, headers: { 'x-github-api-version': '2022-11-28' } }]);
    expect(github.requests[0]?.body).toEqual({ state: 'closed' });
  });

  it.each(UNCLEAR)('is asked for again after %s: closing twice is closing once', async (_, answer) => {
    github.answers(CLOSE, answer, { body: {} });

    await close();

    expect(github.routes()).toEqual([CLOSE, CLOSE]);
  });

  it('is left to the next pass after eight seconds of lost answers', async () => {
    github.answers(CLOSE, ...Array.from({ length: 6 }, () => refusal(502, 'Server Error')));

    await expect(close()).rejects.toThrow('issue #2 could not be closed; the next pass closes it');
  });

  it('that GitHub refuses is asked for once', async () => {
    github.answers(CLOSE, refusal(410, 'This issue was deleted'));

    await expect(close()).rejects.toThrow('This issue was deleted');

    expect(github.routes()).toEqual([CLOSE]);
  });
});
