import type { Assignment, Conclusion } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import type { Candidate, LandingAttempt, LandingWork } from './candidate.ts';
import { giveBack } from './give-back.ts';
import { landedElsewhere, unlessLandedElsewhere } from './landed-elsewhere.ts';
import { openForReview } from './open-for-review.ts';
import { pushToBase } from './push-to-base.ts';
import { confirmMerged, squashMerge } from './squash-merge.ts';
import type { Turn } from './train/passage.ts';
import { goOn, type Travel, type Travelled, travel } from './travel.ts';
import { refuseUnlandable } from './unlandable.ts';

/** Pushes that may lose to a faster one. */
const MAX_LOST_PUSHES = 40;

/** How work whose turn has come gets onto the base. @returns How it ended, or what to try again with. */
type LandingStrategy = (context: StepContext, attempt: LandingAttempt) => Promise<Conclusion | Candidate>;

const STRATEGIES: Readonly<Record<Assignment['rules']['landing'], LandingStrategy>> = {
  push: pushToBase,
  merge: squashMerge,
  review: openForReview,
};

/** Lands work that has passed: on the newest base, and nothing there that was not verified on it. */
export async function landWork(
  context: StepContext,
  { work, ...how }: Omit<Travel, 'until'> & { readonly work: LandingWork },
): Promise<Conclusion | 'to-verify'> {
  const toTurn = { ...how, until: 'turn' } as const;
  let travelled = await travel(context, { work, ...toTurn });
  let wantedAt: number | undefined;
  let last: Turn | undefined;
  for (let lost = 0; lost < MAX_LOST_PUSHES; lost++) {
    if ('outcome' in travelled) return conclude(context, { work, ended: travelled, last });
    const { stop, ride, work: landing } = travelled;
    if (stop.kind !== 'turn') return 'to-verify';
    last = stop.turn;
    const elsewhere = await landedElsewhere(context, { work: landing, head: last.head });
    const end = elsewhere ?? (await landTurn(context, { landing, turn: last, wantedAt }));
    if ('outcome' in end) {
      if (elsewhere || end.outcome !== 'completed') await ride.leave();
      return end;
    }
    wantedAt = end.wantedAt;
    await ride.lost();
    travelled = await goOn(context, { ...toTurn, work: landing, ride });
  }
  return 'outcome' in travelled ? travelled : giveBack();
}

/** @param last The turn whose push did not go through. */
async function conclude(
  context: StepContext,
  { work, ended, last }: { readonly work: LandingWork; readonly ended: Conclusion; readonly last: Turn | undefined },
): Promise<Conclusion> {
  return ended.outcome === 'completed' && last
    ? confirmLanded(context, { work, ended, last })
    : unlessLandedElsewhere(context, { work, ended });
}

/** What has landed though nobody answered is what was to land: the commit tells of the checks no more than their names. */
async function confirmLanded(
  context: StepContext,
  { work, ended, last }: { readonly work: LandingWork; readonly ended: Conclusion; readonly last: Turn },
): Promise<Conclusion> {
  const { commit } = ended;
  if (!commit) return ended;
  const { checks } = last.verification;
  if (work.assignment.rules.landing === 'push') return { ...ended, checks };
  return confirmMerged(context, { work, candidate: { tree: last.tree, checks }, commit });
}

async function landTurn(
  context: StepContext,
  {
    landing,
    turn,
    wantedAt,
  }: { readonly landing: Travelled['work']; readonly turn: Turn; readonly wantedAt: number | undefined },
): Promise<Conclusion | Candidate> {
  const { head, tree, verification } = turn;
  // A change follows a file that others have moved.
  const refused = tree === landing.tree ? undefined : await refuseUnlandable(landing, { from: head, tree });
  if (refused) return refused;
  const candidate = { parent: head, tree, checks: verification.checks, wantedAt };
  return STRATEGIES[landing.assignment.rules.landing](context, { work: landing, candidate });
}
