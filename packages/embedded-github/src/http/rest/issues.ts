import { hasAccess, NEEDS, requireAccess } from '../../access/permissions.ts';
import { issueBody, issueEventBody } from '../../bodies/issue.ts';
import { assign } from '../../issues/assignees.ts';
import {
  closeIssue,
  createIssue,
  editIssue,
  reopenIssue,
  replaceLabels,
  requireStateChange,
} from '../../issues/issues.ts';
import { hasLabel, labelsNamed } from '../../issues/labels.ts';
import { setLock } from '../../issues/lock.ts';
import { addBlockedBy, addSubIssue, removeBlockedBy, removeSubIssue } from '../../issues/relations.ts';
import { notFound, unprocessable } from '../../model/errors.ts';
import type { StateReason } from '../../model/issue-events.ts';
import type { IssueRecord } from '../../model/records.ts';
import {
  type Answer,
  type Call,
  created,
  issueById,
  issueOf,
  NO_CONTENT,
  ok,
  optionalNames,
  optionalText,
  repositoryFor,
  repositoryOf,
  requiredInteger,
  requiredText,
  routes,
} from './call.ts';
import { listed, since, sorted } from './paging.ts';

export const issueRoutes = routes({
  'GET /repos/{owner}/{repo}/issues': listIssues,
  'POST /repos/{owner}/{repo}/issues': openIssue,
  'GET /repos/{owner}/{repo}/issues/{issue_number}': (call) => ok(issueBody(call.world.addresses, readableIssue(call))),
  'PATCH /repos/{owner}/{repo}/issues/{issue_number}': updateIssue,
  'POST /repos/{owner}/{repo}/issues/{issue_number}/assignees': (call) => {
    const issue = issueOf(call);
    assign(call, { issue, logins: optionalNames(call, 'assignees') ?? [] });
    return created(issueBody(call.world.addresses, issue));
  },
  'PUT /repos/{owner}/{repo}/issues/{issue_number}/lock': (call) => lock(call, true),
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/lock': (call) => lock(call, false),
  'GET /repos/{owner}/{repo}/issues/{issue_number}/events': (call) =>
    // Relations have no event among those that https://docs.github.com/en/rest/using-the-rest-api/issue-event-types lists.
    listed(call, {
      all: readableIssue(call).events.filter(({ other }) => other === null),
      body: (event) => issueEventBody(call.world.addresses, event),
    }),
  'GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by': (call) =>
    listIssueBodies(call, [...readableIssue(call).blockedBy]),
  'POST /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by': addDependency,
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by/{issue_id}': removeDependency,
  'GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocking': (call) =>
    listIssueBodies(call, [...readableIssue(call).blocking]),
  'GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues': (call) =>
    listIssueBodies(call, readableIssue(call).subIssues),
  'POST /repos/{owner}/{repo}/issues/{issue_number}/sub_issues': attachSubIssue,
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/sub_issue': detachSubIssue,
  'GET /repos/{owner}/{repo}/issues/{issue_number}/parent': (call) => {
    const { parent } = readableIssue(call);
    if (!parent) throw notFound();
    return ok(issueBody(call.world.addresses, parent));
  },
});

export function readableIssue(call: Call): IssueRecord {
  requireAccess(call.viewer, { repository: repositoryOf(call), need: NEEDS.readIssues });
  return issueOf(call);
}

function lock(call: Call, locked: boolean): Answer {
  setLock(call, { issue: issueOf(call), locked });
  return NO_CONTENT;
}

function listIssueBodies(call: Call, issues: readonly IssueRecord[]): Answer {
  return listed(call, { all: issues, body: (issue) => issueBody(call.world.addresses, issue) });
}

