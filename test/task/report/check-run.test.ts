import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClient } from '../../../src/github/octokit.ts';
import type { TaskId } from '../../../src/plan/plan.ts';
import type { Result } from '../../../src/state/result.ts';
import { readJob } from '../../../src/task/protocol/job.ts';
import { postResult } from '../../../src/task/report/post-result.ts';
import { inputsFor, type Site, startSite } from '../support/site.ts';

let site: Site;
let issue: number;
let told = '';
beforeEach(async () => {
  told = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    told += text;
    return true;
  });
  site = await startSite();
  const { data } = await site.octokit.rest.issues.create({ owner: 'acme', repo: 'small', title: 'CORE-002: Core' });
  issue = data.number;
});
afterEach(() => site.close());

function jobWith(token: string) {
  return readJob({
    GITHUB_SERVER_URL: site.github.url,
    GITHUB_API_URL: site.github.apiUrl,
    GITHUB_REPOSITORY: 'acme/small',
    GITHUB_RUN_ID: '70',
    GITHUB_WORKSPACE: '/work',
    RUNNER_TEMP: '/temp',
    INPUT_TOKEN: token,
  });
}

const landed = (commit: string | undefined): Result => ({
  ...inputsFor(issue),
  task: 'CORE-002' as TaskId,
  run: 70,
  outcome: 'completed',
  ...(commit ? { commit } : {}),
  checks: [
    { name: 'compile', status: 'passed', command: 'npm run compile', seconds: 1, tries: 1 },
    { name: 'test', status: 'flaky', command: 'npm test', seconds: 4, tries: 2, of: 3 },
    { name: 'lint', status: 'absent' },
    { name: 'progress', status: 'waiting' },
  ],
  summary: 'Done.',
  agent: { type: 'general-purpose', model: 'sonnet' },
});

async function post(token: string, commit: string | undefined): Promise<void> {
  const job = jobWith(token);
  const client = createClient({ token, baseUrl: job.apiUrl });
  const query = `{ repository(owner: "acme", name: "small") { id issue(number: ${issue}) { id } } }`;
  const { repository } = await client.graphql<{ repository: { id: string; issue: { id: string } } }>(query);
  const nodes = { repository: repository.id, issue: repository.issue.id };
  await postResult(client, { job, nodes, result: landed(commit) });
}

async function checkRunsOf(commit: string) {
  const { data } = await site.octokit.rest.checks.listForRef({ owner: 'acme', repo: 'small', ref: commit });
  return data.check_runs;
}

test('the checklist stands beside the commit that landed, and leads to the run', async () => {
  const commit = await site.remote.run('rev-parse', 'main');

  await post(site.token, commit);

  const [run, ...others] = await checkRunsOf(commit);
  expect(others).toEqual([]);
  expect(run).toMatchObject({
    name: 'agent-waves / CORE-002',
    head_sha: commit,
    status: 'completed',
    conclusion: 'success',
    details_url: `${site.github.url}/acme/small/actions/runs/70`,
    external_id: `${issue}.1`,
    output: { title: 'compile passed, test flaky' },
  });
  expect(run?.output.summary).toContain('| test | ⚠️ flaky: passed at try 2 of 3 | npm test |');
  expect(run?.output.summary).not.toContain('progress');
});

test('a token that may not write checks skips it and says what to add', async () => {
  const { token } = site.github.createUser({ login: 'stranger' });
  site.github.addCollaborator({ repository: 'acme/small', login: 'stranger', permission: 'read' });
  const commit = await site.remote.run('rev-parse', 'main');

  await post(token, commit);

  expect(await checkRunsOf(commit)).toEqual([]);
  expect(site.issue(issue).bodies).toHaveLength(1);
  expect(told).toMatch(/^::notice title=No check run::.*add `checks: write`/m);
});

test('where nothing landed there is a comment and no check run', async () => {
  const commit = await site.remote.run('rev-parse', 'main');

  await post(site.token, undefined);

  expect(await checkRunsOf(commit)).toEqual([]);
  expect(site.issue(issue).bodies).toHaveLength(1);
});
