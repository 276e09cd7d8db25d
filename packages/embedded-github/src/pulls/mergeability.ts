import { checkReasons, checkStatesOn, requiredState } from '../checks/checks.ts';
import { isAncestor } from '../git/ancestry.ts';
import { mergeTrees } from '../git/merge.ts';
import type { PullRequest, Viewer } from '../model/records.ts';
import type { Ruleset } from '../model/rules.ts';
import { requiredChecks, rulesetsBinding, rulesetsOf } from '../rules/rulesets.ts';
import { requiredOwners } from './code-owners.ts';
import { opinions } from './reviews.ts';

type MergeState = 'clean' | 'dirty' | 'blocked' | 'behind' | 'unstable' | 'draft' | 'unknown';

export interface Mergeability {
  /** Whether git can merge it; null while GitHub has not looked, or for one that is closed. */
  readonly mergeable: boolean | null;
  readonly state: MergeState;
}

const UNKNOWN: Mergeability = { mergeable: null, state: 'unknown' };

/** What a reader gets: the first one after a push gets "unknown" and has to ask again (operation `pulls/get`). */
export async function shownMergeability(pull: PullRequest): Promise<Mergeability> {
  const heads = `${pull.pull.baseSha} ${pull.pull.headSha}`;
  if (pull.state === 'closed') return UNKNOWN;
  if (pull.pull.mergeabilityAskedFor === heads) return computeMergeability(pull);
  pull.pull.mergeabilityAskedFor = heads;
  return UNKNOWN;
}

/** What holds, worked out now. Rules are those that bind everybody without a bypass. */
export async function computeMergeability(pull: PullRequest): Promise<Mergeability> {
  const { repository } = pull;
  if (pull.state === 'closed') return UNKNOWN;
  const { baseSha, headSha, baseRef, draft } = pull.pull;
  if ((await mergeTrees(repository, { ours: baseSha, theirs: headSha })) === null)
    return { mergeable: false, state: 'dirty' };
  const rulesets = rulesetsOf(repository, baseRef);
  if (draft) return { mergeable: true, state: 'draft' };
  if ((await unmetRules(pull, rulesets)).length > 0) return { mergeable: true, state: 'blocked' };
  if (await isBehind(pull, rulesets)) return { mergeable: true, state: 'behind' };
  const settled = checkStatesOn(repository, headSha).every(({ state }) => state === 'success');
  return { mergeable: true, state: settled ? 'clean' : 'unstable' };
}

/** Whether nothing but a person's or GitHub's press of the button is missing. */
export function isReady({ state }: Mergeability): boolean {
  return state === 'clean' || state === 'unstable';
}

export async function isBehind({ repository, pull }: PullRequest, rulesets: readonly Ruleset[]): Promise<boolean> {
  if (!rulesets.some((each) => each.upToDate)) return false;
  return !(await isAncestor(repository, { older: pull.baseSha, newer: pull.headSha }));
}

/** What the rules of the base still ask of the pull request, in GitHub's words; the merge queue is not among it. */
export async function unmetRules(pull: PullRequest, rulesets: readonly Ruleset[]): Promise<readonly string[]> {
  return [...(await unmetReviews(pull, rulesets)), ...unmetChecks(pull, requiredChecks(rulesets))];
}

/** The rules that bind this viewer. */
export function bindingRules({ repository, pull }: PullRequest, viewer: Viewer): readonly Ruleset[] {
  return rulesetsBinding(viewer, { repository, branch: pull.baseRef });
}

async function unmetReviews(pull: PullRequest, rulesets: readonly Ruleset[]): Promise<readonly string[]> {
  const demands = rulesets.flatMap((each) => each.pullRequest ?? []);
  if (demands.length === 0) return [];
  const { approvedBy, objectedBy } = opinions(pull);
  const needed = Math.max(...demands.map((each) => each.approvals));
  const unmet: string[] = [];
  if (approvedBy.length < needed) {
    const reviews = needed === 1 ? 'review is' : 'reviews are';
    unmet.push(`At least ${needed} approving ${reviews} required by reviewers with write access.`);
  }
  if (objectedBy.length > 0 && needed > 0) {
    unmet.push('Changes have been requested by reviewers with write access.');
  }
  if (demands.some((each) => each.codeOwners)) {
    const approving = new Set(approvedBy.map((user) => user.login.toLowerCase()));
    for (const owners of await requiredOwners(pull)) {
      if (!owners.some((owner) => approving.has(owner))) {
        unmet.push(`Waiting on code owner review from ${owners.join(', ')}.`);
      }
    }
  }
  return unmet;
}

function unmetChecks({ repository, pull }: PullRequest, names: readonly string[]): readonly string[] {
  const checks = checkStatesOn(repository, pull.headSha);
  return checkReasons(names.map((name) => ({ name, state: requiredState(checks, name) })));
}

type ReviewDecision = 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null;

/** Null where no rule asks for reviews and nobody gave one. */
export function reviewDecision(pull: PullRequest): ReviewDecision {
  const demands = rulesetsOf(pull.repository, pull.pull.baseRef).flatMap((each) => each.pullRequest ?? []);
  const needed = Math.max(0, ...demands.map((each) => each.approvals));
  const { approvedBy, objectedBy } = opinions(pull);
  if (objectedBy.length > 0) return 'CHANGES_REQUESTED';
  if (approvedBy.length > 0 && approvedBy.length >= needed) return 'APPROVED';
  return needed > 0 ? 'REVIEW_REQUIRED' : null;
}
