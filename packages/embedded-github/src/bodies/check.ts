import type { AnnotationRecord, CheckRunRecord, StatusRecord } from '../model/checks.ts';
import { nodeId } from '../model/node-ids.ts';
import type { RepositoryRecord } from '../model/records.ts';
import { iso, isoOrNull } from '../model/time.ts';
import type { Addresses } from '../world.ts';
import { appBody } from './app.ts';
import { repositoryUrl } from './repository.ts';
import { userBody } from './user.ts';

export function checkRunHtmlUrl(
  at: Addresses,
  { repository, run }: { readonly repository: RepositoryRecord; readonly run: CheckRunRecord },
): string {
  return `${at.server}/${repository.fullName}/runs/${run.id}`;
}

export function checkRunBody(
  at: Addresses,
  { repository, run }: { readonly repository: RepositoryRecord; readonly run: CheckRunRecord },
) {
  const url = `${repositoryUrl(at, repository)}/check-runs/${run.id}`;
  return {
    id: run.id,
    node_id: nodeId('CheckRun', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    name: run.name,
    url,
    html_url: checkRunHtmlUrl(at, { repository, run }),
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: iso(run.startedAt),
    completed_at: isoOrNull(run.completedAt),
    check_suite: { id: run.id },
    app: run.app && appBody(at, run.app),
    pull_requests: [],
    output: { ...run.output, annotations_count: run.annotations.length, annotations_url: `${url}/annotations` },
  };
}

export function annotationBody(
  at: Addresses,
  {
    repository,
    run,
    annotation,
  }: { readonly repository: RepositoryRecord; readonly run: CheckRunRecord; readonly annotation: AnnotationRecord },
) {
  const path = annotation.path.split('/').map(encodeURIComponent).join('/');
  const blob = `${at.server}/${repository.fullName}/blob/${run.headSha}/${path}`;
  return { ...annotation, raw_details: null, blob_href: blob };
}

export function statusBody(
  at: Addresses,
  { repository, status }: { readonly repository: RepositoryRecord; readonly status: StatusRecord },
) {
  const creator = userBody(at, status.creator);
  return {
    id: status.id,
    node_id: nodeId('Status', status.id),
    url: `${repositoryUrl(at, repository)}/statuses/${status.sha}`,
    avatar_url: creator.avatar_url,
    state: status.state,
    context: status.context,
    description: status.description,
    target_url: status.targetUrl,
    created_at: iso(status.createdAt),
    updated_at: iso(status.createdAt),
    creator,
  };
}
