import { installationBody } from '../bodies/app.ts';
import { checkRunBody } from '../bodies/check.ts';
import { commentBody, issueBody, labelBody } from '../bodies/issue.ts';
import { freshPullBody, reviewBody } from '../bodies/pull.ts';
import { repositoryBody } from '../bodies/repository.ts';
import { runBodyWith, workflowBody } from '../bodies/run.ts';
import { userBody } from '../bodies/user.ts';
import { ZERO_OID } from '../git/refs.ts';
import type { GitHubEvent, Push, PushedCommit } from '../model/events.ts';
import type { QueueEntryRecord, RepositoryRecord } from '../model/records.ts';
import { iso, second } from '../model/time.ts';
import type { Addresses } from '../world.ts';

export type Payload = Readonly<Record<string, unknown>>;

/** The payload of an event as a webhook and `github.event` carry it, taken at this moment. */
export function eventPayload(at: Addresses, event: GitHubEvent): Payload {
  const common = { repository: repositoryBody(at, event.repository), sender: userBody(at, event.sender) };
  switch (event.name) {
    case 'issues':
      return {
        action: event.action,
        issue: issueBody(at, event.issue),
        ...(event.label && { label: labelBody(at, event.label) }),
        ...(event.changes && { changes: event.changes }),
        ...common,
      };
    case 'issue_comment':
      return {
        action: event.action,
        issue: issueBody(at, event.issue),
        comment: commentBody(at, event.comment),
        ...(event.changes && { changes: event.changes }),
        ...common,
      };
    case 'issue_dependencies':
      return { ...dependencyPayload(at, event), ...common };
    case 'sub_issues':
      return { ...subIssuePayload(at, event), ...common };
    case 'pull_request':
      return { ...pullPayload(at, event), ...common };
    case 'pull_request_review':
      return {
        action: event.action,
        // GitHub spells the state in lower case here, unlike everywhere else.
        review: { ...reviewBody(at, event.review), state: event.review.state.toLowerCase() },
        pull_request: freshPullBody(at, event.review.pull),
        ...common,
      };
    case 'merge_group':
      return {
        action: event.action,
        ...(event.reason && { reason: event.reason }),
        merge_group: mergeGroup(event.entry, event.group),
        ...common,
      };
    case 'check_run': {
      const { id, headBranch: head_branch, headSha: head_sha } = event.checkRun;
      const body = checkRunBody(at, { repository: event.repository, run: event.checkRun });
      // Webhook operation `check-run/completed`: of the suite more than the REST API gives; its branch is nullable.
      const check_suite = { id, head_branch, head_sha, pull_requests: [] };
      return { action: event.action, check_run: { ...body, check_suite }, ...common };
    }
    case 'status': {
      const { id, sha, state, context, description, targetUrl, createdAt } = event.status;
      const texts = { id, sha, name: event.repository.fullName, state, context, description, target_url: targetUrl };
      return { ...texts, branches: [], created_at: iso(createdAt), updated_at: iso(createdAt), ...common };
    }
    case 'label':
      return { action: event.action, label: labelBody(at, event.label), ...common };
    case 'push':
      return {
        ...pushPayload(at, { repository: event.repository, push: event.push }),
        ...common,
        pusher: { name: event.sender.login, email: null },
      };
    case 'workflow_run':
      return {
        action: event.action,
        workflow_run: runBodyWith(at, { run: event.run, commit: null }),
        workflow: workflowBody(at, { run: event.run, workflow: event.run.workflow }),
        ...common,
      };
    case 'installation': {
      const { id, name, fullName, private: isPrivate } = event.repository;
      return {
        action: event.action,
        installation: installationBody(at, event.installation),
        repositories: [{ id, node_id: common.repository.node_id, name, full_name: fullName, private: isPrivate }],
        requester: null,
        sender: common.sender,
      };
    }
  }
}

function pullPayload(at: Addresses, event: Extract<GitHubEvent, { name: 'pull_request' }>): Payload {
  return {
    action: event.action,
    number: event.pull.number,
    pull_request: freshPullBody(at, event.pull),
    ...(event.label && { label: labelBody(at, event.label) }),
    ...(event.changes && { changes: event.changes }),
    ...(event.before && { before: event.before, after: event.after }),
    ...(event.reviewer && { requested_reviewer: userBody(at, event.reviewer) }),
    ...(event.reason && { reason: event.reason }),
  };
}

/** Webhook operations `issue-dependencies/*`: told to the repository of either side, each under its own action. */
function dependencyPayload(
  at: Addresses,
  { action, issue, blocker }: Extract<GitHubEvent, { name: 'issue_dependencies' }>,
): Payload {
  const isBlocked = action === 'blocked_by_added' || action === 'blocked_by_removed';
  return {
    action,
    blocked_issue_id: issue.id,
    blocked_issue: issueBody(at, issue),
    blocking_issue_id: blocker.id,
    blocking_issue: issueBody(at, blocker),
    ...(isBlocked
      ? { blocking_issue_repo: repositoryBody(at, blocker.repository) }
      : { blocked_issue_repo: repositoryBody(at, issue.repository) }),
  };
}

/** Webhook operations `sub-issues/*`, likewise. */
function subIssuePayload(
  at: Addresses,
  { action, parent, child }: Extract<GitHubEvent, { name: 'sub_issues' }>,
): Payload {
  const isOfChild = action === 'parent_issue_added' || action === 'parent_issue_removed';
  return {
    action,
    parent_issue_id: parent.id,
    parent_issue: issueBody(at, parent),
    sub_issue_id: child.id,
    sub_issue: issueBody(at, child),
    ...(isOfChild
      ? { parent_issue_repo: repositoryBody(at, parent.repository) }
      : { sub_issue_repo: repositoryBody(at, child.repository) }),
  };
}

function mergeGroup({ pull }: QueueEntryRecord, group: NonNullable<QueueEntryRecord['group']>): Payload {
  return {
    head_sha: group.headSha,
    head_ref: group.ref,
    base_sha: group.baseSha,
    base_ref: `refs/heads/${pull.pull.baseRef}`,
    head_commit: { id: group.headSha, message: `${pull.title} (#${pull.number})` },
  };
}

function pushPayload(
  at: Addresses,
  { repository, push }: { readonly repository: RepositoryRecord; readonly push: Push },
): Payload {
  const commits = push.commits.map((commit) => pushedCommit(at, { repository, commit }));
  return {
    ref: push.ref,
    before: push.before,
    after: push.after,
    base_ref: null,
    created: push.before === ZERO_OID,
    deleted: push.after === ZERO_OID,
    forced: push.forced,
    compare: `${at.server}/${repository.fullName}/compare/${push.before.slice(0, 12)}...${push.after.slice(0, 12)}`,
    commits,
    head_commit: push.after === ZERO_OID ? null : (commits.at(-1) ?? null),
    pushed_at: second(repository.pushedAt),
  };
}

function pushedCommit(
  at: Addresses,
  { repository, commit }: { readonly repository: RepositoryRecord; readonly commit: PushedCommit },
) {
  const { tree, ...rest } = commit;
  return {
    ...rest,
    tree_id: tree,
    distinct: true,
    url: `${at.server}/${repository.fullName}/commit/${commit.id}`,
  };
}
