import { NEEDS, type Need, requireAccess } from '../../access/permissions.ts';
import { commitBody, diffEntryBody } from '../../bodies/commit.ts';
import { pullBody, pullUrl, simplePullBody } from '../../bodies/pull.ts';
import { commitsBetween } from '../../git/ancestry.ts';
import { changedFiles } from '../../git/changed-files.ts';
import { closeIssue, editIssue, requireStateChange } from '../../issues/issues.ts';
import { invalidField, notFound } from '../../model/errors.ts';
import { isPullRequest, type PullRequest } from '../../model/records.ts';
import { MERGE_METHODS, type MergeMethod } from '../../model/rules.ts';
import { findIssue } from '../../model/store.ts';
import { mergePull, updateHead } from '../../pulls/merge.ts';
import { changeBase, mergeBase, openPull, reopenPull } from '../../pulls/open.ts';
import {
  type Answer,
  type Call,
  created,
  NO_CONTENT,
  ok,
  optionalText,
  param,
  repositoryFor,
  repositoryOf,
  requiredText,
  routes,
} from './call.ts';
import { listed, sorted } from './paging.ts';

export const pullRoutes = routes({
  'GET /repos/{owner}/{repo}/pulls': listPulls,
  'POST /repos/{owner}/{repo}/pulls': create,
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': async (call) =>
    ok(await pullBody(call.world.addresses, await pullOf(call))),
  'PATCH /repos/{owner}/{repo}/pulls/{pull_number}': update,
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits': listCommits,
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': listFiles,
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/merge': async (call) => {
    if (!(await pullOf(call)).pull.merged) throw notFound();
    return NO_CONTENT;
  },
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge': merge,
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch': async (call) => {
    const pull = await pullOf(call);
    await updateHead(call, { pull, expectedHead: optionalText(call, 'expected_head_sha') });
    const url = pullUrl(call.world.addresses, pull);
    return { status: 202, body: { message: 'Updating pull request branch.', url } };
  },
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': pullsOfCommit,
});

/** The pull request of the route, as the last push left it. */
export async function pullOf(call: Call, need: Need = NEEDS.readPulls): Promise<PullRequest> {
  const repository = repositoryOf(call);
  requireAccess(call.viewer, { repository, need });
  await call.world.settled();
  const issue = findIssue(repository, Number(param(call, 'pull_number')));
  if (!isPullRequest(issue)) throw notFound();
  return issue;
}

async function listPulls(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.readPulls);
  await call.world.settled();
  const state = call.query.get('state') ?? 'open';
  const [head, base] = [call.query.get('head'), call.query.get('base')];
  const wanted = repository.issues
    .filter(isPullRequest)
    .filter((each) => state === 'all' || each.state === state)
    // GitHub wants `owner:branch` here; without the owner it filters nothing.
    .filter(({ pull }) => !head?.includes(':') || `${pull.headOwner.login}:${pull.headRef}` === head)
    .filter(({ pull }) => base === null || pull.baseRef === base);
  return listed(call, {
    all: sorted(call, { all: wanted, defaultDirection: 'desc' }),
    body: (pull) => simplePullBody(call.world.addresses, pull),
  });
}

async function create(call: Call): Promise<Answer> {
  const { world } = call;
  const pull = await openPull(call, {
    repository: repositoryOf(call),
    title: requiredText(call, 'title'),
    body: optionalText(call, 'body') ?? null,
    head: requiredText(call, 'head'),
    base: requiredText(call, 'base'),
    draft: call.body.draft === true,
  });
  return created(await pullBody(world.addresses, pull));
}

async function update(call: Call): Promise<Answer> {
  const { world, viewer } = call;
  const pull = await pullOf(call);
  const [title, body] = [optionalText(call, 'title'), call.body.body === null ? null : optionalText(call, 'body')];
  if (title !== undefined || body !== undefined) {
    editIssue(call, { issue: pull, ...(title !== undefined && { title }), ...(body !== undefined && { body }) });
  }
  const base = optionalText(call, 'base');
  if (base !== undefined) await changeBase(call, { pull, base });
  const state = optionalText(call, 'state');
  if (state !== undefined) requireStateChange(viewer, pull);
  if (state === 'closed') closeIssue(call, { issue: pull, reason: 'completed' });
  else if (state === 'open') await reopenPull(call, pull);
  else if (state !== undefined) throw invalidField('PullRequest', 'state', 'invalid');
  return ok(await pullBody(world.addresses, pull));
}

async function merge(call: Call): Promise<Answer> {
  const sha = await mergePull(call, {
    pull: await pullOf(call),
    method: mergeMethod(optionalText(call, 'merge_method') ?? 'merge'),
    title: optionalText(call, 'commit_title') ?? null,
    message: optionalText(call, 'commit_message') ?? null,
    expectedHead: optionalText(call, 'sha'),
  });
  return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
}

function mergeMethod(name: string): MergeMethod {
  const method = MERGE_METHODS.find((each) => each === name);
  if (!method) throw invalidField('PullRequest', 'merge_method', 'invalid');
  return method;
}

async function listCommits(call: Call): Promise<Answer> {
  const { repository, pull } = await pullOf(call);
  const from = await mergeBase(repository, { base: pull.baseSha, head: pull.headSha });
  const commits = await commitsBetween(repository, { from, to: pull.headSha, limit: 250 });
  return listed(call, { all: commits, body: (commit) => commitBody(call.world.addresses, { repository, commit }) });
}

async function listFiles(call: Call): Promise<Answer> {
  const { repository, pull } = await pullOf(call);
  const files = await changedFiles(repository, {
    from: await mergeBase(repository, { base: pull.baseSha, head: pull.headSha }),
    to: pull.headSha,
  });
  return listed(call, {
    all: files,
    body: (file) => diffEntryBody(call.world.addresses, { repository, commit: pull.headSha, file }),
  });
}

/** Pull requests that hold a commit, and those that were merged as it. */
async function pullsOfCommit(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.readPulls);
  await call.world.settled();
  const sha = param(call, 'commit_sha');
  const holding: PullRequest[] = [];
  for (const each of repository.issues.filter(isPullRequest)) {
    const { baseSha, headSha, merged } = each.pull;
    const from = await mergeBase(repository, { base: baseSha, head: headSha });
    const commits = await commitsBetween(repository, { from, to: headSha, limit: 250 });
    if (merged?.commit === sha || commits.some(({ oid }) => oid === sha)) holding.push(each);
  }
  return listed(call, { all: holding, body: (pull) => simplePullBody(call.world.addresses, pull) });
}
