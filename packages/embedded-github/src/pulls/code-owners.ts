import { changedPaths } from '../git/changed-files.ts';
import type { PullRequest, RepositoryRecord } from '../model/records.ts';
import { type Ownership, parseCodeOwners } from './code-owners-file.ts';
import { mergeBase } from './open.ts';

/** https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners */
const PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

/** For every owned file that the pull request changes, the people of whom one must approve; each group once. */
export async function requiredOwners(pull: PullRequest): Promise<readonly (readonly string[])[]> {
  const { repository } = pull;
  const { baseSha, headSha } = pull.pull;
  const ownerships = await readOwnerships(repository, baseSha);
  if (ownerships.length === 0) return [];
  const files = await changedPaths(repository, {
    from: await mergeBase(repository, { base: baseSha, head: headSha }),
    to: headSha,
  });
  const groups = new Map<string, readonly string[]>();
  for (const { path } of files) {
    const owners = ownerships.findLast(({ pattern }) => pattern.test(path))?.owners ?? [];
    if (owners.length > 0) groups.set(owners.join(' '), owners);
  }
  return [...groups.values()];
}

/** The file of the base: a pull request cannot name its own owners. */
async function readOwnerships(repository: RepositoryRecord, commit: string): Promise<readonly Ownership[]> {
  for (const path of PLACES) {
    const file = await repository.objects.read(`${commit}:${path}`);
    if (file?.type === 'blob') return parseCodeOwners(file.content.toString('utf8'));
  }
  return [];
}
