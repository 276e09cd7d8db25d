import { hasFailures, type Pass } from '../reconcile.ts';

/** Whether something failed, or the world moved, so that a pass right after this one has more to do. */
export function wantsAnotherPass(made: Pass): boolean {
  if (made.kind === 'no-plan') return false;
  if (made.kind === 'refused') return hasFailures(made.outcomes);
  return ['put off', 'moved', 'failed'].includes(made.progress);
}
