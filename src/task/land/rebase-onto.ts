import { commitTree, mergeTrees } from '../git/merge-trees.ts';
import { type Assignment, type Conclusion, failedBecause, failure } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import type { Candidate, LandingWork } from './candidate.ts';
import { areLockFiles, resolveLockFiles } from './lock-files.ts';

const SAME_LINES = 'others changed the same lines meanwhile';

/** Merges the work with the newest base, without verifying what comes out. */
export async function rebaseOnto(
  context: StepContext,
  work: Pick<LandingWork, 'assignment' | 'repository' | 'delegated'>,
  { candidate, head }: { readonly candidate: Pick<Candidate, 'tree' | 'parent'>; readonly head: string },
): Promise<{ readonly tree: string } | Conclusion> {
  const { repository, assignment } = work;
  const ours = await commitTree(repository, { tree: candidate.tree, parents: [candidate.parent], message: 'work' });
  const merged = await mergeTrees(repository, head, ours);
  if (merged.kind === 'merged') return { tree: merged.tree };
  const { tree, files } = merged;
  // A package manager is a program that obeys the tree: where nothing of the tree may run, the agent has to do it.
  const mayRun = areLockFiles(files) && !work.delegated;
  const resolved = mayRun ? await resolveLockFiles(context, work, { tree, head, files }) : undefined;
  return resolved === undefined ? returnConflict(assignment, { reason: SAME_LINES, paths: files }) : { tree: resolved };
}

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
