import type { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  branch,
  commit,
  git,
  octokitFor,
  startTown,
  type Town,
} from '../../../packages/embedded-github/test/support/town.ts';
import { type Reviewer, type ReviewerOptions, startReviewer } from '../../../src/cli/rehearse/reviewer.ts';

const at = { owner: 'acme', repo: 'daw' };

let town: Town;
let lead: Octokit;
let options: ReviewerOptions;
let reviewer: Reviewer;

beforeEach(async () => {
  town = await startTown();
  lead = octokitFor(town.github, town.lead.token);
  const { token } = town.github.createUser({ login: 'reviewer' });
  town.github.addCollaborator({ repository: 'acme/daw', login: 'reviewer', permission: 'write' });
  options = { github: town.github, ...at, token, login: 'reviewer' };
  reviewer = startReviewer(options);
});
afterEach(async () => {
  await reviewer.close();
  await town.close();
});

async function open(head: string, draft = false): Promise<number> {
  await branch(town, head, { [`${head.replaceAll('/', '-')}.txt`]: head }, `Work on ${head}\n\nTask: ${head}`);
  const { data } = await lead.rest.pulls.create({ ...at, title: `Land ${head}`, head, base: 'main', draft });
  return data.number;
}

const merged = (number: number) =>
  town.github.waitForPull((pull) => pull.number === number && pull.pull.merged !== null);

const approved = (number: number, times: number) =>
  town.github.waitForPull((pull) => pull.number === number && pull.pull.reviews.length === times);

it('approves and merges whatever is opened, many at once', async () => {
  const numbers: number[] = [];
  for (let count = 1; count <= 6; count++) numbers.push(await open(`agent-waves/task/T-${count}`));
  await Promise.all(numbers.map(merged));

  for (const { reviews_list } of town.github.pullsReport('acme/daw'))
    expect(reviews_list.map(({ state, user }) => `${state} ${user?.login}`)).toEqual(['APPROVED reviewer']);
});

it('squashes a task to one commit with its own message, and keeps the commits of a wave', async () => {
  await merged(await open('agent-waves/task/T-1'));
  await merged(await open('agent-waves/p/wave-1'));

  await git(town.work, 'fetch', '--quiet', 'origin', 'main');
  const log = await git(town.work, 'log', '--format=%s|%(trailers:key=Task,valueonly,separator=)', 'FETCH_HEAD');
  expect(log.split('\n').sort()).toEqual([
    'Begin|',
    'Merge pull request #2 from acme/agent-waves/p/wave-1|',
    'Work on agent-waves/p/wave-1|agent-waves/p/wave-1',
    'Work on agent-waves/task/T-1 (#1)|agent-waves/task/T-1',
  ]);
});

it('leaves the merge to GitHub where that was asked to', async () => {
  town.github.setSettings('acme/daw', { autoMerge: true });
  town.github.protect('acme/daw', { branch: 'main', pullRequest: { approvals: 1 }, requiredChecks: ['ci'] });
  const number = await open('agent-waves/task/T-1');
  const { data } = await lead.rest.pulls.get({ ...at, pull_number: number });
  await lead.graphql(
    'mutation ($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id, mergeMethod: SQUASH }) { clientMutationId } }',
    { id: data.node_id },
  );
  await approved(number, 1);
  await lead.rest.repos.createCommitStatus({ ...at, sha: data.head.sha, state: 'success', context: 'ci' });
  await merged(number);

  const { data: end } = await lead.rest.pulls.get({ ...at, pull_number: number });
  expect(end.merged_by?.login).toBe('lead');
});

it('approves a new head again where that takes approvals back', async () => {
  town.github.protect('acme/daw', {
    branch: 'main',
    pullRequest: { approvals: 1, dismissStale: true },
    requiredChecks: ['ci'],
  });
  const number = await open('agent-waves/task/T-1');
  await approved(number, 1);
  const head = await commit(town.work, 'More', { 'more.txt': 'more' });
  await git(town.work, 'push', '--quiet', 'origin', 'HEAD:agent-waves/task/T-1');
  await approved(number, 2);
  await lead.rest.repos.createCommitStatus({ ...at, sha: head, state: 'success', context: 'ci' });

  await merged(number);
});

it('leaves alone what is not for the branch that it watches', async () => {
  await reviewer.close();
  reviewer = startReviewer({ ...options, base: 'main' });
  await git(town.work, 'push', '--quiet', 'origin', 'HEAD:refs/heads/plans/p');
  const head = 'agent-waves/task/T-1';
  await branch(town, head, { 'one.txt': '1' });
  await lead.rest.pulls.create({ ...at, title: 'Of a run', head, base: 'plans/p' });
  await merged(await open('agent-waves/p/wave-1'));

  const ofRun = town.github.pullsReport('acme/daw').find(({ title }) => title === 'Of a run');
  expect(ofRun).toMatchObject({ state: 'open', reviews_list: [] });
});
