import { hasAccess, NEEDS } from '../../access/permissions.ts';
import { commitBody } from '../../bodies/commit.ts';
import { isAncestor } from '../../git/ancestry.ts';
import { gitText } from '../../git/command.ts';
import { type GitCommit, readCommit, writeCommit } from '../../git/commits.ts';
import { mergeTrees } from '../../git/merge.ts';
import { changeRefs } from '../../git/refs.ts';
import { ApiError, forbidden, notFound } from '../../model/errors.ts';
import type { RepositoryRecord } from '../../model/records.ts';
import { signature } from '../../pulls/merge.ts';
import { requireRules } from '../../rules/violations.ts';
import {
  type Answer,
  type Call,
  created,
  NO_CONTENT,
  optionalText,
  repositoryFor,
  requiredText,
  routes,
} from './call.ts';

export const mergeRoutes = routes({ 'POST /repos/{owner}/{repo}/merges': mergeBranch });

/**
 * Brings a branch or a commit over into a branch, always by a merge commit: 204 where the base has it already, 404
 * where one of the two is missing, 409 on a conflict and where a rule says no.
 * https://docs.github.com/rest/branches/branches#merge-a-branch
 */
async function mergeBranch(call: Call): Promise<Answer> {
  const { world, viewer } = call;
  const repository = repositoryFor(call, NEEDS.writeContents);
  const [baseName, headName] = [requiredText(call, 'base'), requiredText(call, 'head')];
  const message = optionalText(call, 'commit_message') ?? `Merge ${headName} into ${baseName}`;
  const name = `refs/heads/${baseName}`;
  const base = await readCommit(repository, name);
  if (!base) throw notFound('Base does not exist');
  const head = (await readCommit(repository, `refs/heads/${headName}`)) ?? (await commitNamed(repository, headName));
  if (!head) throw notFound('Head does not exist');
  if (await isAncestor(repository, { older: head.oid, newer: base.oid })) return NO_CONTENT;
  await requireWorkflowAccess(call, { repository, head: head.oid });
  const tree = await mergeTrees(repository, { ours: base.oid, theirs: head.oid });
  if (tree === null) throw new ApiError(409, 'Merge conflict');
  const now = world.clock();
  const author = signature(viewer.user, now);
  const after = writeCommit(repository, { tree, parents: [base.oid, head.oid], message, author, now });
  const change = { name, before: base.oid, after };
  await requireRules(repository, { viewer, changes: [change], status: 409 });
  if (!(await changeRefs(repository, [change]))) throw new ApiError(409, `${name} is not at ${base.oid} any more`);
  call.world.refsChanged({ repository, viewer: call.viewer, changes: [change] });
  const merge = await readCommit(repository, after);
  return created(merge && commitBody(world.addresses, { repository, commit: merge }));
}

async function commitNamed(repository: RepositoryRecord, name: string): Promise<GitCommit | null> {
  return /^[0-9a-f]{40}$/.test(name) ? readCommit(repository, name) : null;
}

/** A token that may not write workflows brings over those that a branch of the repository holds, and no others. */
async function requireWorkflowAccess(
  { viewer }: Call,
  { repository, head }: { readonly repository: RepositoryRecord; readonly head: string },
): Promise<void> {
  if (hasAccess(viewer, { repository, need: NEEDS.writeWorkflows })) return;
  const range = [head, '--not', '--branches', '--', '.github/workflows'];
  if ((await gitText(repository.gitDir, ['rev-list', '--max-count=1', ...range])) !== '') throw forbidden();
}
