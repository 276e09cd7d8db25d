import { NEEDS, type Need } from '../../access/permissions.ts';
import { dispatchWorkflow } from '../../actions/dispatch.ts';
import { findWorkflow, listWorkflows } from '../../actions/workflows.ts';
import { repositoryUrl } from '../../bodies/repository.ts';
import { jobBody, runBody, workflowBody } from '../../bodies/run.ts';
import { notFound } from '../../model/errors.ts';
import type { RunRecord } from '../../model/records.ts';
import {
  type Answer,
  type Call,
  created,
  NO_CONTENT,
  ok,
  optionalObject,
  param,
  repositoryFor,
  requiredText,
  routes,
} from './call.ts';
import { page } from './paging.ts';

const ACCEPTED = { status: 202, body: {} } as const;

export const actionsRoutes = routes({
  'GET /repos/{owner}/{repo}/actions/workflows': async (call) => {
    const repository = repositoryFor(call, NEEDS.readActions);
    const all = await listWorkflows(call.world, repository);
    const { items, headers } = page(call, all);
    const workflows = items.map((each) => workflowBody(call.world.addresses, { run: { repository }, workflow: each }));
    return { status: 200, headers, body: { total_count: all.length, workflows } };
  },
  'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}': async (call) => {
    const repository = repositoryFor(call, NEEDS.readActions);
    const workflow = await findWorkflow(call.world, { repository, key: param(call, 'workflow_id') });
    return ok(workflowBody(call.world.addresses, { run: { repository }, workflow }));
  },
  'PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/enable': (call) => setState(call, 'active'),
  'PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/disable': (call) => setState(call, 'disabled_manually'),
  'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches': dispatch,
  'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs': async (call) => {
    const repository = repositoryFor(call, NEEDS.readActions);
    const workflow = await findWorkflow(call.world, { repository, key: param(call, 'workflow_id') });
    return listRuns(
      call,
      repository.runs.filter((run) => run.workflow === workflow),
    );
  },
  'GET /repos/{owner}/{repo}/actions/runs': (call) => listRuns(call, repositoryFor(call, NEEDS.readActions).runs),
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}': async (call) =>
    ok(await runBody(call.world.addresses, runOf(call, NEEDS.readActions))),
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs': (call) => {
    const run = runOf(call, NEEDS.readActions);
    const bodies = run.jobs.map((job, index) => jobBody(call.world.addresses, { run, job, index }));
    const { items, headers } = page(call, bodies);
    return { status: 200, headers, body: { total_count: bodies.length, jobs: items } };
  },
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel': (call) => {
    call.world.runs.cancel(runOf(call, NEEDS.writeActions));
    return ACCEPTED;
  },
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/force-cancel': (call) => {
    call.world.runs.forceCancel(runOf(call, NEEDS.writeActions));
    return ACCEPTED;
  },
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun': (call) => {
    call.world.runs.rerun(runOf(call, NEEDS.writeActions), call.viewer);
    return created({});
  },
});

/** From this version on the answer names the run without being asked to (`actions/create-workflow-dispatch`). */
const RUN_DETAILS_SINCE = '2026-03-10';

async function dispatch(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.writeActions);
  const id = await dispatchWorkflow(call, {
    repository,
    workflow: param(call, 'workflow_id'),
    ref: requiredText(call, 'ref'),
    inputs: optionalObject(call, 'inputs'),
  });
  if (call.body.return_run_details !== true && call.apiVersion < RUN_DETAILS_SINCE) return NO_CONTENT;
  const { addresses } = call.world;
  return ok({
    workflow_run_id: id,
    run_url: `${repositoryUrl(addresses, repository)}/actions/runs/${id}`,
    html_url: `${addresses.server}/${repository.fullName}/actions/runs/${id}`,
  });
}

/** Operations `actions/enable-workflow` and `actions/disable-workflow`. */
async function setState(call: Call, state: 'active' | 'disabled_manually'): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.writeActions);
  const workflow = await findWorkflow(call.world, { repository, key: param(call, 'workflow_id') });
  workflow.state = state;
  if (state === 'active') workflow.enabledAt = call.world.clock();
  return NO_CONTENT;
}

function runOf(call: Call, need: Need): RunRecord {
  const id = Number(param(call, 'run_id'));
  const run = repositoryFor(call, need).runs.find((each) => each.id === id);
  if (!run) throw notFound();
  return run;
}

/** Newest first, at most a thousand (operation `actions/list-workflow-runs`). */
async function listRuns(call: Call, runs: readonly RunRecord[]): Promise<Answer> {
  const filter = runFilter(call.query);
  const wanted = runs.filter(filter).reverse().slice(0, 1000);
  const { items, headers } = page(call, wanted);
  const bodies = await Promise.all(items.map((run) => runBody(call.world.addresses, run)));
  return { status: 200, headers, body: { total_count: wanted.length, workflow_runs: bodies } };
}

function runFilter(query: URLSearchParams): (run: RunRecord) => boolean {
  const [event, status, branch, actor] = ['event', 'status', 'branch', 'actor'].map((name) => query.get(name));
  const [headSha, createdAt] = [query.get('head_sha'), query.get('created')];
  const isWithin = createdAt === null ? () => true : dateFilter(createdAt);
  return (run) =>
    (event ?? run.event) === run.event &&
    (!status || run.status === status || run.conclusion === status) &&
    (!branch || run.headBranch === branch) &&
    (!actor || run.actor.login.toLowerCase() === actor.toLowerCase()) &&
    (headSha ?? run.headSha) === run.headSha &&
    isWithin(run.createdAt);
}

/** GitHub's search syntax for dates: `>=x`, `>x`, `<=x`, `<x`, `x..y`, `x`; a bare date is the whole day. */
function dateFilter(text: string): (ms: number) => boolean {
  const range = /^(.+)\.\.(.+)$/.exec(text);
  if (range) {
    const [, from = '*', to = '*'] = range;
    const isAfter = from === '*' ? () => true : dateFilter(`>=${from}`);
    const isBefore = to === '*' ? () => true : dateFilter(`<=${to}`);
    return (ms) => isAfter(ms) && isBefore(ms);
  }
  const [, sign = '', value = ''] = /^([<>]=?)?(.+)$/.exec(text) ?? [];
  const start = Date.parse(value);
  const end = start + (value.length <= 10 ? 86_400_000 : 1000) - 1;
  switch (sign) {
    case '>=':
      return (ms) => ms >= start;
    case '>':
      return (ms) => ms > end;
    case '<=':
      return (ms) => ms <= end;
    case '<':
      return (ms) => ms < start;
    default:
      return (ms) => ms >= start && ms <= end;
  }
}
