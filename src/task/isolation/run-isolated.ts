import type { Assignment } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { createIsolatedUser, grantCheckout, readIsolatedUser, reclaimCheckout } from './isolation.ts';

/**
 * Does what starts programs of others. With `isolation: user` they run as another user, to whom the checkout belongs
 * meanwhile; afterwards none of them is left, and the checkout is ours again.
 * @throws where this machine cannot make users: nothing is started then.
 */
export async function runIsolated<Value>(
  context: StepContext,
  { rules }: Pick<Assignment, 'rules'>,
  work: (context: StepContext) => Promise<Value>,
): Promise<Value> {
  if (rules.isolation === 'none') return work(context);
  const { job } = context;
  const user = (await readIsolatedUser(job)) ?? (await createIsolatedUser(job));
  await grantCheckout(user, job);
  try {
    return await work({ ...context, user });
  } finally {
    await reclaimCheckout(user, job);
  }
}
