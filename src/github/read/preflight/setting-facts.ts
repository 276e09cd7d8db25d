import { TASK_WORKFLOW } from '../../../state/names.ts';
import type {
  ActionsPolicy,
  EnvironmentFacts,
  RepositoryFacts,
  WorkflowDefaults,
} from '../../../state/preflight/facts.ts';
import { ENVIRONMENT } from '../../../state/preflight/judge-environment.ts';
import { unlessMissing } from '../../errors.ts';
import type { Locator } from '../../locator.ts';
import { API_VERSION, type Client } from '../../octokit.ts';
import { told } from './told.ts';

/** What of the settings REST tells, each by a permission of its own. */

interface Source {
  readonly client: Client;
  readonly locator: Locator;
}

type SettingFacts = Pick<RepositoryFacts, 'workflowState' | 'actions' | 'workflowDefaults' | 'environment' | 'secrets'>;

export async function readSettings(source: Source): Promise<SettingFacts> {
  const [workflowState, actions, workflowDefaults, environment, secrets] = await Promise.all([
    told('actions: read', () => readWorkflowState(source)),
    told('administration: read', () => readPolicy(source)),
    told('administration: read', () => readWorkflowDefaults(source)),
    told('actions: read', () => readEnvironment(source)),
    readSecrets(source),
  ]);
  return { workflowState, actions, workflowDefaults, environment, secrets };
}

async function readWorkflowState({ client, locator }: Source): Promise<string | undefined> {
  const found = await unlessMissing(
    client.request('GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}', {
      ...locator,
      workflow_id: TASK_WORKFLOW,
      headers: API_VERSION,
    }),
  );
  return found?.data.state;
}

async function readPolicy({ client, locator }: Source): Promise<ActionsPolicy> {
  const given = { ...locator, headers: API_VERSION };
  const { data } = await client.request('GET /repos/{owner}/{repo}/actions/permissions', given);
  const policy = {
    enabled: data.enabled,
    allowed: data.allowed_actions ?? 'all',
    pinned: data.sha_pinning_required ?? false,
    githubOwned: false,
    verified: false,
    patterns: [],
  };
  if (policy.allowed !== 'selected') return policy;
  const selected = await client.request('GET /repos/{owner}/{repo}/actions/permissions/selected-actions', given);
  return {
    ...policy,
    githubOwned: selected.data.github_owned_allowed ?? false,
    verified: selected.data.verified_allowed ?? false,
    patterns: selected.data.patterns_allowed ?? [],
  };
}

async function readWorkflowDefaults({ client, locator }: Source): Promise<WorkflowDefaults> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/actions/permissions/workflow', {
    ...locator,
    headers: API_VERSION,
  });
  return {
    mayPropose: data.can_approve_pull_request_reviews,
    mayWrite: data.default_workflow_permissions === 'write',
  };
}

async function readEnvironment({ client, locator }: Source): Promise<EnvironmentFacts | undefined> {
  const given = { ...locator, environment_name: ENVIRONMENT, headers: API_VERSION };
  const found = await unlessMissing(client.request('GET /repos/{owner}/{repo}/environments/{environment_name}', given));
  if (!found) return undefined;
  const { protection_rules: rules = [], deployment_branch_policy: policy } = found.data;
  const reviewers = rules.flatMap((rule) =>
    'reviewers' in rule ? (rule.reviewers ?? []).flatMap(({ reviewer }) => nameOf(reviewer) ?? []) : [],
  );
  const waits = rules.flatMap((rule) => ('wait_timer' in rule ? [rule.wait_timer ?? 0] : []));
  const facts = { reviewers, waitMinutes: Math.max(0, ...waits) };
  if (policy?.protected_branches) return { ...facts, branches: 'protected' };
  if (!policy?.custom_branch_policies) return { ...facts, branches: undefined };
  const { data } = await client.request(
    'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies',
    { ...given, per_page: 100 },
  );
  return { ...facts, branches: data.branch_policies.flatMap(({ name }) => name ?? []) };
}

/** A login, or the slug of a team. */
function nameOf(reviewer: object | undefined): string | undefined {
  if (!reviewer) return undefined;
  if ('login' in reviewer && typeof reviewer.login === 'string') return reviewer.login;
  return 'slug' in reviewer && typeof reviewer.slug === 'string' ? reviewer.slug : undefined;
}

/** Names alone: nobody is told a value. */
async function readSecrets({ client, locator }: Source): Promise<RepositoryFacts['secrets']> {
  const given = { ...locator, per_page: 100, headers: API_VERSION };
  const within = { ...given, environment_name: ENVIRONMENT };
  const [environment, repository, organization] = await Promise.all([
    told('environments: read', async () =>
      namesIn(
        await unlessMissing(
          client.request('GET /repos/{owner}/{repo}/environments/{environment_name}/secrets', within),
        ),
      ),
    ),
    told('secrets: read', async () =>
      namesIn(await client.request('GET /repos/{owner}/{repo}/actions/secrets', given)),
    ),
    told('secrets: read', async () =>
      namesIn(await client.request('GET /repos/{owner}/{repo}/actions/organization-secrets', given)),
    ),
  ]);
  return { environment, repository, organization };
}

function namesIn(
  answer: { readonly data: { readonly secrets: readonly { readonly name: string }[] } } | undefined,
): readonly string[] {
  return answer?.data.secrets.map(({ name }) => name.toUpperCase()) ?? [];
}
