import type { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { branch, commit, git, octokitFor, startTown, type Town } from '../support/town.ts';

const at = { owner: 'acme', repo: 'daw' };
let town: Town;
let lead: Octokit;

beforeAll(async () => {
  town = await startTown();
  lead = octokitFor(town.github, town.lead.token);
});
afterAll(() => town.close());

async function open(head: string, files: Record<string, string>, more: { body?: string; title?: string } = {}) {
  const sha = await branch(town, head, files);
  const { data } = await lead.rest.pulls.create({ ...at, title: `Land ${head}`, head, base: 'main', ...more });
  return { sha, pull_number: data.number, numbered: { ...at, pull_number: data.number } };
}

const show = (...args: string[]) => git(town.repository.gitDir, ...args);

describe('opening', () => {
  test('a head without new commits, a second one for the same branch and an unknown branch are refused by name', async () => {
    await open('twice', { 'twice.txt': '1' });
    const asked = { ...at, title: 'Again', head: 'twice', base: 'main' };
    await git(town.work, 'push', '--quiet', 'origin', 'origin/main:refs/heads/nothing-new');

    await expect(lead.rest.pulls.create(asked)).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining('A pull request already exists for acme:twice.'),
    });
    await expect(lead.rest.pulls.create({ ...asked, head: 'nothing-new' })).rejects.toMatchObject({
      message: expect.stringContaining('No commits between main and nothing-new'),
    });
    await expect(lead.rest.pulls.create({ ...asked, head: 'nowhere' })).rejects.toMatchObject({
      response: { data: { errors: [{ resource: 'PullRequest', field: 'head', code: 'invalid' }] } },
    });
  });

  test('it shares its numbers, labels and comments with issues', async () => {
    const { data: issue } = await lead.rest.issues.create({ ...at, title: 'An issue' });
    const { pull_number } = await open('numbers', { 'numbers.txt': '1' });
    const numbered = { ...at, issue_number: pull_number };
    await lead.rest.issues.createComment({ ...numbered, body: 'Well done' });
    await lead.rest.issues.addLabels({ ...numbered, labels: ['wave:1'] });

    expect(pull_number).toBe(issue.number + 1);
    const { data } = await lead.rest.issues.get(numbered);
    expect(data).toMatchObject({ comments: 1, pull_request: { merged_at: null }, labels: [{ name: 'wave:1' }] });
    expect(town.github.issuesReport('acme/daw').map((each) => each.number)).not.toContain(pull_number);
    expect(town.github.pullsReport('acme/daw').map((each) => each.number)).toContain(pull_number);
  });

  test('a token of a run opens none unless the settings say so', async () => {
    const sha = await branch(town, 'by-run', { 'by-run.txt': '1' });
    const began = town.actions.next();
    await lead.rest.actions.createWorkflowDispatch({
      ...{ ...at, workflow_id: 'agent-task.yml', ref: 'main', inputs: { task: 'A-1' } },
    });
    const run = await began;
    const token = octokitFor(town.github, run.token);
    const asked = { ...at, title: 'By a run', head: 'by-run', base: 'main' };

    await expect(token.rest.pulls.create(asked)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('GitHub Actions is not permitted to create or approve pull requests.'),
    });
    town.github.setSettings('acme/daw', { actionsMayPropose: true });
    const { data } = await token.rest.pulls.create(asked);
    run.finish();

    expect([data.user?.login, data.head.sha]).toEqual(['github-actions[bot]', sha]);
  });
});

