import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { TaskId } from '../../../src/plan/plan.ts';
import type { Result } from '../../../src/state/result.ts';
import { LOST, refusal, useGithub } from './support/github-mock.ts';
import { client, job, type TaskIssue, task } from './support/under-test.ts';

/** Who may start a run, and the check run that it leaves beside its commit. */

const github = useGithub();

describe('who started a run', () => {
  const issue: TaskIssue = {
    number: 2,
    body: '',
    open: true,
    reason: undefined,
    blockedBy: [],
    defaultBranch: 'main',
    waves: [],
    bots: ['waves[bot]'],
  };
  const LEAD = 'GET /repos/acme/daw/collaborators/lead/permission';
  const started = (actor: string) => task.rejectActor(client(), { job: { ...job, actor }, issue });

  it.each(['waves[bot]', 'github-actions[bot]'])('is asked of nobody where it was %s', async (actor) => {
    expect(await started(actor)).toBeUndefined();
  });

  it('is asked of nobody where it was another app', async () => {
    expect(await started('other[bot]')).toBe('other[bot] started it, which is not the app that keeps this plan');
  });

  it.each(['admin', 'maintain', 'write'])('may be a person with the permission %s', async (permission) => {
    github.answers(LEAD, { body: { permission } });

    expect(await started('lead')).toBeUndefined();

    expect(github.requests).toMatchObject([{ headers: { 'x-github-api-version': '2022-11-28' } }]);
  });

  it.each([
    ['a person with the permission triage', { body: { permission: 'triage' } }],
    ['a person with the permission read', { body: { permission: 'read' } }],
    ['an account that is no more', refusal(404, 'Not Found')],
  ] as const)('may not be %s', async (_, answer) => {
    github.answers(LEAD, answer);

    expect(await started('lead')).toBe('lead started it, who may not write to this repository');
  });

  it('is not guessed where GitHub does not tell', async () => {
    const lost = refusal(502, 'Server Error');
    github.answers(LEAD, lost, lost, lost, lost);

    await expect(started('lead')).rejects.toThrow('Server Error');
  });
});

describe('a check run', () => {
  const CHECKS = 'POST /repos/acme/daw/check-runs';
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
  const printed: string[] = [];

  beforeEach(() => {
    printed.splice(0);
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
    return () => write.mockRestore();
  });

  it('stands beside the commit that landed, and says which checks ran', async () => {
    github.answers(CHECKS, { status: 201, body: {} });

    await task.postCheckRun(client(), { job, result });

    expect(github.requests).toMatchObject([
      {
        headers: { 'x-github-api-version': '2022-11-28' },
        body: {
          name: 'agent-waves / A',
          head_sha: 'a'.repeat(40),
          status: 'completed',
          conclusion: 'success',
          details_url: 'https://github.com/acme/daw/actions/runs/501',
          external_id: '2.3',
          output: { title: 'compile passed, test flaky', summary: expect.stringContaining('Done.') },
        },
      },
    ]);
    expect(printed).toEqual([]);
  });

  it('stands beside the head of the pull request that waits for people', async () => {
    github.answers(CHECKS, { status: 201, body: {} });

    await task.postCheckRun(client(), {
      job,
      result: {
        ...result,
        commit: undefined,
        pull: { number: 31, head: 'b'.repeat(40) },
      },
    });

    expect(github.requests[0]?.body).toMatchObject({ head_sha: 'b'.repeat(40) });
  });

  it('is not posted where nothing landed', async () => {
    await task.postCheckRun(client(), { job, result: { ...result, commit: undefined } });

    expect(github.routes()).toEqual([]);
  });

  it.each([
    [403, 'Resource not accessible by integration'],
    [404, 'Not Found'],
  ])('that the token may not write (%i) is a notice that says which permission is missing', async (status, message) => {
    github.answers(CHECKS, refusal(status, message));

    await task.postCheckRun(client(), { job, result });

    expect(printed.join('')).toMatch(/^::notice title=No check run::.*`checks: write`/);
    expect(github.routes()).toEqual([CHECKS]);
  });

  it.each([
    ['a 422', refusal(422, 'Validation Failed')],
    ['a 502', refusal(502, 'Server Error')],
    ...Object.entries(LOST),
  ] as const)('is asked for once and changes nothing at %s', async (_, answer) => {
    github.answers(CHECKS, answer);

    await task.postCheckRun(client(), { job, result });

    expect(printed.join('')).toMatch(/^::warning title=No check run::.*The work stands all the same\./);
    expect(github.routes()).toEqual([CHECKS]);
  });
});
