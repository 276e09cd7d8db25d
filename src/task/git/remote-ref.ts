import { fetchRefs, isMissing, resolveFetched } from './fetch.ts';
import type { Repository } from './git.ts';

/**
 * @returns The commit that a ref of the remote points at, fetched; undefined where there is no such ref. `git ls-remote`
 *   would have the remote list every ref that it has.
 */
export async function readRemoteRef(repository: Repository, ref: string): Promise<string | undefined> {
  const local = ref.replace(/^refs\//, 'refs/agent-waves/remote/');
  const fetched = await fetchRefs(repository, { refspecs: [`+${ref}:${local}`] });
  if (isMissing(fetched)) return undefined;
  if (!fetched.ok) throw new Error(`${ref} cannot be read: ${fetched.stderr.trim()}`);
  return resolveFetched(repository, local);
}