function listIssues(call: Call): Answer {
  const repository = repositoryFor(call, NEEDS.readIssues);
  const state = call.query.get('state') ?? 'open';
  const creator = call.query.get('creator')?.toLowerCase();
  const labels = (call.query.get('labels') ?? '').split(',').filter((name) => name !== '');
  const wanted = repository.issues.filter(
    (issue) =>
      (state === 'all' || issue.state === state) &&
      (creator === undefined || issue.author.login.toLowerCase() === creator) &&
      labels.every((name) => hasLabel(issue, name)),
  );
  return listIssueBodies(
    call,
    sorted(call, { all: since(call, { all: wanted, moment: (issue) => issue.updatedAt }), defaultDirection: 'desc' }),
  );
}

function openIssue(call: Call): Answer {
  const { world, viewer } = call;
  const repository = repositoryFor(call, NEEDS.joinIssues);
  const title = requiredText(call, 'title');
  // Labels of people without a role are dropped in silence, and none is made for them.
  const wanted = hasAccess(viewer, { repository, need: NEEDS.triageIssues })
    ? (optionalNames(call, 'labels') ?? [])
    : [];
  const labels = labelsNamed(call, { repository, names: wanted });
  return created(
    issueBody(
      world.addresses,
      createIssue(call, { repository, title, body: optionalText(call, 'body') ?? null, labels }),
    ),
  );
}

function updateIssue(call: Call): Answer {
  const { world, viewer } = call;
  const issue = issueOf(call);
  requireAccess(viewer, { repository: issue.repository, need: NEEDS.joinIssues });
  const title = optionalText(call, 'title');
  const body = call.body.body === null ? null : optionalText(call, 'body');
  if (title !== undefined || body !== undefined) {
    editIssue(call, { issue, ...(title !== undefined && { title }), ...(body !== undefined && { body }) });
  }
  const labels = optionalNames(call, 'labels');
  if (labels !== undefined)
    replaceLabels(call, { issue, labels: labelsNamed(call, { repository: issue.repository, names: labels }) });
  changeState(call, issue);
  return ok(issueBody(world.addresses, issue));
}

function changeState(call: Call, issue: IssueRecord): void {
  const state = optionalText(call, 'state');
  if (state === undefined) return;
  requireStateChange(call.viewer, issue);
  if (state === 'open') reopenIssue(call, issue);
  // Operation issues/update: `state_reason` is "ignored unless `state` is changed".
  else if (state === 'closed' && issue.state === 'closed') closingReason(call);
  else if (state === 'closed') closeIssue(call, { issue, reason: closingReason(call) });
  else throw unprocessable('Validation Failed', [{ resource: 'Issue', field: 'state', code: 'invalid' }]);
}

function closingReason(call: Call): StateReason {
  const reason = optionalText(call, 'state_reason') ?? 'completed';
  if (reason === 'completed' || reason === 'not_planned' || reason === 'duplicate') return reason;
  throw unprocessable('Validation Failed', [{ resource: 'Issue', field: 'state_reason', code: 'invalid' }]);
}

function addDependency(call: Call): Answer {
  const issue = issueOf(call);
  requireAccess(call.viewer, { repository: issue.repository, need: NEEDS.triageIssues });
  addBlockedBy(call, { issue, blocker: issueById(call, requiredInteger(call, 'issue_id')) });
  return created(issueBody(call.world.addresses, issue));
}

function removeDependency(call: Call): Answer {
  const issue = issueOf(call);
  requireAccess(call.viewer, { repository: issue.repository, need: NEEDS.triageIssues });
  removeBlockedBy(call, { issue, blocker: issueById(call, Number(call.params.issue_id)) });
  return ok(issueBody(call.world.addresses, issue));
}

function attachSubIssue(call: Call): Answer {
  const parent = issueOf(call);
  requireAccess(call.viewer, { repository: parent.repository, need: NEEDS.triageIssues });
  const child = issueById(call, requiredInteger(call, 'sub_issue_id'));
  addSubIssue(call, { parent, child, replaceParent: call.body.replace_parent === true });
  return created(issueBody(call.world.addresses, parent));
}

function detachSubIssue(call: Call): Answer {
  const parent = issueOf(call);
  removeSubIssue(call, { parent, child: issueById(call, requiredInteger(call, 'sub_issue_id')) });
  return ok(issueBody(call.world.addresses, parent));
}
