import { evidenceOn } from '../../state/evidence.ts';
import { isAncestor } from './base.ts';
import { commitsFrom } from './base-commits.ts';
import { git, type Repository } from './git.ts';
import { type Landing, readLanding } from './trailers.ts';

/** @returns Landings of these issues that `head` holds, newest first; of those since a commit only, where one is given. */
export async function landingsOn(
  repository: Repository,
  { head, since, issues }: { readonly head: string; readonly since?: string; readonly issues: readonly number[] },
): Promise<readonly Landing[]> {
  if (issues.length === 0) return [];
  const pattern = `^Issue: #(${issues.join('|')})$`;
  const range = since === undefined ? [head] : [head, '--not', since];
  const answer = await git(repository, ['log', '-z', '-E', `--grep=${pattern}`, '--format=%H%n%B', ...range]);
  if (!answer.ok) throw new Error(`the history of the base cannot be read: ${answer.stderr.trim()}`);
  return answer.stdout.split('\0').flatMap((entry) => readLanding(entry) ?? []);
}

interface LandedQuestion {
  readonly landings: readonly Landing[];
  readonly issue: number;
  /** The base when the task was first dispatched; every landing counts where that is unknown. */
  readonly since: string | undefined;
  /** The tip of the base. */
  readonly head: string;
}

/** @returns The landing of an issue that the base has gained since a commit, and that nobody took back. */
export async function landedSince(
  repository: Repository,
  { landings, issue, since, head }: LandedQuestion,
): Promise<Landing | undefined> {
  for (const landing of landings.filter((candidate) => candidate.issue === issue)) {
    const { commit } = landing;
    if (since !== undefined && (await isAncestor(repository, { commit, head: since }))) continue;
    if (await isInEffect(repository, { landing, head })) return landing;
  }
  return undefined;
}

async function isInEffect(
  repository: Repository,
  { landing: { commit, issue }, head }: { readonly landing: Landing; readonly head: string },
): Promise<boolean> {
  const commits = await commitsFrom(repository, { commit, head });
  const found = evidenceOn({ commits, since: undefined, whole: true }).landings(issue);
  return found.some((landing) => landing.commit === commit && landing.inEffect);
}