describe('mergeability', () => {
  test('is unknown to the first who asks and then what git says', async () => {
    const { numbered } = await open('clean', { 'clean.txt': '1' });
    const states = [];
    for (let asked = 0; asked < 3; asked += 1) {
      const { data } = await lead.rest.pulls.get(numbered);
      states.push([data.mergeable, data.mergeable_state]);
    }

    // Opening was the first question.
    expect(states).toEqual(Array(3).fill([true, 'clean']));
    await commit(town.work, 'More', { 'clean.txt': '2' });
    await git(town.work, 'push', '--quiet', 'origin', 'HEAD:clean');
    expect((await lead.rest.pulls.get(numbered)).data).toMatchObject({ mergeable: null, mergeable_state: 'unknown' });
    expect((await lead.rest.pulls.get(numbered)).data).toMatchObject({ mergeable: true, mergeable_state: 'clean' });
  });

  test('is dirty on a conflict, which cannot be merged or updated', async () => {
    const { numbered } = await open('conflict', { 'README.md': '# Theirs\n' });
    await branch(town, 'main', { 'README.md': '# Ours\n' });
    await lead.rest.pulls.get(numbered);

    expect((await lead.rest.pulls.get(numbered)).data).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
    await expect(lead.rest.pulls.merge(numbered)).rejects.toMatchObject({
      status: 405,
      message: expect.stringContaining('Pull Request is not mergeable'),
    });
    await expect(lead.rest.pulls.updateBranch(numbered)).rejects.toMatchObject({ status: 422 });
  });

  test('is unstable when a check fails that nobody requires', async () => {
    const { sha, numbered } = await open('unstable', { 'unstable.txt': '1' });
    await lead.rest.repos.createCommitStatus({ ...at, sha, state: 'failure', context: 'nice-to-have' });

    expect((await lead.rest.pulls.get(numbered)).data.mergeable_state).toBe('unstable');
    expect((await lead.rest.pulls.merge(numbered)).data.merged).toBe(true);
  });
});

describe('merging', () => {
  test('a squash is one commit on the base in the name of the author, under the words that were asked for', async () => {
    const { sha, numbered } = await open('squash', { 'squash.txt': '1' });
    const before = await show('rev-parse', 'main');

    const { data } = await lead.rest.pulls.merge({
      ...{ ...numbered, merge_method: 'squash', sha, commit_title: 'CORE-001: Land', commit_message: 'Task: CORE-001' },
    });

    expect(await show('log', '-1', '--format=%H|%P|%an|%cn|%B', 'main')).toBe(
      `${data.sha}|${before}|lead|GitHub|CORE-001: Land\n\nTask: CORE-001`,
    );
    expect((await lead.rest.pulls.get(numbered)).data).toMatchObject({
      ...{ state: 'closed', merged: true, merge_commit_sha: data.sha, merged_by: { login: 'lead' } },
    });
  });

  test('a merge has two parents, a rebase repeats the commits', async () => {
    const merged = await open('merge', { 'merge.txt': '1' });
    await lead.rest.pulls.merge({ ...merged.numbered, merge_method: 'merge' });
    expect(await show('log', '-1', '--format=%s', 'main')).toBe(
      `Merge pull request #${merged.pull_number} from acme/merge`,
    );
    expect((await show('rev-list', '--parents', '-1', 'main')).split(' ')).toHaveLength(3);

    const rebased = await open('rebase', { 'rebase.txt': '1' });
    await commit(town.work, 'Second', { 'rebase.txt': '2' });
    await git(town.work, 'push', '--quiet', 'origin', 'HEAD:rebase');
    await branch(town, 'main', { 'aside.txt': '1' });
    await lead.rest.pulls.merge({ ...rebased.numbered, merge_method: 'rebase' });
    expect(await show('log', '-3', '--format=%s', 'main')).toBe('Second\nWork on rebase\nWork on main');
    expect(await show('show', 'main:rebase.txt')).toBe('2');
  });

  test('another head than expected answers 409, a method that is off 405, and neither merges', async () => {
    const { numbered, sha } = await open('expected', { 'expected.txt': '1' });
    await commit(town.work, 'Newer', { 'expected.txt': '2' });
    await git(town.work, 'push', '--quiet', 'origin', 'HEAD:expected');
    town.github.setSettings('acme/daw', { rebase: false });

    await expect(lead.rest.pulls.merge({ ...numbered, sha })).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining('Head branch was modified. Review and try the merge again.'),
    });
    await expect(lead.rest.pulls.merge({ ...numbered, merge_method: 'rebase' })).rejects.toMatchObject({
      status: 405,
      message: expect.stringContaining('Rebase merges are not allowed on this repository.'),
    });
    expect((await lead.rest.pulls.get(numbered)).data.merged).toBe(false);
  });

  test('the default branch reached closes the issues that text and commits fix, another branch closes none', async () => {
    const [byText, byCommit, elsewhere] = await Promise.all(
      ['text', 'commit', 'elsewhere'].map(async (title) => (await lead.rest.issues.create({ ...at, title })).data),
    );
    await git(town.work, 'push', '--quiet', 'origin', 'origin/main:refs/heads/aside');
    await branch(town, 'to-aside', { 'to-aside.txt': '1' });
    const aside = await lead.rest.pulls.create({
      ...{ ...at, title: 'Aside', head: 'to-aside', base: 'aside', body: `Fixes #${elsewhere?.number}` },
    });
    await lead.rest.pulls.merge({ ...at, pull_number: aside.data.number });
    const { numbered } = await open('fixes', { 'fixes.txt': '1' }, { body: `Closes #${byText?.number}` });
    await lead.rest.pulls.merge({
      ...{ ...numbered, merge_method: 'squash', commit_message: `Resolves #${byCommit?.number}` },
    });
    await town.github.idle();

    const states = town.github.issuesReport('acme/daw').filter(({ title }) => /^(text|commit|else)/.test(title));
    expect(Object.fromEntries(states.map(({ title, state }) => [title, state]))).toEqual({
      ...{ text: 'closed', commit: 'closed', elsewhere: 'open' },
    });
  });

  test('the head branch may go, by setting, by REST or by push, and the merged pull request stays whole', async () => {
    const { numbered, sha } = await open('goes', { 'goes.txt': '1' });
    town.github.setSettings('acme/daw', { deleteBranchOnMerge: true });
    await lead.rest.pulls.merge({ ...numbered, merge_method: 'squash' });
    town.github.setSettings('acme/daw', { deleteBranchOnMerge: false });

    expect(await git(town.work, 'ls-remote', 'origin', 'refs/heads/goes')).toBe('');
    expect((await lead.rest.pulls.get(numbered)).data).toMatchObject({ merged: true, head: { ref: 'goes', sha } });
    expect((await lead.rest.pulls.listFiles(numbered)).data.map((file) => file.filename)).toEqual(['goes.txt']);
    expect(await git(town.work, 'ls-remote', 'origin', `refs/pull/${numbered.pull_number}/head`)).toContain(sha);
  });

  test('nobody pushes to the refs that GitHub keeps', async () => {
    const { pull_number } = await open('kept', { 'kept.txt': '1' });

    await expect(git(town.work, 'push', 'origin', `HEAD:refs/pull/${pull_number}/head`)).rejects.toThrow('hidden ref');
  });
});

