import type { components } from '@octokit/openapi-types';
import type { EnvironmentRecord } from '../model/environments.ts';
import { nodeId } from '../model/node-ids.ts';
import type { RepositoryRecord } from '../model/records.ts';
import { iso } from '../model/time.ts';
import type { Addresses } from '../world.ts';
import { repositoryUrl } from './repository.ts';
import { userBody } from './user.ts';

type Schemas = components['schemas'];

interface EnvironmentView {
  readonly repository: RepositoryRecord;
  readonly environment: EnvironmentRecord;
}

export function environmentBody(at: Addresses, { repository, environment }: EnvironmentView): Schemas['environment'] {
  const { id, name, branches } = environment;
  return {
    id,
    node_id: nodeId('Environment', id),
    name,
    url: `${repositoryUrl(at, repository)}/environments/${encodeURIComponent(name)}`,
    html_url: `${at.server}/${repository.fullName}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: iso(environment.createdAt),
    updated_at: iso(environment.createdAt),
    protection_rules: protectionRules(at, environment),
    deployment_branch_policy:
      branches === null
        ? null
        : { protected_branches: branches === 'protected', custom_branch_policies: branches !== 'protected' },
  };
}

function protectionRules(
  at: Addresses,
  { id, reviewers, waitMinutes, branches }: EnvironmentRecord,
): NonNullable<Schemas['environment']['protection_rules']> {
  const rule = (place: number) => ({ id: id * 10 + place, node_id: nodeId('ProtectionRule', id * 10 + place) });
  return [
    ...(waitMinutes > 0 ? [{ ...rule(1), type: 'wait_timer', wait_timer: waitMinutes }] : []),
    ...(reviewers.length > 0
      ? [
          {
            ...rule(2),
            type: 'required_reviewers',
            prevent_self_review: false,
            reviewers: reviewers.map((user) => ({ type: 'User' as const, reviewer: userBody(at, user) })),
          },
        ]
      : []),
    ...(branches === null ? [] : [{ ...rule(3), type: 'branch_policy' }]),
  ];
}

export function branchPolicyBodies(branches: readonly string[]): readonly Schemas['deployment-branch-policy'][] {
  return branches.map((name, index) => ({
    id: index + 1,
    node_id: nodeId('BranchPolicy', index + 1),
    name,
    type: 'branch',
  }));
}
