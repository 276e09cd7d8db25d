import { type Assignment, type Conclusion, failedBecause, failure } from '../protocol/assignment.ts';

/** The agent gets what happened once, in a run of the same attempt that starts from the newest base. */
export function returnConflict(
  { conflicts }: Pick<Assignment, 'conflicts'>,
  { reason, paths }: { readonly reason: string; readonly paths: readonly string[] },
): Conclusion {
  const all = paths.join('\n');
  if (conflicts > 0)
    return { outcome: 'conflict', failure: failure(`${reason}: ${paths.slice(0, 20).join(', ')}`, all) };
  return { outcome: 'continued', ...failedBecause({ kind: 'conflict-returned', reason, paths: firstOf(paths) }, all) };
}

/** Characters of paths that a record keeps of a conflict: the agent gets all of them in its brief. */
const MAX_PATHS = 300;

function firstOf(paths: readonly string[]): string[] {
  let left = MAX_PATHS;
  const fit = paths.slice(0, 20).filter((path) => {
    left -= path.length + 2;
    return left >= 0;
  });
  return fit.length > 0 ? fit : paths.slice(0, 1).map((path) => path.slice(0, MAX_PATHS));
}
