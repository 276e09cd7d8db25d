import type { Check } from '../../state/result.ts';
import { type AgentReport, type Assignment, type Conclusion, failure, type Verification } from '../assignment.ts';
import { changedPaths } from '../git/base.ts';
import type { Repository } from '../git/git.ts';
import { readTree } from '../git/workspace.ts';
import { say } from '../log.ts';
import type { StepContext } from '../step.ts';
import { verifyTree } from '../verification.ts';
import { bringOnto, returnConflict } from './bring-onto.ts';
import { type Front, fetchFront, releaseLease, takeLease } from './lease.ts';
import { leaveForReview } from './leave-for-review.ts';
import { mergeAtOnce } from './merge-at-once.ts';
import { forbiddenChanges } from './protected.ts';
import { pushToBase } from './push-to-base.ts';

export interface Work {
  readonly assignment: Assignment;
  readonly verification: Verification;
  readonly report: AgentReport;
  readonly repository: Repository;
  /** Set where nothing of the tree may run: what has to be verified again goes to another job. */
  readonly elsewhere?: Elsewhere | undefined;
}

export interface Elsewhere {
  /** What a job before handed on, and another has verified since. */
  readonly again?: Again | undefined;
}

/** The work merged onto a base that has moved, to be verified while everybody else waits. */
export interface Again {
  /** Commit of the base, and the tree that would land on it. */
  readonly onto: string;
  readonly tree: string;
  /** The landing lease: held until the work has landed, or is reported. */
  readonly lease: string;
}

/** Verifications after a move of the base, before landing asks everybody else to wait, and in all. */
const ROUNDS_BEFORE_LEASE = 2;
const ROUNDS = 6;
/** Pushes that may lose to a faster one. */
const LOST_PUSHES = 40;
/** Looks at a lease that others hold, at most 5 s apart. */
const WAITS = 720;

/** Milliseconds before the second push, and before the second look at a lease that others hold: they verify meanwhile. */
const LOST_PAUSE = 50;
const LEASE_PAUSE = 150;

const MOVED_AGAIN = 'somebody moved the base while it was verified once more';

/** How verified work gets onto the base. */
interface Way {
  /** GitHub merges onto whatever the base is by then: nobody else of ours may land in between. */
  readonly alone: boolean;
  /** @returns How it ended, or undefined when the base has moved. */
  readonly take: (context: StepContext, work: Work, stand: Stand) => Promise<Conclusion | undefined>;
}

const WAYS: Readonly<Record<Assignment['rules']['landing'], Way>> = {
  push: { alone: false, take: pushToBase },
  merge: { alone: true, take: mergeAtOnce },
  review: { alone: false, take: leaveForReview },
};

/** Where landing stands: the tree that is verified, and the commit of the base that it is verified on. */
export interface Stand {
  readonly parent: string;
  readonly tree: string;
  readonly checks: readonly Check[];
  /** How often it was verified again because the base had moved. */
  readonly rounds: number;
  readonly lease: string | undefined;
}

/** Lands verified work on the newest base, or says why it does not. */
export async function landWork(context: StepContext, work: Work): Promise<Conclusion | { readonly again: Again }> {
  const { assignment, verification, repository } = work;
  const start = work.elsewhere?.again;
  const refused = await forbiddenChanges(repository, {
    from: start?.onto ?? assignment.base.head,
    tree: verification.tree,
    rules: assignment.rules,
  });
  if (refused.length > 0) {
    return {
      outcome: 'verification',
      failure: failure(`changes that a task may not make: ${refused.slice(0, 10).join('; ')}`, refused.join('\n')),
    };
  }
  const way = WAYS[assignment.rules.landing];
  let stand: Stand = {
    parent: start?.onto ?? assignment.base.head,
    tree: verification.tree,
    checks: verification.checks,
    rounds: start ? 1 : 0,
    lease: start?.lease,
  };
  let handedOn = false;
  try {
    for (let lost = 0, waits = 0; lost < LOST_PUSHES && waits < WAITS; ) {
      const front = await fetchFront(repository, assignment.base.branch, context.clock.now());
      // Whoever took us for dead has it now.
      if (front.lease?.commit !== stand.lease) stand = { ...stand, lease: undefined };
      if (isTaken(front, stand)) {
        await context.clock.sleep(pause(assignment.dispatch.issue, { turn: waits++, first: LEASE_PAUSE }));
        continue;
      }
      const next = await moveTo(context, work, { stand, front });
      if ('outcome' in next) return next;
      if ('again' in next) {
        handedOn = true;
        return next;
      }
      stand = next;
      if (stand.parent !== front.head) {
        waits++;
        continue;
      }
      if (way.alone && !stand.lease) {
        stand = await claimLanding(context, work, { stand, front });
        waits++;
        continue;
      }
      const end = await way.take(context, work, stand);
      if (end) return end;
      await context.clock.sleep(pause(assignment.dispatch.issue, { turn: lost++, first: LOST_PAUSE }));
    }
    return { outcome: 'conflict', failure: failure('the base moved faster than this work could land') };
  } finally {
    if (stand.lease && !handedOn) await releaseLease(repository, stand.lease);
  }
}

