import { claimRef } from '../../state/names.ts';
import type { Check } from '../../state/result.ts';
import { type Assignment, type Conclusion, failure, type Verification } from '../assignment.ts';
import { claimedBy } from '../claims.ts';
import { changedPaths, isAncestor } from '../git/base.ts';
import type { Repository } from '../git/git.ts';
import { pushRefs, type RefMove } from '../git/push.ts';
import { landingMessage } from '../git/trailers.ts';
import { readTree } from '../git/workspace.ts';
import { say } from '../log.ts';
import type { StepContext } from '../step.ts';
import { verifyTree } from '../verification.ts';
import { type Front, fetchFront, LANDING_REF, releaseLease, takeLease } from './lease.ts';
import { commitTree, mergeTrees } from './merge.ts';
import { forbiddenChanges } from './protected.ts';

export interface Work {
  readonly assignment: Assignment;
  readonly verification: Verification;
  readonly summary: string;
  readonly repository: Repository;
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

/** Where landing stands: the tree that is verified, and the commit of the base that it is verified on. */
interface Stand {
  readonly parent: string;
  readonly tree: string;
  readonly checks: readonly Check[];
  /** How often it was verified again because the base had moved. */
  readonly rounds: number;
  readonly lease: string | undefined;
}

/** Lands verified work on the newest base, or says why it does not. */
export async function landWork(context: StepContext, work: Work): Promise<Conclusion> {
  const { assignment, verification, repository } = work;
  const refused = await forbiddenChanges(repository, {
    from: assignment.base.head,
    tree: verification.tree,
    rules: assignment.rules,
  });
  if (refused.length > 0) {
    return {
      outcome: 'verification',
      failure: failure(`changes that a task may not make: ${refused.slice(0, 10).join('; ')}`, refused.join('\n')),
    };
  }
  let stand: Stand = {
    parent: assignment.base.head,
    tree: verification.tree,
    checks: verification.checks,
    rounds: 0,
    lease: undefined,
  };
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
      stand = next;
      if (stand.parent !== front.head) {
        waits++;
        continue;
      }
      const pushed = await push(context, work, stand);
      // What landed has given up the lease in the same push.
      if (pushed?.outcome === 'completed') stand = { ...stand, lease: undefined };
      if (pushed) return pushed;
      await context.clock.sleep(pause(assignment.dispatch.issue, { turn: lost++, first: LOST_PAUSE }));
    }
    return { outcome: 'conflict', failure: failure('the base moved faster than this work could land') };
  } finally {
    if (stand.lease) await releaseLease(repository, stand.lease);
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
): Promise<Stand | Conclusion> {
  const { assignment, repository, verification } = work;
  const { head } = front;
  if (head === stand.parent) return stand;
  const { plan, progress } = assignment.rules;
  const moved = (await changedPaths(repository, stand.parent, head)).filter(
    (path) => path !== plan && path !== progress,
  );
  if (moved.length > 0 && stand.rounds >= ROUNDS_BEFORE_LEASE && !stand.lease) {
    const holder = { run: context.job.run, issue: assignment.dispatch.issue };
    return { ...stand, lease: await takeLease(repository, holder, front.lease?.commit) };
  }
  const ours = await commitTree(repository, { tree: stand.tree, parent: stand.parent, message: 'work' });
  const merged = await mergeTrees(repository, head, ours);
  if (merged.kind === 'conflict') {
    const files = merged.files.slice(0, 20).join(', ');
    return {
      outcome: 'conflict',
      failure: failure(`others changed the same lines meanwhile: ${files}`, merged.files.join('\n')),
    };
  }
  if (moved.length === 0) return { ...stand, parent: head, tree: merged.tree };
  if (stand.rounds >= ROUNDS)
    return { outcome: 'conflict', failure: failure(`the base moved ${ROUNDS} times while the work was verified`) };
  say(`The base has moved to ${head.slice(0, 10)} (${moved.length} paths): verifying again`);
  await readTree(repository, context.job, merged.tree);
  const verified = await verifyTree(context, { assignment, repository, onto: head, tree: merged.tree });
  if (verified.failure) {
    const what = `on the newest base, ${verified.failure.what}`;
    return { outcome: 'verification', failure: failure(what, verified.failure.output), checks: verified.checks };
  }
  return {
    ...stand,
    parent: head,
    tree: merged.tree,
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

/** @returns How it ended, or undefined when another push was faster. */
async function push(
  { job }: StepContext,
  { assignment, repository, summary }: Work,
  stand: Stand,
): Promise<Conclusion | undefined> {
  const { dispatch, base, claim, task } = assignment;
  const message = landingMessage({ dispatch, run: job.run, title: task.title, summary, checks: stand.checks });
  const commit = await commitTree(repository, { tree: stand.tree, parent: stand.parent, message });
  const claimed: RefMove = { ref: claimRef(dispatch.issue), from: claim, to: '' };
  const moves: readonly RefMove[] = [
    { ref: `refs/heads/${base.branch}`, from: stand.parent, to: commit },
    claimed,
    ...(stand.lease ? [{ ref: LANDING_REF, from: stand.lease, to: '' }] : []),
  ];
  const answer = await pushRefs(repository, moves);
  const landed: Conclusion = { outcome: 'completed', commit, checks: stand.checks };
  switch (answer.kind) {
    case 'moved':
      return landed;
    case 'refused':
      return refusedByRule(base.branch, answer.text);
    case 'stale':
      if (!answer.refs.has(claimed.ref)) return undefined;
      break;
    case 'unclear':
      say(`The push was not answered clearly: ${answer.text}`);
      break;
  }
  if ((await claimedBy(repository, dispatch.issue)) === claim) return undefined;
  // The claim goes only together with the base: gone may mean that the push went through and its answer was lost.
  const { head } = await fetchFront(repository, base.branch, 0);
  if (await isAncestor(repository, commit, head)) return landed;
  return { outcome: 'superseded', why: 'the claim of this run is gone: it was cancelled or replaced' };
}

/** What the remote refuses because of what is in the work, and not because of who pushes. */
const CONTENT = /GH001|file size limit|push protection|cannot contain secrets/i;

function refusedByRule(branch: string, words: string): Conclusion {
  if (CONTENT.test(words)) {
    return {
      outcome: 'verification',
      failure: failure('the remote refuses what is in the work: a secret or a file that is too large', words),
    };
  }
  const what = `refused by a repository rule: ${branch} takes no push from this token; under Settings, Rules, let the app bypass the rule (GITHUB_TOKEN cannot), or exclude the branch`;
  return { outcome: 'infrastructure', failure: failure(what, words) };
}
