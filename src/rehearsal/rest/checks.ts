import { appOf, NEEDS, type Need, requireAccess } from '../access.ts';
import { appBody } from '../bodies/app.ts';
import { repositoryUrl } from '../bodies/repository.ts';
import { userBody } from '../bodies/user.ts';
import {
  type Answer,
  type Call,
  created,
  ok,
  optionalText,
  param,
  record,
  repositoryOf,
  routes,
  text,
} from '../call.ts';
import { invalidField, notFound, unprocessable } from '../errors.ts';
import { nodeId } from '../node-ids.ts';
import type { CheckRunRecord, RepositoryRecord, StatusRecord } from '../store.ts';
import { iso, isoOrNull } from '../time.ts';
import { page } from './paging.ts';

export const checkRoutes = routes({
  'POST /repos/{owner}/{repo}/check-runs': createCheckRun,
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': updateCheckRun,
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}': (call) =>
    ok(checkRunBody(call, checkRunOf(call, NEEDS.readChecks))),
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': listCheckRuns,
  'POST /repos/{owner}/{repo}/statuses/{sha}': createStatus,
});

function allowed(call: Call, need: Need): RepositoryRecord {
  const repository = repositoryOf(call);
  requireAccess(call.viewer, repository, need);
  return repository;
}

async function createCheckRun(call: Call): Promise<Answer> {
  const repository = allowed(call, NEEDS.writeChecks);
  const headSha = text(call, 'head_sha');
  if ((await repository.objects.commitId(headSha)) === null) throw unprocessable(`No commit found for SHA: ${headSha}`);
  const run: CheckRunRecord = {
    id: call.world.store.nextId('check'),
    headSha,
    app: appOf(call.viewer),
    name: text(call, 'name'),
    status: 'queued',
    conclusion: null,
    startedAt: call.world.clock(),
    completedAt: null,
    externalId: '',
    detailsUrl: null,
    output: { title: null, summary: null, text: null },
  };
  applyFields(call, run);
  repository.checkRuns.push(run);
  return created(checkRunBody(call, run));
}

function updateCheckRun(call: Call): Answer {
  const run = checkRunOf(call, NEEDS.writeChecks);
  applyFields(call, run);
  return ok(checkRunBody(call, run));
}

function checkRunOf(call: Call, need: Need): CheckRunRecord {
  const id = Number(param(call, 'check_run_id'));
  const run = allowed(call, need).checkRuns.find((each) => each.id === id);
  if (!run) throw notFound();
  return run;
}

/** A conclusion completes the run, whatever `status` says. */
function applyFields(call: Call, run: CheckRunRecord): void {
  const status = optionalText(call, 'status');
  const conclusion = optionalText(call, 'conclusion');
  const output = record(call, 'output');
  const outputText = (name: 'title' | 'summary' | 'text') =>
    typeof output[name] === 'string' ? output[name] : run.output[name];
  run.name = optionalText(call, 'name') ?? run.name;
  run.externalId = optionalText(call, 'external_id') ?? run.externalId;
  run.detailsUrl = optionalText(call, 'details_url') ?? run.detailsUrl;
  run.output = { title: outputText('title'), summary: outputText('summary'), text: outputText('text') };
  if (status === 'queued' || status === 'in_progress' || status === 'completed') run.status = status;
  if (conclusion !== undefined) {
    run.status = 'completed';
    run.conclusion = conclusion;
  }
  if (run.status === 'completed') run.completedAt ??= call.world.clock();
}

async function listCheckRuns(call: Call): Promise<Answer> {
  const repository = allowed(call, NEEDS.readChecks);
  const sha = await repository.objects.commitId(param(call, 'ref'));
  if (sha === null) throw unprocessable(`No commit found for SHA: ${param(call, 'ref')}`);
  const name = call.query.get('check_name');
  const runs = repository.checkRuns.filter((run) => run.headSha === sha && (name ?? run.name) === run.name);
  const { items, headers } = page(call, runs);
  return {
    status: 200,
    headers,
    body: { total_count: runs.length, check_runs: items.map((run) => checkRunBody(call, run)) },
  };
}

function checkRunBody(call: Call, run: CheckRunRecord) {
  const { addresses } = call.world;
  const url = `${repositoryUrl(addresses, repositoryOf(call))}/check-runs/${run.id}`;
  return {
    id: run.id,
    node_id: nodeId('CheckRun', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    name: run.name,
    url,
    html_url: `${addresses.server}/${repositoryOf(call).fullName}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: iso(run.startedAt),
    completed_at: isoOrNull(run.completedAt),
    check_suite: { id: run.id },
    app: run.app && appBody(addresses, run.app),
    pull_requests: [],
    output: { ...run.output, annotations_count: 0, annotations_url: `${url}/annotations` },
  };
}

const STATES = ['error', 'failure', 'pending', 'success'] as const;

async function createStatus(call: Call): Promise<Answer> {
  const { world, viewer } = call;
  const repository = allowed(call, NEEDS.writeStatuses);
  const sha = param(call, 'sha');
  if ((await repository.objects.commitId(sha)) === null) throw unprocessable(`No commit found for SHA: ${sha}`);
  const state = STATES.find((each) => each === call.body.state);
  if (!state) throw invalidField('Status', 'state', 'custom');
  const status: StatusRecord = {
    id: world.store.nextId('status'),
    sha,
    state,
    context: optionalText(call, 'context') ?? 'default',
    description: optionalText(call, 'description') ?? null,
    targetUrl: optionalText(call, 'target_url') ?? null,
    creator: viewer.user,
    createdAt: world.clock(),
  };
  repository.statuses.push(status);
  const creator = userBody(world.addresses, status.creator);
  return created({
    id: status.id,
    node_id: nodeId('Status', status.id),
    url: `${repositoryUrl(world.addresses, repository)}/statuses/${sha}`,
    avatar_url: creator.avatar_url,
    state,
    context: status.context,
    description: status.description,
    target_url: status.targetUrl,
    created_at: iso(status.createdAt),
    updated_at: iso(status.createdAt),
    creator,
  });
}
