import { isAncestor } from './base.ts';
import { git, type Repository } from './git.ts';
import { type Landing, readLanding } from './trailers.ts';

/** @returns Landings of these issues that `head` holds, newest first. */
export async function landingsOn(
  repository: Repository,
  { head, issues }: { readonly head: string; readonly issues: readonly number[] },
): Promise<readonly Landing[]> {
  if (issues.length === 0) return [];
  const pattern = `^Issue: #(${issues.join('|')})$`;
  const answer = await git(repository, ['log', '-z', '-E', `--grep=${pattern}`, '--format=%H%n%B', head]);
  if (!answer.ok) throw new Error(`the history of the base cannot be read: ${answer.stderr.trim()}`);
  return answer.stdout.split('\0').flatMap((entry) => readLanding(entry) ?? []);
}

/** @returns The landing of an issue that the base has gained since a commit; every one counts where that is unknown. */
export async function landedSince(
  repository: Repository,
  {
    landings,
    issue,
    since,
  }: { readonly landings: readonly Landing[]; readonly issue: number; readonly since: string | undefined },
): Promise<Landing | undefined> {
  for (const landing of landings.filter((candidate) => candidate.issue === issue)) {
    if (since === undefined || !(await isAncestor(repository, { commit: landing.commit, head: since }))) return landing;
  }
  return undefined;
}
