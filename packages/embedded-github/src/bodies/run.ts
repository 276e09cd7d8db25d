import type { components } from '@octokit/openapi-types';
import { type GitCommit, readCommit } from '../git/commits.ts';
import { nodeId, runNodeId } from '../model/node-ids.ts';
import type { RunRecord } from '../model/records.ts';
import type { JobRecord } from '../model/runner.ts';
import { iso } from '../model/time.ts';
import type { WorkflowRecord } from '../model/workflows.ts';
import type { Addresses } from '../world.ts';
import { minimalRepositoryBody, repositoryUrl } from './repository.ts';
import { userBody } from './user.ts';

type Schemas = components['schemas'];

export async function runBody(at: Addresses, run: RunRecord): Promise<Schemas['workflow-run']> {
  const commit = await readCommit(run.repository, run.headSha);
  return runBodyWith(at, { run, commit });
}

/** The body with its commit already read: webhook payloads are taken at the moment of the change. */
export function runBodyWith(
  at: Addresses,
  { run, commit }: { readonly run: RunRecord; readonly commit: GitCommit | null },
): Schemas['workflow-run'] {
  const url = `${repositoryUrl(at, run.repository)}/actions/runs/${run.id}`;
  return {
    id: run.id,
    node_id: runNodeId(run),
    name: run.name,
    display_title: run.displayTitle,
    path: run.workflow.path,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    run_number: run.runNumber,
    run_attempt: run.runAttempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflow.id,
    check_suite_id: run.id,
    check_suite_node_id: nodeId('CheckRun', run.id),
    url,
    html_url: `${at.server}/${run.repository.fullName}/actions/runs/${run.id}`,
    created_at: iso(run.createdAt),
    updated_at: iso(run.updatedAt),
    run_started_at: iso(run.startedAt),
    actor: userBody(at, run.actor),
    triggering_actor: userBody(at, run.triggeringActor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repositoryUrl(at, run.repository)}/check-suites/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: run.runAttempt > 1 ? `${url}/attempts/${run.runAttempt - 1}` : null,
    workflow_url: `${repositoryUrl(at, run.repository)}/actions/workflows/${run.workflow.id}`,
    pull_requests: [],
    referenced_workflows: [],
    head_commit: commit && {
      id: commit.oid,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: iso(commit.committer.date),
      author: { name: commit.author.name, email: commit.author.email },
      committer: { name: commit.committer.name, email: commit.committer.email },
    },
    repository: minimalRepositoryBody(at, run.repository),
    head_repository: minimalRepositoryBody(at, run.headRepository ?? run.repository),
  };
}

export function workflowBody(
  at: Addresses,
  { run, workflow }: { readonly run: Pick<RunRecord, 'repository'>; readonly workflow: WorkflowRecord },
): Schemas['workflow'] {
  const html = `${at.server}/${run.repository.fullName}`;
  return {
    id: workflow.id,
    node_id: nodeId('Workflow', workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: workflow.state,
    created_at: iso(workflow.createdAt),
    updated_at: iso(workflow.createdAt),
    url: `${repositoryUrl(at, run.repository)}/actions/workflows/${workflow.id}`,
    html_url: `${html}/blob/${run.repository.defaultBranch}/${workflow.path}`,
    badge_url: `${html}/workflows/${encodeURIComponent(workflow.name)}/badge.svg`,
  };
}

/** Jobs appear once they have ended: the runner tells no earlier which ones there are. */
export function jobBody(
  at: Addresses,
  { run, job, index }: { readonly run: RunRecord; readonly job: JobRecord; readonly index: number },
): Schemas['job'] {
  const id = run.id * 100 + index;
  const url = `${repositoryUrl(at, run.repository)}/actions/jobs/${id}`;
  return {
    id,
    node_id: nodeId('CheckRun', id),
    run_id: run.id,
    run_url: `${repositoryUrl(at, run.repository)}/actions/runs/${run.id}`,
    run_attempt: run.runAttempt,
    head_sha: run.headSha,
    head_branch: run.headBranch,
    workflow_name: run.name,
    name: job.name,
    url,
    html_url: `${at.server}/${run.repository.fullName}/actions/runs/${run.id}/job/${id}`,
    status: 'completed',
    conclusion: job.conclusion === 'startup_failure' ? 'failure' : job.conclusion,
    created_at: iso(run.startedAt),
    started_at: job.started_at,
    completed_at: job.completed_at,
    steps: job.steps.map((step) => ({ ...step, status: 'completed' as const })),
    check_run_url: `${repositoryUrl(at, run.repository)}/check-runs/${id}`,
    labels: ['ubuntu-latest'],
    runner_id: 1,
    runner_name: 'embedded',
    runner_group_id: 1,
    runner_group_name: 'embedded',
  };
}
