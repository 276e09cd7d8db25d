import type { Plan } from '../../plan/plan.ts';
import type { Session } from './session.ts';

/** How often the base is looked at, in milliseconds. */
const LOOK_EVERY = 150;

/** How long the app may take for its last writes once every task has ended, in milliseconds. */
const PATIENCE = 60_000;

/** Without a write for so long, in milliseconds, nothing more comes: a failed plan ends without closing its issue. */
const QUIET = 2_000;

/** A refusal is told again and again; after so long without another write, in milliseconds, the plan is held by it. */
const HELD = 5_000;

/**
 * Waits until nothing more can happen without a person: every task on the base is completed or blocked, no run is
 * live, and the app has closed the plan issue or has had nothing to write for a while. Or GitHub refuses what the plan
 * needs, and the app holds it.
 * @returns The plan as it then stands on the base.
 */
export async function settled(session: Session, signal?: AbortSignal): Promise<Plan> {
  let overSince: number | undefined;
  for (;;) {
    const plan = await session.planOnBase();
    if (signal?.aborted) return plan;
    const over = plan.tasks.every(({ status }) => status === 'completed' || status === 'blocked');
    if (!isBusy(session) && session.refusal() !== undefined && quietFor(session) >= HELD) return plan;
    if (!over || isBusy(session)) overSince = undefined;
    else overSince ??= Date.now();
    if (overSince !== undefined) {
      const all = plan.tasks.every(({ status }) => status === 'completed');
      if (all ? session.planIssueClosed() : quietFor(session) >= QUIET) return plan;
      if (Date.now() - overSince > PATIENCE) return plan;
    }
    await pause(LOOK_EVERY);
  }
}

function isBusy({ github }: Session): boolean {
  return github.runs().some(({ status }) => status !== 'completed');
}

/** Milliseconds since the last write. */
function quietFor({ requests }: Session): number {
  const last = requests.findLast(
    ({ route, method }) => method !== 'GET' && !route.startsWith('graphql Observe') && !route.startsWith('git upload'),
  );
  return last ? Date.now() - Date.parse(last.time) : Number.POSITIVE_INFINITY;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
