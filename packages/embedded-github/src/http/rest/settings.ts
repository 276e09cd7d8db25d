import { NEEDS } from '../../access/permissions.ts';
import { branchPolicyBodies, environmentBody } from '../../bodies/environment.ts';
import type { EnvironmentRecord } from '../../model/environments.ts';
import { ApiError, notFound } from '../../model/errors.ts';
import type { RepositoryRecord } from '../../model/records.ts';
import { iso } from '../../model/time.ts';
import { type Answer, type Call, ok, param, repositoryFor, routes } from './call.ts';
import { page } from './paging.ts';

/**
 * What only administrators set, as far as it is read. Who may read it:
 * https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
 */
export const settingRoutes = routes({
  'GET /repos/{owner}/{repo}/actions/permissions': (call) => {
    const { settings } = repositoryFor(call, NEEDS.readAdministration);
    if (!settings.actionsEnabled) return ok({ enabled: false });
    return ok({
      enabled: true,
      allowed_actions: settings.allowedActions,
      sha_pinning_required: settings.pinnedActions,
    });
  },
  'GET /repos/{owner}/{repo}/actions/permissions/selected-actions': (call) => {
    const { settings } = repositoryFor(call, NEEDS.readAdministration);
    if (settings.allowedActions !== 'selected') throw new ApiError(409, 'Conflict');
    const { githubOwned, verified, patterns } = settings.selectedActions;
    return ok({ github_owned_allowed: githubOwned, verified_allowed: verified, patterns_allowed: [...patterns] });
  },
  'GET /repos/{owner}/{repo}/actions/secrets': (call) => {
    const repository = repositoryFor(call, NEEDS.readSecrets);
    return secretNames(call, { repository, names: [...repository.secrets.keys()] });
  },
  // Organizations have no secrets here.
  'GET /repos/{owner}/{repo}/actions/organization-secrets': (call) =>
    secretNames(call, { repository: repositoryFor(call, NEEDS.readSecrets), names: [] }),
  'GET /repos/{owner}/{repo}/environments/{environment_name}': (call) => {
    const repository = repositoryFor(call, NEEDS.readActions);
    return ok(environmentBody(call.world.addresses, { repository, environment: environmentOf(call, repository) }));
  },
  'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies': (call) => {
    const { branches } = environmentOf(call, repositoryFor(call, NEEDS.readActions));
    const policies = branchPolicyBodies(Array.isArray(branches) ? branches : []);
    const { items, headers } = page(call, policies);
    return { status: 200, headers, body: { total_count: policies.length, branch_policies: items } };
  },
  'GET /repos/{owner}/{repo}/environments/{environment_name}/secrets': (call) => {
    const repository = repositoryFor(call, NEEDS.readEnvironments);
    return secretNames(call, { repository, names: [...environmentOf(call, repository).secrets.keys()] });
  },
});

function environmentOf(call: Call, repository: RepositoryRecord): EnvironmentRecord {
  const environment = repository.environments.get(param(call, 'environment_name').toLowerCase());
  if (!environment) throw notFound();
  return environment;
}

/** Nobody is ever shown a value. */
function secretNames(
  call: Call,
  { repository, names }: { readonly repository: RepositoryRecord; readonly names: readonly string[] },
): Answer {
  const at = iso(repository.createdAt);
  const { items, headers } = page(call, names);
  const secrets = items.map((name) => ({ name: name.toUpperCase(), created_at: at, updated_at: at }));
  return { status: 200, headers, body: { total_count: names.length, secrets } };
}
