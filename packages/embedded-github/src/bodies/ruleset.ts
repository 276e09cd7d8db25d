import type { components } from '@octokit/openapi-types';
import { nodeId } from '../model/node-ids.ts';
import type { RepositoryRecord, Viewer } from '../model/records.ts';
import { MERGE_METHODS, type Ruleset } from '../model/rules.ts';
import type { Store } from '../model/store.ts';
import { iso } from '../model/time.ts';
import { bypasses } from '../rules/rulesets.ts';
import type { Addresses } from '../world.ts';
import { repositoryUrl } from './repository.ts';

type Schemas = components['schemas'];

interface RulesetView {
  readonly at: Addresses;
  readonly repository: RepositoryRecord;
  readonly viewer: Viewer;
}

/** As the list gives it; rules and conditions come with the single one. */
export function rulesetSummary({ at, repository, viewer }: RulesetView, ruleset: Ruleset) {
  const self = `${repositoryUrl(at, repository)}/rulesets/${ruleset.id}`;
  const html = `${at.server}/${repository.fullName}/rules/${ruleset.id}`;
  return {
    id: ruleset.id,
    name: `Protect ${ruleset.branch}`,
    target: 'branch',
    source_type: 'Repository',
    source: repository.fullName,
    enforcement: 'active',
    node_id: nodeId('Ruleset', ruleset.id),
    _links: { self: { href: self }, html: { href: html } },
    created_at: iso(ruleset.createdAt),
    updated_at: iso(ruleset.createdAt),
    current_user_can_bypass: bypasses(viewer, ruleset) ? 'always' : 'never',
  } satisfies Schemas['repository-ruleset'];
}

/** Who bypasses is shown to those only who may change the ruleset (operation `repos/get-repo-ruleset`). */
export function rulesetBody(
  view: RulesetView,
  { ruleset, ...bypass }: { readonly ruleset: Ruleset; readonly shown: boolean; readonly store: Store },
) {
  const actors = (ruleset.bypass ?? []).map((slug) => ({
    actor_id: bypass.store.app(slug).id,
    actor_type: 'Integration' as const,
    bypass_mode: 'always' as const,
  }));
  return {
    ...rulesetSummary(view, ruleset),
    conditions: { ref_name: { include: [`refs/heads/${ruleset.branch}`], exclude: [] } },
    rules: ruleBodies(ruleset),
    ...(bypass.shown && { bypass_actors: actors }),
  };
}

/** The rules of a branch, each with where it comes from. */
export function branchRuleBodies(repository: RepositoryRecord, rulesets: readonly Ruleset[]) {
  return rulesets.flatMap((ruleset) =>
    ruleBodies(ruleset).map((rule) => ({
      ...rule,
      ruleset_source_type: 'Repository',
      ruleset_source: repository.fullName,
      ruleset_id: ruleset.id,
    })),
  );
}

function ruleBodies(ruleset: Ruleset): readonly Schemas['repository-rule'][] {
  const { pullRequest, requiredChecks, upToDate = false } = ruleset;
  const rules: (Schemas['repository-rule'] | false)[] = [
    ruleset.blockDeletion !== false && { type: 'deletion' },
    ruleset.blockForcePush !== false && { type: 'non_fast_forward' },
    ruleset.linearHistory === true && { type: 'required_linear_history' },
    pullRequest !== undefined && {
      type: 'pull_request',
      parameters: {
        required_approving_review_count: pullRequest.approvals,
        dismiss_stale_reviews_on_push: pullRequest.dismissStale ?? false,
        require_code_owner_review: pullRequest.codeOwners ?? false,
        require_last_push_approval: false,
        required_review_thread_resolution: false,
        allowed_merge_methods: [...(pullRequest.methods ?? MERGE_METHODS)],
      },
    },
    requiredChecks !== undefined && {
      type: 'required_status_checks',
      parameters: {
        do_not_enforce_on_create: true,
        required_status_checks: requiredChecks.map((context) => ({ context })),
        strict_required_status_checks_policy: upToDate,
      },
    },
    ruleset.mergeQueue === true && {
      type: 'merge_queue',
      parameters: {
        check_response_timeout_minutes: 60,
        grouping_strategy: 'ALLGREEN',
        max_entries_to_build: 1,
        max_entries_to_merge: 1,
        merge_method: QUEUE_METHODS[ruleset.queueMethod ?? 'squash'],
        min_entries_to_merge: 1,
        min_entries_to_merge_wait_minutes: 0,
      },
    },
  ];
  return rules.filter((rule) => rule !== false);
}

const QUEUE_METHODS = { merge: 'MERGE', squash: 'SQUASH', rebase: 'REBASE' } as const;
