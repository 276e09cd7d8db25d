import type { Octokit } from '@octokit/rest';
import { expect } from 'vitest';
import { branch, type Town } from './town.ts';

const at = { owner: 'acme', repo: 'daw' };

/** Walks every route of pull requests, reviews, rules and statuses, with clients that watch the answers. */
export async function walkPulls({
  town,
  lead,
  installation,
}: {
  readonly town: Town;
  readonly lead: Octokit;
  readonly installation: Octokit;
}): Promise<void> {
  const sha = await branch(town, 'walk', { 'walk.txt': 'a walk\n' });
  const asked = { ...at, title: 'A walk', head: 'walk', base: 'main', body: 'For the view' };
  const { data: pull } = await installation.rest.pulls.create(asked);
  const numbered = { ...at, pull_number: pull.number };
  await installation.rest.issues.addLabels({ ...at, issue_number: pull.number, labels: ['wave:1'] });
  await installation.rest.pulls.update({ ...numbered, title: 'A long walk' });
  expect((await installation.rest.pulls.list({ ...at, head: 'acme:walk', base: 'main' })).data).toHaveLength(1);
  expect((await installation.rest.pulls.get(numbered)).data).toMatchObject({ title: 'A long walk', changed_files: 1 });
  expect((await installation.rest.pulls.listCommits(numbered)).data.map((each) => each.sha)).toEqual([sha]);
  expect((await installation.rest.pulls.listFiles(numbered)).data.map((each) => each.filename)).toEqual(['walk.txt']);
  await expect(installation.rest.pulls.checkIfMerged(numbered)).rejects.toMatchObject({ status: 404 });

  await installation.rest.pulls.requestReviewers({ ...numbered, reviewers: ['lead'] });
  expect((await installation.rest.pulls.listRequestedReviewers(numbered)).data.users).toHaveLength(1);
  await installation.rest.pulls.removeRequestedReviewers({ ...numbered, reviewers: ['lead'] });
  const comments = [{ path: 'walk.txt', body: 'Which way?', line: 1, side: 'RIGHT' }];
  const { data: review } = await lead.rest.pulls.createReview({ ...numbered, event: 'REQUEST_CHANGES', comments });
  const reviewed = { ...numbered, review_id: review.id };
  await installation.rest.pulls.getReview(reviewed);
  expect((await installation.rest.pulls.listReviewComments(numbered)).data[0]?.body).toBe('Which way?');
  await lead.rest.pulls.dismissReview({ ...reviewed, message: 'This way' });
  expect((await installation.rest.pulls.listReviews(numbered)).data.map((each) => each.state)).toEqual(['DISMISSED']);

  await installation.rest.repos.createCommitStatus({ ...at, sha, state: 'success', context: 'walked' });
  expect((await lead.rest.repos.getCombinedStatusForRef({ ...at, ref: sha })).data.state).toBe('success');
  expect((await lead.rest.repos.listCommitStatusesForRef({ ...at, ref: sha })).data).toHaveLength(1);

  await branch(town, 'main', { 'other.txt': 'meanwhile\n' });
  await installation.rest.pulls.updateBranch({ ...numbered, expected_head_sha: sha });
  const { data: merged } = await installation.rest.pulls.merge({ ...numbered, merge_method: 'squash' });
  expect((await installation.rest.pulls.checkIfMerged(numbered)).status).toBe(204);
  const { data: holding } = await lead.rest.repos.listPullRequestsAssociatedWithCommit({
    ...at,
    commit_sha: merged.sha,
  });
  expect(holding.map((each) => each.number)).toEqual([pull.number]);
  const { data: listed } = await lead.rest.issues.listForRepo({ ...at, state: 'all' });
  expect(listed.find((each) => each.number === pull.number)?.pull_request?.merged_at).toEqual(expect.any(String));

  await walkRules(town, lead);
}

async function walkRules(town: Town, lead: Octokit): Promise<void> {
  const { rulesetId } = town.github.protect('acme/daw', {
    branch: 'walk',
    pullRequest: { approvals: 1, codeOwners: true },
    requiredChecks: ['ci'],
    linearHistory: true,
    mergeQueue: true,
    bypass: ['waves'],
  });
  const { data: rules } = await lead.rest.repos.getBranchRules({ ...at, branch: 'walk' });
  expect(rules.map(({ type }) => type)).toEqual([
    'deletion',
    'non_fast_forward',
    'required_linear_history',
    'pull_request',
    'required_status_checks',
    'merge_queue',
  ]);
  expect((await lead.rest.repos.getRepoRulesets(at)).data).toHaveLength(1);
  const { data: ruleset } = await lead.rest.repos.getRepoRuleset({ ...at, ruleset_id: rulesetId });
  expect(ruleset.bypass_actors).toMatchObject([{ actor_id: town.app.id, actor_type: 'Integration' }]);
  const protection = lead.rest.repos.getBranchProtection({ ...at, branch: 'walk' });
  await expect(protection).rejects.toMatchObject({ status: 404 });
  const { data: branches } = await lead.rest.repos.listBranches({ ...at, protected: true });
  expect(branches.map(({ name }) => name)).toEqual(['walk']);
  expect((await lead.rest.repos.getBranch({ ...at, branch: 'walk' })).data.protected).toBe(true);
  const { data: actions } = await lead.rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository(at);
  expect(actions.can_approve_pull_request_reviews).toBe(false);
}
