import { NEEDS, requireAccess } from '../../access/permissions.ts';
import { labelBody } from '../../bodies/issue.ts';
import { addLabels, removeLabels } from '../../issues/issues.ts';
import { createLabel, labelsNamed } from '../../issues/labels.ts';
import { notFound } from '../../model/errors.ts';
import type { IssueRecord, LabelRecord } from '../../model/records.ts';
import { findLabel } from '../../model/store.ts';
import {
  type Answer,
  type Call,
  created,
  issueOf,
  ok,
  optionalNames,
  optionalText,
  param,
  repositoryOf,
  requiredText,
  routes,
} from './call.ts';
import { readableIssue } from './issues.ts';
import { listed } from './paging.ts';

export const labelRoutes = routes({
  'GET /repos/{owner}/{repo}/labels': (call) => {
    const repository = repositoryOf(call);
    requireAccess(call.viewer, { repository, need: NEEDS.readIssues });
    return listLabels(call, repository.labels);
  },
  'POST /repos/{owner}/{repo}/labels': (call) => {
    const { world } = call;
    const color = optionalText(call, 'color');
    const description = optionalText(call, 'description') ?? null;
    const wanted = { name: requiredText(call, 'name'), description, ...(color !== undefined && { color }) };
    return created(labelBody(world.addresses, createLabel(call, { repository: repositoryOf(call), ...wanted })));
  },
  'GET /repos/{owner}/{repo}/labels/{name}': (call) => {
    const repository = repositoryOf(call);
    requireAccess(call.viewer, { repository, need: NEEDS.readIssues });
    return ok(labelBody(call.world.addresses, requireLabel(findLabel(repository, param(call, 'name')))));
  },
  'GET /repos/{owner}/{repo}/issues/{issue_number}/labels': (call) => listLabels(call, [...readableIssue(call).labels]),
  'POST /repos/{owner}/{repo}/issues/{issue_number}/labels': (call) => {
    const { viewer } = call;
    const issue = issueOf(call);
    requireAccess(viewer, { repository: issue.repository, need: NEEDS.triageIssues });
    addLabels(call, {
      issue,
      labels: labelsNamed(call, { repository: issue.repository, names: optionalNames(call, 'labels') ?? [] }),
    });
    return remaining(call, issue);
  },
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}': (call) => {
    const issue = issueOf(call);
    requireAccess(call.viewer, { repository: issue.repository, need: NEEDS.triageIssues });
    const label = requireLabel(findLabel(issue.repository, param(call, 'name')));
    if (!issue.labels.has(label)) throw notFound('Label does not exist');
    removeLabels(call, { issue, labels: [label] });
    return remaining(call, issue);
  },
});

function requireLabel(label: LabelRecord | undefined): LabelRecord {
  if (!label) throw notFound();
  return label;
}

function listLabels(call: Call, labels: readonly LabelRecord[]): Answer {
  return listed(call, { all: labels, body: (label) => labelBody(call.world.addresses, label) });
}

function remaining(call: Call, issue: IssueRecord): Answer {
  return ok([...issue.labels].map((label) => labelBody(call.world.addresses, label)));
}
