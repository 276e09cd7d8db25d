import { LABEL } from '../../../src/state/names.ts';
import type { Truth } from '../laws/truth.ts';
import { type DrawnPlan, PLAN_PATH, planText } from '../world/files.ts';
import { REPOSITORY, type Town } from '../world/town.ts';
import type { VirtualTime } from '../world/virtual-time.ts';
import type { Hands } from './hands.ts';

export interface FixInput {
  readonly town: Town;
  readonly hands: Hands;
  readonly truth: Truth;
  readonly time: VirtualTime;
}

/** Without what the app wrote there when it was read: who writes `completed` over another status says so. */
function asStated({ plan, listed }: Truth): DrawnPlan {
  const tasks = plan.tasks.map(({ status, ...task }) =>
    listed.has(task.id) ? { ...task, status: 'completed' as const } : task,
  );
  return { ...plan, tasks };
}

/** A person takes away every hold, and asks for everything of which nothing stands on the base. */
export async function fixEverything({ town, hands, truth, time }: FixInput): Promise<void> {
  await town.github.commitFiles({
    repository: REPOSITORY,
    by: 'lead',
    message: 'Mend the plan',
    files: { [PLAN_PATH]: planText(asStated(truth)) },
  });
  for (const { number, labels, state, stateReason, pull } of [...town.repository.issues]) {
    const names = [...labels].map(({ name }) => name);
    const task = truth.taskOf(number);
    // A triager may have taken the label off.
    const isOfPlan = task !== undefined || names.some((name) => name.startsWith('agent-waves:'));
    if (pull || stateReason === 'duplicate' || !isOfPlan) continue;
    if (names.includes(LABEL.pause)) await hands.unlabel(number, LABEL.pause);
    if (state === 'closed' && stateReason === 'not_planned') {
      if (task !== undefined) truth.yes(task, time.now);
      await hands.edit(number, { state: 'open' });
    }
    // After what was read of the issue before.
    await time.runUntil(time.now + 2_000);
    if (names.includes(LABEL.plan) || names.includes(LABEL.wave)) await hands.say(number, '/resume\n/start');
    // What landed once may have been asked for again since.
    if (task === undefined || (truth.isDone(task) && state === 'closed')) continue;
    truth.yes(task, time.now);
    // Its own pause is no label, and outlasts that of its wave.
    await hands.say(number, '/resume\n/retry');
  }
}
