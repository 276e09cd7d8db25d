import type { BaseCommit } from '../../state/snapshot.ts';
import { git, type Repository } from './git.ts';

/** @returns The commits that `head` stands on since that moment (epoch ms), newest first, as passes read them from GitHub. */
export function commitsSince(
  repository: Repository,
  { head, since }: { readonly head: string; readonly since: number },
): Promise<readonly BaseCommit[]> {
  return listCommits(repository, [`--since=${new Date(since).toISOString()}`, head]);
}

/** @returns A commit that `head` stands on, and those that came after it, newest first. */
export function commitsFrom(
  repository: Repository,
  { commit, head }: { readonly commit: string; readonly head: string },
): Promise<readonly BaseCommit[]> {
  return listCommits(repository, [head, '--not', `${commit}^@`]);
}

async function listCommits(repository: Repository, range: readonly string[]): Promise<readonly BaseCommit[]> {
  const answer = await git(repository, ['log', '-z', '--date-order', '--format=%H%n%P%n%B', ...range]);
  if (!answer.ok) throw new Error(`the history of the base cannot be read: ${answer.stderr.trim()}`);
  return answer.stdout
    .split('\0')
    .filter(Boolean)
    .map((entry) => {
      const [oid = '', parents = '', ...message] = entry.split('\n');
      return { oid, parents: parents.split(' ').filter(Boolean), message: message.join('\n') };
    });
}
