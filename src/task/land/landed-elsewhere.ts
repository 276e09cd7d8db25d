import { releaseClaim } from '../claim/claim-ref.ts';
import { landedSince, landingsOn } from '../git/landings.ts';
import { isLandingOf } from '../git/trailers.ts';
import type { Conclusion } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { say } from '../protocol/workflow-commands.ts';
import type { LandingWork } from './candidate.ts';
import { fetchBaseTip } from './landing-lease.ts';

/**
 * The task may have landed while this run was at work: a person can merge what an earlier run had opened before it died.
 * Costs no request where nothing of the task has landed since the claim.
 * @param head The commit of the base that the work would land on.
 * @returns How the run ends then; undefined where its own work is still to land.
 */
export async function landedElsewhere(
  context: StepContext,
  { work: { assignment, repository }, head }: { readonly work: LandingWork; readonly head: string },
): Promise<Conclusion | undefined> {
  const { dispatch, base, rules, claim } = assignment;
  const { issue } = dispatch;
  const all = await landingsOn(repository, { head, since: base.head, issues: [issue] });
  const others = all.filter((landing) => !isLandingOf(landing, { ...dispatch, run: context.job.run }));
  if (others.length === 0) return undefined;
  const { countedLandings } = await import('./counted-landings.ts');
  const counted = await countedLandings(context, { landings: others, issue });
  const landed = await landedSince(repository, { landings: counted, issue, since: base.head, head });
  if (!landed) return undefined;
  const { commit, checks, run } = landed;
  const which = `run ${run} has landed it as ${commit.slice(0, 10)}`;
  if (landed.dispatch === dispatch.dispatch) return { outcome: 'superseded', why: which };
  say(`Others were faster to land this task: ${which}`);
  // As a push of its own would have: whoever reports what was pushed gives up no claim.
  if (rules.landing === 'push') await releaseClaim(repository, { issue, commit: claim });
  return { outcome: 'completed', commit, checks };
}

/** What ends work on its way to the base; the very same work, landed before it, may be the reason. */
const MAY_BE_ITS_OWN: ReadonlySet<Conclusion['outcome']> = new Set(['continued', 'conflict', 'verification']);

/** @returns How work ended; where the task has landed meanwhile, that instead. */
export async function unlessLandedElsewhere(
  context: StepContext,
  { work, ended }: { readonly work: LandingWork; readonly ended: Conclusion },
): Promise<Conclusion> {
  if (!MAY_BE_ITS_OWN.has(ended.outcome)) return ended;
  const { head } = await fetchBaseTip(work.repository, work.assignment.base.branch);
  return (await landedElsewhere(context, { work, head })) ?? ended;
}
