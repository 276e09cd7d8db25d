import { readChange } from '../git/workspace.ts';
import type { Conclusion } from '../protocol/assignment.ts';
import { refuseScanned } from '../scan/scan-work.ts';
import type { LandingWork } from './candidate.ts';
import { refuseForbidden } from './protected-paths.ts';

/** What may not land whatever the checks say, of what a tree has over a commit: @returns how the run ends then. */
export async function refuseUnlandable(
  { assignment, repository, report: { summary }, passed }: LandingWork,
  { from, tree }: { readonly from: string; readonly tree: string },
): Promise<Conclusion | undefined> {
  const change = await readChange(repository, { from, tree });
  const checks = passed?.checks ?? [];
  return (
    (await refuseForbidden(repository, { ...change, assignment })) ??
    (await refuseScanned(repository, { ...change, rules: assignment.rules, checks, summary }))
  );
}
