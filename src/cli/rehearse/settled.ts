import type { Plan } from '../../plan/plan.ts';
import type { Session } from './session.ts';

/** How often the base is looked at, in milliseconds. */
const LOOK_EVERY = 150;

/**
 * Waits until nothing more can happen without a person: every task on the base is completed or blocked, no run is
 * live, no webhook under way and the app has nothing to write.
 * @returns The plan as it then stands on the base.
 */
export async function settled(session: Session, signal?: AbortSignal): Promise<Plan> {
  for (;;) {
    const plan = await session.planOnBase();
    if (signal?.aborted) return plan;
    const over = plan.tasks.every(({ status }) => status === 'completed' || status === 'blocked');
    if (over && (await quiet(session))) return session.planOnBase();
    await pause(LOOK_EVERY);
  }
}

/** A last pass may still close issues and write the last progress: wait until a while goes by without a write. */
async function quiet(session: Session): Promise<boolean> {
  if (session.github.runs().some((run) => run.status !== 'completed')) return false;
  await session.github.idle();
  const before = writes(session);
  await pause(1_000);
  return writes(session) === before;
}

function writes({ requests }: Session): number {
  return requests.filter(({ route, method }) => method !== 'GET' && !route.startsWith('graphql Observe')).length;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
