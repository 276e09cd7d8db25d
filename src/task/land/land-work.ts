import type { Check } from '../../state/result.ts';
import { changedPaths } from '../git/base.ts';
import { readChange, readTree } from '../git/workspace.ts';
import { type Assignment, type Conclusion, failure, type Verification } from '../protocol/assignment.ts';
import type { ReverifyRequest } from '../protocol/outputs.ts';
import type { StepContext } from '../protocol/step.ts';
import { say } from '../protocol/workflow-commands.ts';
import { refuseScanned } from '../scan/scan-work.ts';
import type { Candidate, LandingAttempt, LandingWork } from './candidate.ts';
import { acquireLease, type BaseTip, fetchBaseTip, releaseLease } from './landing-lease.ts';
import { openForReview } from './open-for-review.ts';
import { refuseForbidden } from './protected-paths.ts';
import { pushToBase } from './push-to-base.ts';
import { rebaseOnto, returnConflict } from './rebase-onto.ts';
import { squashMerge } from './squash-merge.ts';

/** Verifications after a move of the base, before landing asks everybody else to wait, and in all. */
const MAX_REVERIFICATIONS_WITHOUT_LEASE = 2;
const MAX_REVERIFICATIONS = 6;
/** Pushes that may lose to a faster one. */
const MAX_LOST_PUSHES = 40;
/** Tries at a lease that others hold, at most 5 s apart. */
const MAX_LEASE_WAITS = 720;

/** Milliseconds before the second push, and before the second try at a lease that others hold: they verify meanwhile. */
const LOST_PUSH_PAUSE_MS = 50;
const LEASE_PAUSE_MS = 150;

const MOVED_AGAIN = 'somebody moved the base while it was verified once more';

/** How verified work gets onto the base. */
interface LandingStrategy {
  /** GitHub merges onto whatever the base is by then: nobody else of ours may land in between. */
  readonly exclusive: boolean;
  /** @returns How it ended, or what to try again with when the base has moved. */
  readonly land: (context: StepContext, attempt: LandingAttempt) => Promise<Conclusion | Candidate>;
}

const STRATEGIES: Readonly<Record<Assignment['rules']['landing'], LandingStrategy>> = {
  push: { exclusive: false, land: pushToBase },
  merge: { exclusive: true, land: squashMerge },
  review: { exclusive: false, land: openForReview },
};

/** Lands verified work on the newest base, or says why it does not. */
export async function landWork(
  context: StepContext,
  work: LandingWork,
): Promise<Conclusion | { readonly again: ReverifyRequest }> {
  const { assignment, verification, repository } = work;
  const start = work.delegated?.request;
  const from = start?.onto ?? assignment.base.head;
  const refused = await refuseUnlandable(work, { from, verification });
  if (refused) return refused;
  const strategy = STRATEGIES[assignment.rules.landing];
  let candidate: Candidate = {
    parent: from,
    tree: verification.tree,
    checks: verification.checks,
    reverifications: start ? 1 : 0,
    lease: start?.lease,
  };
  let handedOn = false;
  try {
    for (let lost = 0, waits = 0; lost < MAX_LOST_PUSHES && waits < MAX_LEASE_WAITS; ) {
      const tip = await fetchBaseTip(repository, { branch: assignment.base.branch, now: context.clock.now() });
      // Whoever took us for dead has it now.
      if (tip.lease?.commit !== candidate.lease) candidate = { ...candidate, lease: undefined };
      if (isLeaseHeldByOthers(tip, candidate)) {
        await context.clock.sleep(backoff(assignment.dispatch.issue, { turn: waits++, first: LEASE_PAUSE_MS }));
        continue;
      }
      const next = await advanceTo(context, { work, candidate, tip });
      if ('outcome' in next) return next;
      if ('again' in next) {
        handedOn = true;
        return next;
      }
      // Others landed while it was verified: whether anybody still wants it is asked for a push that can win.
      const mayHaveMoved = next.reverifications > candidate.reverifications && !next.lease;
      candidate = next;
      if (mayHaveMoved) continue;
      if (candidate.parent !== tip.head) {
        waits++;
        continue;
      }
      if (strategy.exclusive && !candidate.lease) {
        candidate = await requestLease(context, { work, candidate, tip });
        waits++;
        continue;
      }
      const end = await strategy.land(context, { work, candidate });
      if ('outcome' in end) return end;
      candidate = end;
      await context.clock.sleep(backoff(assignment.dispatch.issue, { turn: lost++, first: LOST_PUSH_PAUSE_MS }));
    }
    return { outcome: 'conflict', failure: failure('the base moved faster than this work could land') };
  } finally {
    if (candidate.lease && !handedOn) await releaseLease(repository, candidate.lease);
  }
}

