import { inline } from '../../state/markdown.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { anythingStarted } from '../../state/steering.ts';
import type { Subjects } from '../../state/tracked-issues.ts';
import type { Effect } from './effect.ts';

export interface BaseCare {
  readonly subjects: Subjects;
  readonly effects: readonly Effect[];
  readonly wakeAt: number | undefined;
}

interface Input {
  readonly snapshot: Snapshot;
  readonly subjects: Subjects;
  /** Why nothing is dispatched at all. */
  readonly notice: string | undefined;
}

/** A base of its own is made before anything lands there, and kept current with the default branch. */
export function careForBase({ snapshot, subjects, notice }: Input): BaseCare {
  const { apart, defaultBranch } = snapshot.repository;
  const { plan } = subjects;
  if (!apart || !plan) return { subjects, effects: [], wakeAt: undefined };
  const { branch, defaultHead } = apart;
  if (!apart.exists) {
    const due = notice === undefined && anythingStarted({ snapshot, subjects });
    const reason = 'the work of the plan lands on it';
    const effects: readonly Effect[] = due
      ? [{ kind: 'create-branch', key: `branch:${branch}`, branch, from: defaultHead, reason }]
      : [];
    return { subjects, effects, wakeAt: due ? snapshot.now : undefined };
  }
  const { conflict: told, ...rest } = plan.record;
  if (!apart.behind) {
    const record = told === undefined ? plan.record : rest;
    return { subjects: { ...subjects, plan: { ...plan, record } }, effects: [], wakeAt: undefined };
  }
  if (apart.conflict === undefined) {
    const key = `merge:${branch}:${defaultHead}`;
    const reason = `${defaultBranch} has what ${branch} lacks`;
    const merge: Effect = { kind: 'merge-branch', key, into: branch, from: defaultBranch, head: defaultHead, reason };
    return { subjects, effects: [merge], wakeAt: undefined };
  }
  if (told !== undefined) return { subjects, effects: [], wakeAt: undefined };
  const body = `\`${defaultBranch}\` cannot be merged into \`${branch}\`: ${inline(apart.conflict)}. Merge it by hand; tasks go on landing on \`${branch}\` as it is.`;
  const { number } = plan.issue;
  const reason = 'a person has to resolve a conflict';
  return {
    subjects: { ...subjects, plan: { ...plan, record: { ...rest, conflict: apart.conflict } } },
    effects: [{ kind: 'comment', key: `conflict:${number}`, issue: number, body, reason }],
    wakeAt: undefined,
  };
}

/** While the base is missing nothing could land there. */
export function mayLand({ repository: { apart } }: Snapshot): boolean {
  return apart === undefined || apart.exists;
}
