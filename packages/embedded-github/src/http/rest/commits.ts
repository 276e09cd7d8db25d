import { NEEDS } from '../../access/permissions.ts';
import { commitBody } from '../../bodies/commit.ts';
import type { GitCommit } from '../../git/commits.ts';
import { historyOf } from '../../git/history.ts';
import type { RepositoryRecord } from '../../model/records.ts';
import { type Answer, type Call, repositoryFor, routes } from './call.ts';
import { commitOr404 } from './git.ts';
import { listed } from './paging.ts';

export const commitRoutes = routes({ 'GET /repos/{owner}/{repo}/commits': listCommits });

/** Operation repos/list-commits: what a branch or commit stands on; of a path, what changed something there. */
async function listCommits(call: Call): Promise<Answer> {
  const repository = repositoryFor(call, NEEDS.readContents);
  const head = await commitOr404(repository, call.query.get('sha') ?? repository.defaultBranch);
  const path = call.query.get('path') ?? '';
  const commits: GitCommit[] = [];
  for await (const commit of historyOf(repository, head.oid))
    if (path === '' || (await changes(repository, { commit, path }))) commits.push(commit);
  return listed(call, { all: commits, body: (commit) => commitBody(call.world.addresses, { repository, commit }) });
}

/** A merge changes nothing where it is as one of its parents was. */
async function changes(
  repository: RepositoryRecord,
  { commit, path }: { readonly commit: GitCommit; readonly path: string },
): Promise<boolean> {
  const idIn = async (oid: string) => (await repository.objects.read(`${oid}:${path}`))?.oid;
  const [own, ...before] = await Promise.all([commit.oid, ...commit.parents].map(idIn));
  return before.length === 0 ? own !== undefined : before.every((one) => one !== own);
}
