import { join } from 'node:path';
import type { WorkflowRunRequest } from '../../model/runner.ts';
import type { Workflow } from '../language/workflow.ts';

export interface JobFolders {
  /** Step logs, `summary.md`, `steps.json`: what stays after the job. */
  readonly logs: string;
  readonly workspace: string;
  readonly temp: string;
  readonly home: string;
  readonly toolCache: string;
  readonly event: string;
}

export type GithubContext = Readonly<Record<string, unknown>>;

/** The `github` context of a workflow before a job of it has a machine: all that `run-name` may see, and more. */
export function githubContext(request: WorkflowRunRequest, workflow: Workflow): GithubContext {
  const { repository, urls, ref } = request;
  const slug = `${repository.owner}/${repository.name}`;
  return Object.freeze({
    repository: slug,
    repository_owner: repository.owner,
    repository_id: String(repository.id),
    repository_owner_id: String(repository.ownerId),
    repositoryUrl: `${urls.server.replace(/^http/, 'git')}/${slug}.git`,
    run_id: String(request.runId),
    run_number: String(request.runNumber),
    run_attempt: String(request.runAttempt),
    retention_days: '90',
    sha: request.sha,
    ref,
    ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: false,
    head_ref: branchOf(request, 'head'),
    base_ref: branchOf(request, 'base'),
    actor: request.actor.login,
    actor_id: String(request.actor.id),
    triggering_actor: request.actor.login,
    event_name: request.eventName,
    event: request.event,
    workflow: workflow.name,
    workflow_ref: `${slug}/${request.workflow.path}@${ref}`,
    workflow_sha: request.sha,
    server_url: urls.server,
    api_url: urls.api,
    graphql_url: urls.graphql,
    secret_source: 'Actions',
  });
}

/** Only runs of pull requests have them. */
function branchOf({ event }: WorkflowRunRequest, side: 'head' | 'base'): string {
  const pull = event.pull_request as Readonly<Record<string, { readonly ref?: string }>> | undefined;
  return pull?.[side]?.ref ?? '';
}

/** The keys of the `github` context that steps also find in their environment. */
const published = [
  ...['repository', 'repository_owner', 'repository_id', 'repository_owner_id', 'run_id', 'run_number', 'run_attempt'],
  ...['retention_days', 'sha', 'ref', 'ref_name', 'ref_type', 'ref_protected', 'head_ref', 'base_ref', 'actor'],
  ...['actor_id', 'triggering_actor', 'event_name', 'event_path', 'workflow', 'workflow_ref', 'workflow_sha'],
  ...['server_url', 'api_url', 'graphql_url', 'job', 'workspace', 'action', 'action_path', 'action_repository'],
  ...['action_ref'],
];

export function githubVariables(github: GithubContext): Record<string, string> {
  const present = published.filter((key) => github[key] !== undefined);
  return Object.fromEntries(present.map((key) => [`GITHUB_${key.toUpperCase()}`, String(github[key])]));
}

export function runnerContext(folders: JobFolders): Readonly<Record<string, string>> {
  return Object.freeze({
    name: 'embedded',
    os: process.platform === 'darwin' ? 'macOS' : 'Linux',
    arch: process.arch.toUpperCase(),
    temp: folders.temp,
    tool_cache: folders.toolCache,
    environment: 'self-hosted',
    workspace: join(folders.workspace, '..'),
  });
}

export function runnerVariables(runner: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(runner).map(([key, value]) => [`RUNNER_${key.toUpperCase()}`, value]));
}

/** The `inputs` context: defaults filled in, booleans and numbers as such. */
export function inputsContext(
  workflow: Workflow,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string | boolean | number>> {
  const declared = workflow.dispatchInputs.map((input) => {
    const text = given[input.name] ?? input.default ?? '';
    if (input.type === 'boolean') return [input.name, text === 'true'] as const;
    return [input.name, input.type === 'number' && text !== '' ? Number(text) : text] as const;
  });
  return Object.freeze({ ...given, ...Object.fromEntries(declared) });
}
