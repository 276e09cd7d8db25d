import { describe, expect, it } from 'vitest';
import { refusal, useGithub } from './support/github-mock.ts';
import { client, job, type TaskIssue, task } from './support/under-test.ts';

/** Who may start a run. */

const github = useGithub();

describe('who started a run', () => {
  const issue: TaskIssue = {
    nodes: { repository: 'R_1', issue: 'I_2' },
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
