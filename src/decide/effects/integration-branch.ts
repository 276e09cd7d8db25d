import { inline } from '../../state/markdown.ts';
import { versionOf } from '../../state/occasion.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { anythingStarted } from '../../state/steering.ts';
import type { TrackedIssues } from '../../state/tracked-issues.ts';
import type { Effect } from './effect.ts';

export interface IntegrationBranchSync {
  readonly tracked: TrackedIssues;
  readonly effects: readonly Effect[];
  readonly wakeAt: number | undefined;
}

interface Input {
  readonly snapshot: Snapshot;
  readonly tracked: TrackedIssues;
  /** Why nothing is dispatched at all. */
  readonly notice: string | undefined;
}

/** A base of its own is made before anything lands there, and kept current with the default branch. */
export function syncIntegrationBranch({ snapshot, tracked, notice }: Input): IntegrationBranchSync {
  const { integrationBranch, defaultBranch } = snapshot.repository;
  const { plan } = tracked;
  if (!integrationBranch || !plan) return { tracked, effects: [], wakeAt: undefined };
  const { branch, defaultHead } = integrationBranch;
  if (!integrationBranch.exists) {
    const due = notice === undefined && anythingStarted({ snapshot, tracked });
    const reason = 'the work of the plan lands on it';
    const effects: readonly Effect[] = due
      ? [{ kind: 'create-branch', key: `branch:${branch}`, branch, from: defaultHead, reason }]
      : [];
    return { tracked, effects, wakeAt: due ? snapshot.now : undefined };
  }
  const { conflict: known, ...rest } = plan.record;
  if (!integrationBranch.behind) {
    const record = known === undefined ? plan.record : rest;
    return { tracked: { ...tracked, plan: { ...plan, record } }, effects: [], wakeAt: undefined };
  }
  if (integrationBranch.conflict === undefined) {
    const key = `merge:${branch}:${defaultHead}`;
    const reason = `${defaultBranch} has what ${branch} lacks`;
    const merge: Effect = { kind: 'merge-branch', key, into: branch, from: defaultBranch, head: defaultHead, reason };
    return { tracked, effects: [merge], wakeAt: undefined };
  }
  // Said once.
  if (known !== undefined) return { tracked, effects: [], wakeAt: undefined };
  const body = `\`${defaultBranch}\` cannot be merged into \`${branch}\`: ${inline(integrationBranch.conflict)}. Merge it by hand; tasks go on landing on \`${branch}\` as it is.`;
  const { number } = plan.issue;
  const occasion = `conflict:${versionOf(plan.issue)}`;
  const reason = 'a person has to resolve a conflict';
  return {
    tracked: { ...tracked, plan: { ...plan, record: { ...rest, conflict: integrationBranch.conflict } } },
    effects: [{ kind: 'comment', key: `conflict:${number}`, occasion, issue: number, body, reason }],
    wakeAt: undefined,
  };
}

/** While the base is missing nothing could land there. */
export function mayLand({ repository: { integrationBranch } }: Snapshot): boolean {
  return integrationBranch === undefined || integrationBranch.exists;
}