/** Somebody else lands alone. */
function isTaken({ lease }: Front, stand: Stand): boolean {
  return lease?.fresh === true && lease.commit !== stand.lease;
}

/** Different runs pause differently, and the same run always the same: 8 tasks may want to land at once. */
function pause(issue: number, { turn, first }: { readonly turn: number; readonly first: number }): number {
  const spread = ((issue * 7919) % 101) / 100;
  return Math.min(first * 1.3 ** turn, 5_000) * (0.5 + spread / 2);
}

/** Brings the work onto the newest base. A stand whose parent is not the front's head is one that wants another look. */
async function moveTo(
  context: StepContext,
  work: Work,
  { stand, front }: { readonly stand: Stand; readonly front: Front },
): Promise<Stand | Conclusion | { readonly again: Again }> {
  const { assignment, repository, verification, elsewhere } = work;
  const { head } = front;
  if (head === stand.parent) return stand;
  const { plan, progress } = assignment.rules;
  const moved = (await changedPaths(repository, stand.parent, head)).filter(
    (path) => path !== plan && path !== progress,
  );
  if (moved.length > 0 && elsewhere?.again) return returnConflict(assignment, { reason: MOVED_AGAIN, paths: moved });
  if (moved.length > 0 && !stand.lease && (elsewhere || stand.rounds >= ROUNDS_BEFORE_LEASE)) {
    return claimLanding(context, work, { stand, front });
  }
  const brought = await bringOnto(context, work, { stand, head });
  if ('outcome' in brought) return brought;
  const { tree } = brought;
  if (moved.length === 0) return { ...stand, parent: head, tree };
  if (stand.rounds >= ROUNDS)
    return { outcome: 'conflict', failure: failure(`the base moved ${ROUNDS} times while the work was verified`) };
  if (elsewhere && stand.lease) return { again: { onto: head, tree, lease: stand.lease } };
  say(`The base has moved to ${head.slice(0, 10)} (${moved.length} paths): verifying again`);
  await readTree(repository, context.job, tree);
  const verified = await verifyTree(context, { assignment, repository, onto: head, tree });
  if (verified.failure) {
    const what = `on the newest base, ${verified.failure.what}`;
    return {
      outcome: 'verification',
      failure: failure(what, verified.failure.output),
      checks: verified.checks,
      findings: verified.findings,
    };
  }
  return {
    ...stand,
    ...{ parent: head, tree },
    checks: worst(verification.checks, verified.checks),
    rounds: stand.rounds + 1,
  };
}

/** A check that was flaky once stays flaky: the later run says nothing about that. */
function worst(before: readonly Check[], after: readonly Check[]): readonly Check[] {
  return after.map((check) => {
    const wasFlaky = before.some(({ name, status }) => name === check.name && status === 'flaky');
    return wasFlaky && check.status === 'passed' ? { ...check, status: 'flaky' } : check;
  });
}

/** Asks everybody else of ours to wait. Somebody may have been faster: the next look tells. */
async function claimLanding(
  { job }: StepContext,
  { assignment, repository }: Work,
  { stand, front }: { readonly stand: Stand; readonly front: Front },
): Promise<Stand> {
  const holder = { run: job.run, issue: assignment.dispatch.issue };
  return { ...stand, lease: await takeLease(repository, holder, front.lease?.commit) };
}
