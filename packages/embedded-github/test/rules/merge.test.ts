import type { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseCodeOwners } from '../../src/pulls/code-owners-file.ts';
import { appOctokit, branch, commit, git, octokitFor, startTown, type Town } from '../support/town.ts';

const at = { owner: 'acme', repo: 'daw' };
let town: Town;
let lead: Octokit;
let app: Octokit;
let reader: Octokit;
let owner: Octokit;

beforeAll(async () => {
  town = await startTown({ files: { 'README.md': '# Daw\n', CODEOWNERS: '/core/ @owner\n' } });
  const person = (login: string, permission: 'read' | 'write') => {
    const { token } = town.github.createUser({ login });
    town.github.addCollaborator({ repository: 'acme/daw', login, permission });
    return octokitFor(town.github, token);
  };
  lead = octokitFor(town.github, town.lead.token);
  [reader, owner] = [person('reader', 'read'), person('owner', 'write')];
  const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    installation_id: town.installationId,
  });
  app = octokitFor(town.github, data.token);
  town.github.protect('acme/daw', {
    branch: 'main',
    pullRequest: { approvals: 1, codeOwners: true, dismissStale: true },
    requiredChecks: ['ci'],
    upToDate: true,
  });
});
afterAll(() => town.close());

async function open(head: string, files: Record<string, string>) {
  const sha = await branch(town, head, files);
  const { data } = await app.rest.pulls.create({ ...at, title: `Land ${head}`, head, base: 'main' });
  return { sha, ...at, pull_number: data.number };
}

type Opened = Awaited<ReturnType<typeof open>>;

const pass = (sha: string) => app.rest.checks.create({ ...at, name: 'ci', head_sha: sha, conclusion: 'success' });
const approve = (who: Octokit, { pull_number }: Opened) =>
  who.rest.pulls.createReview({ ...at, pull_number, event: 'APPROVE' });
const stateOf = async ({ pull_number }: Opened) => (await lead.rest.pulls.get({ ...at, pull_number })).data;
const merge = ({ pull_number }: Opened) => lead.rest.pulls.merge({ ...at, pull_number, merge_method: 'squash' });
const decision = async ({ pull_number }: Opened) => {
  const query = `{ repository(owner: "acme", name: "daw") { pullRequest(number: ${pull_number}) { reviewDecision } } }`;
  return (await lead.graphql<{ repository: { pullRequest: { reviewDecision: string } } }>(query)).repository.pullRequest
    .reviewDecision;
};

test('a merge waits for an approval that counts and for the required check, and says for which', async () => {
  const pull = await open('waits', { 'waits.txt': '1' });
  const missing = async () =>
    merge(pull).then(
      () => 'merged',
      (error: Error) => error.message,
    );

  expect(await missing()).toMatch(
    /Repository rule violations found\n\nAt least 1 approving review is required by reviewers with write access\.\n\nRequired status check "ci" is expected\./,
  );
  await approve(reader, pull);
  expect([await decision(pull), (await stateOf(pull)).mergeable_state]).toEqual(['REVIEW_REQUIRED', 'blocked']);
  await approve(lead, pull);
  expect([await decision(pull), await missing()]).toEqual([
    'APPROVED',
    expect.stringMatching(/found\n\nRequired status check "ci" is expected\.\n\n/),
  ]);
  await app.rest.checks.create({ ...at, name: 'ci', head_sha: pull.sha, status: 'in_progress' });
  expect(await missing()).toContain('Required status check "ci" is in progress.');
  await pass(pull.sha);
  expect((await stateOf(pull)).mergeable_state).toBe('clean');
  expect(await missing()).toBe('merged');
});

test('the author’s own approval is refused, and so is asking changes of oneself', async () => {
  const pull = await open('own', { 'own.txt': '1' });

  await expect(approve(app, pull)).rejects.toMatchObject({
    response: { data: { errors: ['Can not approve your own pull request'] } },
  });
  expect(await decision(pull)).toBe('REVIEW_REQUIRED');
});

test('requested changes block until the same person approves or the review is dismissed', async () => {
  const pull = await open('changes', { 'changes.txt': '1' });
  await pass(pull.sha);
  await approve(owner, pull);
  await lead.rest.pulls.createReview({ ...at, pull_number: pull.pull_number, event: 'REQUEST_CHANGES', body: 'No' });

  expect([await decision(pull), (await stateOf(pull)).mergeable_state]).toEqual(['CHANGES_REQUESTED', 'blocked']);
  await approve(lead, pull);
  expect([await decision(pull), (await stateOf(pull)).mergeable_state]).toEqual(['APPROVED', 'clean']);
});

test('a push takes approvals back', async () => {
  const pull = await open('stale', { 'stale.txt': '1' });
  await approve(lead, pull);
  await commit(town.work, 'Sneaked in', { 'stale.txt': '2' });
  await git(town.work, 'push', '--quiet', 'origin', 'HEAD:stale');

  const { data: reviews } = await lead.rest.pulls.listReviews({ ...at, pull_number: pull.pull_number });

  expect([reviews.map(({ state }) => state), await decision(pull)]).toEqual([['DISMISSED'], 'REVIEW_REQUIRED']);
});

test('owned files wait for their owner, whoever else approves', async () => {
  const pull = await open('owned', { 'core/owned.txt': '1' });
  await pass(pull.sha);
  await approve(lead, pull);

  await expect(merge(pull)).rejects.toMatchObject({ message: expect.stringContaining('code owner review from owner') });
  await approve(owner, pull);
  expect((await merge(pull)).data.merged).toBe(true);
});

test('a head without the newest base is behind where checks must be of the newest', async () => {
  const pull = await open('behind', { 'behind.txt': '1' });
  const other = await open('other', { 'other.txt': '1' });
  for (const each of [pull, other]) {
    await pass(each.sha);
    await approve(lead, each);
  }
  await merge(other);
  await stateOf(pull);

  expect((await stateOf(pull)).mergeable_state).toBe('behind');
  await expect(merge(pull)).rejects.toMatchObject({ status: 405, message: expect.stringContaining('not up to date') });
});

test('a token without the workflows permission merges no change of a workflow', async () => {
  const pull = await open('workflow', { '.github/workflows/evil.yml': 'on: push' });
  await pass(pull.sha);
  await approve(lead, pull);

  const merging = app.rest.pulls.merge({ ...at, pull_number: pull.pull_number });

  await expect(merging).rejects.toMatchObject({ status: 403 });
  expect((await merge(pull)).data.merged).toBe(true);
});

test.each([
  ['*', 'deep/in/file.ts', true],
  ['*.ts', 'deep/file.ts', true],
  ['/docs/', 'docs/a/b.md', true],
  ['/docs/', 'src/docs/b.md', false],
  ['docs/*', 'docs/a.md', true],
  ['docs/*', 'docs/a/b.md', false],
  ['src/**/gen', 'src/a/b/gen/x.ts', true],
  ['core', 'core-2/x.ts', false],
])('CODEOWNERS: %s over %s is %s', (pattern, path, owned) => {
  const [ownership] = parseCodeOwners(`# people\n${pattern} @Lead @acme/team me@example.com # note`);

  expect(ownership?.pattern.test(path)).toBe(owned);
  expect(ownership?.owners).toEqual(['lead', 'acme/team']);
});