/** What may not land whatever the checks say, of what a tree has over a commit: @returns how the run ends then. */
async function refuseUnlandable(
  { assignment, repository, report: { summary } }: LandingWork,
  { from, verification }: { readonly from: string; readonly verification: Verification },
): Promise<Conclusion | undefined> {
  const { rules } = assignment;
  const change = await readChange(repository, { from, tree: verification.tree });
  return (
    (await refuseForbidden(repository, { ...change, assignment })) ??
    (await refuseScanned(repository, { ...change, rules, verification, summary }))
  );
}

/** Somebody else lands alone. */
function isLeaseHeldByOthers({ lease }: BaseTip, candidate: Candidate): boolean {
  return lease?.fresh === true && lease.commit !== candidate.lease;
}

/** Different runs pause differently, and the same run always the same: 8 tasks may want to land at once. */
function backoff(issue: number, { turn, first }: { readonly turn: number; readonly first: number }): number {
  const spread = ((issue * 7919) % 101) / 100;
  return Math.min(first * 1.3 ** turn, 5_000) * (0.5 + spread / 2);
}

/** Brings the work onto the newest base. A candidate whose parent is not the tip's head is one that has to be tried again. */
async function advanceTo(
  context: StepContext,
  { work, candidate, tip }: { readonly work: LandingWork; readonly candidate: Candidate; readonly tip: BaseTip },
): Promise<Candidate | Conclusion | { readonly again: ReverifyRequest }> {
  const { assignment, repository, verification, delegated } = work;
  const { head } = tip;
  if (head === candidate.parent) return candidate;
  const { plan, progress } = assignment.rules;
  const moved = (await changedPaths(repository, { from: candidate.parent, to: head })).filter(
    (path) => path !== plan && path !== progress,
  );
  if (moved.length > 0 && delegated?.request) return returnConflict(assignment, { reason: MOVED_AGAIN, paths: moved });
  if (
    moved.length > 0 &&
    !candidate.lease &&
    (delegated || candidate.reverifications >= MAX_REVERIFICATIONS_WITHOUT_LEASE)
  ) {
    return requestLease(context, { work, candidate, tip });
  }
  const brought = await rebaseOnto(context, { work, candidate, head });
  if ('outcome' in brought) return brought;
  const { tree } = brought;
  if (moved.length === 0) return { ...candidate, parent: head, tree };
  // A change follows a file that others have moved, and a package manager has written what nobody has seen.
  const refused = await refuseUnlandable(work, { from: head, verification: { ...verification, tree } });
  if (refused) return refused;
  if (candidate.reverifications >= MAX_REVERIFICATIONS)
    return {
      outcome: 'conflict',
      failure: failure(`the base moved ${MAX_REVERIFICATIONS} times while the work was verified`),
    };
  if (delegated && candidate.lease) return { again: { onto: head, tree, lease: candidate.lease } };
  say(`The base has moved to ${head.slice(0, 10)} (${moved.length} paths): verifying again`);
  // Most bases have not moved.
  const { concludeFailure, verifyTree } = await import('../verify/verify-tree.ts');
  await readTree(repository, { job: context.job, tree });
  const verified = await verifyTree(context, { assignment, repository, onto: head, tree });
  const failed = concludeFailure(verified, 'on the newest base');
  if (failed) return { ...failed, checks: verified.checks, findings: verified.findings };
  return {
    ...candidate,
    parent: head,
    tree,
    checks: keepFlaky(verification.checks, verified.checks),
    reverifications: candidate.reverifications + 1,
    wantedAt: undefined,
  };
}

/** A check that was flaky once stays flaky: the later run says nothing about that. */
function keepFlaky(before: readonly Check[], after: readonly Check[]): readonly Check[] {
  return after.map((check) => {
    const wasFlaky = before.some(({ name, status }) => name === check.name && status === 'flaky');
    return wasFlaky && check.status === 'passed' ? { ...check, status: 'flaky' } : check;
  });
}

/** Asks everybody else of ours to wait. Somebody may have been faster: the next one says. */
async function requestLease(
  { job }: StepContext,
  {
    work: { assignment, repository },
    candidate,
    tip,
  }: { readonly work: LandingWork; readonly candidate: Candidate; readonly tip: BaseTip },
): Promise<Candidate> {
  const holder = { run: job.run, issue: assignment.dispatch.issue };
  return { ...candidate, lease: await acquireLease(repository, { holder, held: tip.lease?.commit }) };
}
