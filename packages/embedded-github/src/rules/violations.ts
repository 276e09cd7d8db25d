import { checkReasons, checkStatesOn, requiredState } from '../checks/checks.ts';
import { commitsBetween, isAncestor } from '../git/ancestry.ts';
import { type RefChange, ZERO_OID } from '../git/refs.ts';
import { ApiError } from '../model/errors.ts';
import type { RepositoryRecord, Viewer } from '../model/records.ts';
import type { Ruleset } from '../model/rules.ts';
import { isShutOut, requiredChecks, rulesetsBinding } from './rulesets.ts';

/** A reason against a push, and what git must find in it for the reason to hold. */
export interface PushRule {
  readonly ref: string;
  readonly when: 'always' | 'not-forward' | 'merges';
  readonly reason: string;
}

/** What speaks against moving refs directly. Only branches have rules, and a new branch may be pushed. */
export function pushRules(
  repository: RepositoryRecord,
  { viewer, changes }: { readonly viewer: Viewer; readonly changes: readonly RefChange[] },
): readonly PushRule[] {
  return changes.flatMap((change) => {
    if (!change.name.startsWith('refs/heads/') || change.before === ZERO_OID) return [];
    const rulesets = rulesetsBinding(viewer, { repository, branch: change.name.replace('refs/heads/', '') });
    const isOpen = !rulesets.some((each) => isShutOut(viewer, each));
    const others =
      change.after === ZERO_OID ? deletionRules(rulesets, change) : updateRules(repository, { rulesets, change });
    return isOpen ? others : [{ ref: change.name, when: 'always', reason: RESTRICTED }, ...others];
  });
}

/** "About protected branches", Restrict who can push to matching branches. */
const RESTRICTED = "You're not authorized to push to this branch.";

function deletionRules(rulesets: readonly Ruleset[], { name: ref }: RefChange): readonly PushRule[] {
  const blocked = rulesets.some((each) => each.blockDeletion !== false);
  return blocked ? [{ ref, when: 'always', reason: 'Cannot delete this branch' }] : [];
}

function updateRules(
  repository: RepositoryRecord,
  { rulesets, change: { name: ref, after } }: { readonly rulesets: readonly Ruleset[]; readonly change: RefChange },
): readonly PushRule[] {
  const states = checkStatesOn(repository, after);
  const checks = requiredChecks(rulesets).map((name) => ({ name, state: requiredState(states, name) }));
  const rules: (PushRule | false)[] = [
    rulesets.some((each) => each.pullRequest !== undefined) && {
      ref,
      when: 'always',
      reason: 'Changes must be made through a pull request.',
    },
    rulesets.some((each) => each.mergeQueue) && {
      ref,
      when: 'always',
      reason: 'Changes must be made through the merge queue',
    },
    ...checkReasons(checks).map((reason): PushRule => ({ ref, when: 'always', reason })),
    rulesets.some((each) => each.blockForcePush !== false) && {
      ref,
      when: 'not-forward',
      reason: 'Cannot force-push to this branch',
    },
    rulesets.some((each) => each.linearHistory) && {
      ref,
      when: 'merges',
      reason: 'This branch must not contain merge commits.',
    },
  ];
  return rules.filter((rule) => rule !== false);
}

/** Throws in GitHub's words when rules forbid the viewer to move refs through the API. */
export async function requireRules(
  repository: RepositoryRecord,
  {
    viewer,
    changes,
    status = 422,
  }: { readonly viewer: Viewer; readonly changes: readonly RefChange[]; readonly status?: number },
): Promise<void> {
  const reasons: string[] = [];
  for (const { ref, when, reason } of pushRules(repository, { viewer, changes })) {
    const change = changes.find((each) => each.name === ref);
    if (change && (await applies(repository, { when, change }))) reasons.push(reason);
  }
  if (reasons.length > 0) throw refusal(status, reasons);
}

async function applies(
  repository: RepositoryRecord,
  { when, change: { before, after } }: { readonly when: PushRule['when']; readonly change: RefChange },
): Promise<boolean> {
  if (when === 'not-forward') return !(await isAncestor(repository, { older: before, newer: after }));
  if (when === 'always') return true;
  return (await commitsBetween(repository, { from: before, to: after })).some(({ parents }) => parents.length > 1);
}

export function refusal(status: number, reasons: readonly string[]): ApiError {
  const message = `Repository rule violations found\n\n${reasons.join('\n\n')}\n\n`;
  return new ApiError(status, message, { type: 'UNPROCESSABLE' });
}
