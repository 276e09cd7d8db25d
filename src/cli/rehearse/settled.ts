import type { Plan } from '../../plan/plan.ts';
import type { RehearsalSession } from './session.ts';

/** How often the base is looked at, in milliseconds. */
const LOOK_EVERY = 150;

/**
 * Once a pass has begun after another one that wrote nothing, nothing more comes: a failed plan ends without closing its
 * issue, a plan that GitHub refuses is held. Passes are counted, not seconds: the machine may be slow.
 */
const QUIET = 2;

/** A plan whose tasks are all completed is closed within so many passes, or not at all. */
const LAST_WORDS = 20;

/**
 * Waits until nothing more can happen without a person: every task on the base is completed or blocked, no run is
 * live, and the app has closed the plan issue or has had nothing to write for a while. Or GitHub refuses what the plan
 * needs, and the app holds it.
 * @returns The plan as it then stands on the base.
 */
export async function settled(session: RehearsalSession, signal?: AbortSignal): Promise<Plan> {
  for (;;) {
    const plan = await session.planOnBase();
    if (signal?.aborted || (await isOver(plan, session))) return plan;
    await pause(LOOK_EVERY);
  }
}

async function isOver({ tasks }: Plan, session: RehearsalSession): Promise<boolean> {
  if (isBusy(session)) return false;
  if (tasks.every(({ status }) => status === 'completed'))
    return session.planIssueClosed() || session.isQuiet(LAST_WORDS);
  const ended = tasks.every(({ status }) => status === 'completed' || status === 'blocked');
  return (ended || session.refusal() !== undefined) && session.isQuiet(QUIET);
}

function isBusy({ github }: RehearsalSession): boolean {
  return github.runs().some(({ status }) => status !== 'completed');
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
