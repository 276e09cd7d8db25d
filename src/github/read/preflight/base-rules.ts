import type { BaseRule } from '../../../state/preflight/facts.ts';
import type { Locator } from '../../locator.ts';
import { API_VERSION, type Client } from '../../octokit.ts';
import type { ClassicRule } from './repository-query.ts';

interface RuleSource {
  readonly client: Client;
  readonly locator: Locator;
  readonly branch: string;
}

/** The rules that rulesets hold over a branch, whether it is there or not. Everybody is told them who sees the repository. */
export async function readRulesets({ client, locator, branch }: RuleSource): Promise<readonly BaseRule[]> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/rules/branches/{branch}', {
    ...locator,
    branch,
    per_page: 100,
    headers: API_VERSION,
  });
  return data.flatMap((rule): readonly BaseRule[] => {
    switch (rule.type) {
      case 'pull_request': {
        const { parameters } = rule;
        const approvals = parameters?.required_approving_review_count ?? 0;
        const codeOwners = parameters?.require_code_owner_review ?? false;
        return [{ kind: 'pull-request', approvals, codeOwners, methods: parameters?.allowed_merge_methods }];
      }
      case 'required_status_checks': {
        const names = rule.parameters?.required_status_checks.map(({ context }) => context) ?? [];
        return names.length === 0 ? [] : [{ kind: 'checks', names }];
      }
      case 'merge_queue':
        return [{ kind: 'merge-queue' }];
      case 'required_signatures':
        return [{ kind: 'signatures' }];
      case 'required_deployments':
        return [{ kind: 'deployments' }];
      case 'update':
        return [{ kind: 'updates' }];
      case 'creation':
        return [{ kind: 'creation' }];
      // What they demand is of the work, of its history, or of nothing that is landed.
      default:
        return [];
    }
  });
}

/** The same of classic protection, as it binds the token that asks. */
export function classicRules(rule: ClassicRule | null | undefined): readonly BaseRule[] {
  if (!rule) return [];
  const approvals = rule.requiredApprovingReviewCount;
  const names = (rule.requiredStatusCheckContexts ?? []).filter((name) => name !== null);
  const found: readonly (BaseRule | false)[] = [
    { kind: 'classic' },
    approvals !== null && {
      kind: 'pull-request',
      approvals,
      codeOwners: rule.requiresCodeOwnerReviews,
      methods: undefined,
    },
    names.length > 0 && { kind: 'checks', names },
    rule.requiresSignatures && { kind: 'signatures' },
    // Who may not push where no pull request is asked for may not push at all.
    approvals === null && !rule.viewerCanPush && { kind: 'updates' },
  ];
  return found.filter((each) => each !== false);
}