describe('branches that move', () => {
  test('a merge pushed by hand marks it merged, a deleted head closes it', async () => {
    const byHand = await open('by-hand', { 'by-hand.txt': '1' });
    const deleted = await open('deleted', { 'deleted.txt': '1' });
    await git(town.work, 'checkout', '--quiet', '--detach', 'origin/main');
    await git(town.work, 'merge', '--quiet', '--no-ff', '--message', 'By hand', byHand.sha);
    await git(town.work, 'push', '--quiet', 'origin', 'HEAD:main', ':deleted');

    expect((await lead.rest.pulls.get(byHand.numbered)).data).toMatchObject({ state: 'closed', merged: true });
    expect((await lead.rest.pulls.get(deleted.numbered)).data).toMatchObject({ state: 'closed', merged: false });
    await expect(lead.rest.pulls.update({ ...byHand.numbered, state: 'open' })).rejects.toMatchObject({ status: 422 });
  });

  test('one that is opened again stands on its branches as they are by then, one without a head stays closed', async () => {
    const { numbered } = await open('again', { 'again.txt': '1' });
    await lead.rest.pulls.update({ ...numbered, state: 'closed' });
    const sha = await commit(town.work, 'While it was closed', { 'again.txt': '2' });
    await git(town.work, 'push', '--quiet', 'origin', 'HEAD:again');

    expect((await lead.rest.pulls.update({ ...numbered, state: 'open' })).data.head.sha).toBe(sha);
    await git(town.work, 'push', '--quiet', 'origin', ':again');
    await expect(lead.rest.pulls.update({ ...numbered, state: 'open' })).rejects.toMatchObject({ status: 422 });
  });

  test('an update brings the base into the head', async () => {
    const { numbered, sha } = await open('late', { 'late.txt': '1' });
    const main = await branch(town, 'main', { 'early.txt': '1' });

    await lead.rest.pulls.updateBranch({ ...numbered, expected_head_sha: sha });

    const { data } = await lead.rest.pulls.get(numbered);
    expect(data.head.sha).not.toBe(sha);
    expect((await show('rev-list', '--parents', '-1', 'late')).split(' ')).toEqual([data.head.sha, sha, main]);
    expect(data.changed_files).toBe(1);
  });
});
