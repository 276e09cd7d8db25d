import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { TaskId } from '../../../src/plan/plan.ts';
import type { Result } from '../../../src/state/result.ts';
import { type Answer, askedOf, LOST, NOW, refusal, useGithub } from './support/github-mock.ts';
import { client, job, task } from './support/under-test.ts';

/** How a task run tells of its result: a comment, and the check run beside its commit. */

const github = useGithub();

const REPORT = 'graphql Report';
const POST = 'POST /repos/acme/daw/issues/2/comments';
const LOOK = 'GET /repos/acme/daw/issues/2/comments';

const result: Result = {
  task: 'A' as TaskId,
  issue: 2,
  attempt: 3,
  slice: 1,
  dispatch: 4,
  run: 501,
  outcome: 'completed',
  commit: 'a'.repeat(40),
  summary: 'Done.',
  agent: { type: 'claude', model: 'opus' },
  checks: [
    { name: 'compile', status: 'passed' },
    { name: 'test', status: 'flaky' },
    { name: 'lint', status: 'absent' },
    { name: 'progress', status: 'waiting' },
  ],
};
const nodes = { repository: 'R_1', issue: 'I_2' };
const post = (more: Partial<Result> = {}) => task.postResult(client(), { job, nodes, result: { ...result, ...more } });

const BOTH = { comment: { clientMutationId: null }, check: { clientMutationId: null } };
const HELD: Answer = { body: { data: BOTH } };
const UNCLEAR: readonly (readonly [string, Answer])[] = [
  ['a 502', refusal(502, 'Server Error')],
  ['an answer of which nobody knows what it is about', { body: { data: null, errors: [{ message: 'Oops' }] } }],
  ...Object.entries(LOST).map(([name, error]) => [name, error] as const),
];

const printed: string[] = [];
beforeEach(() => {
  printed.splice(0);
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  return () => write.mockRestore();
});

/** The comment as it was asked for. */
function asked() {
  return askedOf(github.requests[0]).variables as {
    readonly comment: { readonly subjectId: string; readonly body: string };
    readonly check?: Readonly<Record<string, unknown>>;
  };
}

describe('a result', () => {
  it('is one request: a comment, and a check run beside the commit that landed', async () => {
    github.answers(REPORT, HELD);

    await post();

    expect(github.routes()).toEqual([REPORT]);
    expect(askedOf(github.requests[0]).query).toContain('comment: addComment(input: $comment)');
    const { comment, check } = asked();
    expect(comment).toEqual({ subjectId: 'I_2', body: expect.stringContaining('"outcome": "completed"') });
    expect(check).toEqual({
      repositoryId: 'R_1',
      name: 'agent-waves / A',
      headSha: 'a'.repeat(40),
      status: 'COMPLETED',
      conclusion: 'SUCCESS',
      detailsUrl: 'https://github.com/acme/daw/actions/runs/501',
      externalId: '2.3',
      output: { title: 'compile passed, test flaky', summary: expect.stringContaining('Done.') },
    });
    expect(printed).toEqual([]);
  });

  it('has its check run beside the head of the pull request that waits for people', async () => {
    github.answers(REPORT, HELD);

    await post({ commit: undefined, pull: { number: 31, head: 'b'.repeat(40) } });

    expect(asked().check).toMatchObject({ headSha: 'b'.repeat(40) });
  });

  it('is a comment alone where nothing landed', async () => {
    github.answers(REPORT, { body: { data: { comment: { clientMutationId: null } } } });

    await post({ commit: undefined });

    expect(askedOf(github.requests[0]).query).not.toContain('createCheckRun');
    expect(asked().check).toBeUndefined();
  });

  it.each(['FORBIDDEN', 'NOT_FOUND'])(
    'stands without its check run where the token may write none (%s)',
    async (type) => {
      const errors = [{ type, path: ['check'], message: 'Resource not accessible by integration' }];
      github.answers(REPORT, { body: { data: { ...BOTH, check: null }, errors } });

      await post();

      expect(github.routes()).toEqual([REPORT]);
      expect(printed.join('')).toMatch(/^::notice title=No check run::.*`checks: write`/);
    },
  );

  it('stands without its check run where that fails', async () => {
    const errors = [{ type: 'UNPROCESSABLE', path: ['check'], message: 'No commit found for SHA' }];
    github.answers(REPORT, { body: { data: { ...BOTH, check: null }, errors } });

    await post();

    expect(github.routes()).toEqual([REPORT]);
    expect(printed.join('')).toMatch(/^::warning title=No check run::No commit found.*The work stands all the same\./);
  });

  it('is posted by itself where its comment failed and the check run held', async () => {
    const errors = [{ type: 'SERVICE_UNAVAILABLE', path: ['comment'], message: 'Something went wrong' }];
    github.answers(REPORT, { body: { data: { ...BOTH, comment: null }, errors } });
    github.answers(LOOK, { body: [] });
    github.answers(POST, { status: 201, body: {} });

    await post();

    expect(github.routes()).toEqual([REPORT, LOOK, POST]);
    expect(printed).toEqual([]);
  });
});

describe('a comment', () => {
  it.each(UNCLEAR)('is not written again after %s where it is there', async (_, answer) => {
    github.answers(REPORT, answer);
    github.answers(LOOK, () => ({ body: [{ body: 'Nice.' }, { body: asked().comment.body }] }));

    await post();

    expect(github.routes()).toEqual([REPORT, LOOK]);
    const tenMinutesAgo = new Date(NOW - 600_000).toISOString();
    expect(github.requests[1]?.query).toEqual({ since: tenMinutesAgo, per_page: '100' });
    expect(printed.join('')).toMatch(/^::warning title=No check run::/);
  });

  it.each(UNCLEAR)('is written once more after %s where it is not there', async (_, answer) => {
    github.answers(REPORT, answer);
    github.answers(LOOK, { body: [{ body: 'Nice.' }] });
    github.answers(POST, { status: 201, body: {} });

    await post();

    expect(github.routes()).toEqual([REPORT, LOOK, POST]);
    expect(github.requests[2]?.body).toEqual({ body: asked().comment.body });
  });

  it('is given up at the second lost answer', async () => {
    github.answers(REPORT, refusal(502, 'Server Error'));
    github.answers(LOOK, { body: [] });
    github.answers(POST, refusal(502, 'Server Error'));

    await expect(post()).rejects.toThrow('Server Error');
  });

  it('is not written again where nobody can say whether it is there', async () => {
    github.answers(REPORT, refusal(502, 'Server Error'));
    const lost = refusal(503, 'Service unavailable');
    github.answers(LOOK, lost, lost, lost, lost);

    await expect(post()).rejects.toThrow('Service unavailable');

    expect(github.routes()).not.toContain(POST);
  });

  it.each([
    [403, 'Resource not accessible by integration'],
    [404, 'Not Found'],
    [451, 'Repository access blocked'],
  ])('that GitHub refuses by %i is asked for once', async (status, message) => {
    github.answers(REPORT, refusal(status, message));

    await expect(post()).rejects.toThrow(message);

    expect(github.routes()).toEqual([REPORT]);
  });

  it('waits for a short limit', async () => {
    const limited = refusal(403, 'You have exceeded a secondary rate limit', { headers: { 'retry-after': '30' } });
    github.answers(REPORT, limited, HELD);

    await post();

    expect([github.routes(), github.waits]).toEqual([[REPORT, REPORT], [30]]);
  });
});
