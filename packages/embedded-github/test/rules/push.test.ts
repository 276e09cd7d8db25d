import type { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appOctokit, branch, commit, git, octokitFor, startTown, type Town, withToken } from '../support/town.ts';

const at = { owner: 'acme', repo: 'daw' };
let town: Town;
let lead: Octokit;
let appToken: string;

beforeAll(async () => {
  town = await startTown();
  lead = octokitFor(town.github, town.lead.token);
  town.github.protect('acme/daw', { branch: 'main', pullRequest: { approvals: 1 }, requiredChecks: ['ci'] });
  town.github.protect('acme/daw', { branch: 'straight', linearHistory: true, bypass: ['waves'] });
  town.github.protect('acme/daw', { branch: 'open', pullRequest: { approvals: 0 }, bypass: ['waves'] });
  for (const name of ['straight', 'open']) await git(town.work, 'push', '--quiet', 'origin', `HEAD:refs/heads/${name}`);
  const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    installation_id: town.installationId,
  });
  appToken = data.token;
});
afterAll(() => town.close());

const tip = (name: string) => git(town.repository.gitDir, 'rev-parse', name);
const asApp = () => withToken(town.repository.cloneUrl, appToken);

/** What git tells the person who pushes. */
async function push(...args: string[]): Promise<string> {
  return git(town.work, 'push', ...args).then(
    () => 'pushed',
    (error: Error) => error.message,
  );
}

describe('a push by git', () => {
  test('to a protected branch is declined in GitHub’s words, reason by reason, and moves nothing', async () => {
    const before = await tip('main');
    await commit(town.work, 'Straight to main', { 'direct.txt': '1' });

    const told = await push('origin', 'HEAD:main');

    expect(told).toContain('remote: error: GH013: Repository rule violations found for refs/heads/main.');
    expect(told).toMatch(/remote: Review all repository rules at http\S+\/acme\/daw\/rules\?ref=refs%2Fheads%2Fmain/);
    expect(told).toContain('remote: - Changes must be made through a pull request.');
    expect(told).toContain('remote: - Required status check "ci" is expected.');
    expect(told).toContain('! [remote rejected] HEAD -> main (push declined due to repository rule violations)');
    expect(await tip('main')).toBe(before);
  });

  test('takes other branches along only when it is not atomic', async () => {
    await commit(town.work, 'Both', { 'both.txt': '1' });

    const atomic = await push('--atomic', 'origin', 'HEAD:main', 'HEAD:refs/heads/beside-atomic');
    const single = await push('origin', 'HEAD:main', 'HEAD:refs/heads/beside-single');

    expect(atomic).toContain('HEAD -> main (push declined due to repository rule violations)');
    expect(atomic).toContain('HEAD -> beside-atomic (atomic push failure)');
    expect(single).toContain('* [new branch]      HEAD -> beside-single');
    expect(await git(town.work, 'ls-remote', 'origin', 'beside-*')).toMatch(/refs\/heads\/beside-single$/);
  });

  test('must not rewrite or delete the branch, or bring merge commits where history is linear', async () => {
    const base = await tip('straight');
    await git(town.work, 'checkout', '--quiet', '--detach', base);
    await commit(town.work, 'Forward', { 'forward.txt': '1' });
    expect(await push('origin', 'HEAD:straight')).toBe('pushed');
    await git(town.work, 'checkout', '--quiet', '--detach', base);
    await commit(town.work, 'Rewritten', { 'rewritten.txt': '1' });

    expect(await push('--force', 'origin', 'HEAD:straight')).toContain('- Cannot force-push to this branch');
    expect(await push('origin', ':straight')).toContain('- Cannot delete this branch');
    await git(town.work, 'fetch', '--quiet', 'origin', 'straight');
    await git(town.work, 'merge', '--quiet', '--no-ff', '--message', 'Merge', 'FETCH_HEAD');
    expect(await push('origin', 'HEAD:straight')).toContain('- This branch must not contain merge commits.');
  });

  test('by a bypassing app goes through, by a person with every role it does not', async () => {
    await git(town.work, 'checkout', '--quiet', '--detach', 'origin/open');
    const head = await commit(town.work, 'By the app', { 'by-app.txt': '1' });

    expect(await push('origin', 'HEAD:open')).toContain('Changes must be made through a pull request.');
    expect(await push(asApp(), 'HEAD:open')).toBe('pushed');
    expect(await tip('open')).toBe(head);
  });

  test('to a claim and to a new branch concerns no rule', async () => {
    town.github.protect('acme/daw', { branch: 'later', pullRequest: { approvals: 1 } });

    expect(await push('origin', 'HEAD:refs/agent-waves/claims/7')).toBe('pushed');
    expect(await push('origin', 'HEAD:refs/heads/later')).toBe('pushed');
    expect(await push('origin', ':refs/agent-waves/claims/7')).toBe('pushed');
    await commit(town.work, 'Second', {});
    expect(await push('origin', 'HEAD:later')).toContain('GH013');
  });
});

describe('the interfaces', () => {
  const violation = expect.stringContaining(
    'Repository rule violations found\n\nChanges must be made through a pull request.',
  );

  test('refuse to move or delete a protected ref with 422', async () => {
    const sha = await branch(town, 'ahead', { 'ahead.txt': '1' });

    const moved = lead.rest.git.updateRef({ ...at, ref: 'heads/main', sha });
    await expect(moved).rejects.toMatchObject({ status: 422, message: violation });
    const deleted = lead.rest.git.deleteRef({ ...at, ref: 'heads/main' });
    await expect(deleted).rejects.toMatchObject({ message: expect.stringContaining('Cannot delete this branch') });
    expect((await lead.rest.git.deleteRef({ ...at, ref: 'heads/ahead' })).status).toBe(204);
  });

  test('refuse a file on a protected branch with 409, and write it elsewhere once it names what it replaces', async () => {
    const write = (branchName: string, sha?: string) =>
      lead.rest.repos.createOrUpdateFileContents({
        ...{ ...at, path: 'README.md', branch: branchName, message: 'Edit', ...(sha && { sha }) },
        content: Buffer.from('# Edited\n').toString('base64'),
      });
    const known = await git(town.repository.gitDir, 'rev-parse', 'main:README.md');

    await expect(write('main', known)).rejects.toMatchObject({ status: 409, message: violation });
    await expect(write('straight')).rejects.toMatchObject({ status: 422 });
    await expect(write('straight', '1'.repeat(40))).rejects.toMatchObject({ status: 409 });
    const { data } = await write('straight', known);
    expect(await tip('straight')).toBe(data.commit.sha);
  });

  test('refuse a commit by GraphQL as unprocessable, and let a bypassing app make it', async () => {
    const make = async (token: string, branchName: string) => {
      const input = {
        branch: { repositoryNameWithOwner: 'acme/daw', branchName },
        expectedHeadOid: await tip(branchName),
        message: { headline: 'Progress' },
        fileChanges: { additions: [{ path: 'PROGRESS.md', contents: Buffer.from('#').toString('base64') }] },
      };
      const query =
        'mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }';
      return octokitFor(town.github, token).graphql<{ createCommitOnBranch: { commit: { oid: string } } }>(query, {
        input,
      });
    };

    await expect(make(town.lead.token, 'main')).rejects.toMatchObject({
      errors: [{ type: 'UNPROCESSABLE', message: violation, path: ['createCommitOnBranch'] }],
    });
    const { createCommitOnBranch } = await make(appToken, 'open');
    expect(createCommitOnBranch.commit.oid).toBe(await tip('open'));
  });
});
