import { type Conclusion, failedBecause } from '../protocol/assignment.ts';

/** Others moved the base while the work waited: it is kept, and the next run lands it. */
export function giveBack(): Conclusion {
  return { outcome: 'continued', ...failedBecause({ kind: 'base-busy' }, '') };
}
