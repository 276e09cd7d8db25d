import { hasAccess, NEEDS, requireAccess } from '../../access/permissions.ts';
import { isAncestor } from '../../git/ancestry.ts';
import { writeCommit } from '../../git/commits.ts';
import { isRefName } from '../../git/ref-name.ts';
import { changeRefs, type RefChange, readRef, ZERO_OID } from '../../git/refs.ts';
import { type FileChanges, isFilePath, writeTree } from '../../git/trees.ts';
import { ApiError, forbidden, unprocessable } from '../../model/errors.ts';
import type { RepositoryRecord, Viewer } from '../../model/records.ts';
import { requireRules } from '../../rules/violations.ts';
import type { Context, Fields } from './fields.ts';
import { gitObject } from './git-object.ts';
import { payload } from './issue-mutations.ts';
import { findNode, repositoryNode, wrongKind } from './nodes.ts';

interface CommitInput {
  readonly clientMutationId?: string | null;
  readonly branch: {
    readonly id?: string | null;
    readonly branchName?: string | null;
    readonly repositoryNameWithOwner?: string | null;
  };
  readonly expectedHeadOid: string;
  readonly message: { readonly headline: string; readonly body?: string | null };
  readonly fileChanges?: {
    readonly additions?: readonly { readonly path: string; readonly contents: string }[] | null;
    readonly deletions?: readonly { readonly path: string }[] | null;
  } | null;
}

interface RefUpdate {
  readonly name: string;
  readonly afterOid: string;
  readonly beforeOid?: string | null;
  readonly force?: boolean | null;
}

/** What one commit takes in all, as others measured: 40 MB pass and 40 MiB do not (grafana/github-api-commit-action#66). */
const MAX_COMMIT = 40_000_000;

export const gitMutations: Fields<unknown> = {
  createCommitOnBranch: (_source, { input }: { readonly input: CommitInput }, context) =>
    createCommitOnBranch(input, context),
  updateRefs: async (
    _source,
    {
      input,
    }: {
      readonly input: {
        readonly clientMutationId?: string | null;
        readonly repositoryId: string;
        readonly refUpdates: readonly RefUpdate[];
      };
    },
    context,
  ) => {
    const repository = await repositoryNode(input.repositoryId, context);
    requireAccess(context.viewer, { repository, need: NEEDS.writeContents });
    const changes = await Promise.all(input.refUpdates.map((update) => plannedChange(repository, update)));
    await requireRules(repository, { viewer: context.viewer, changes });
    if (!(await changeRefs(repository, changes)))
      throw unprocessable('Reference update failed: a ref is not at the expected oid.');
    context.world.refsChanged({ repository, viewer: context.viewer, changes });
    return payload(input, {});
  },
  deleteRef: async (
    _source,
    { input }: { readonly input: { readonly clientMutationId?: string | null; readonly refId: string } },
    context,
  ) => {
    const ref = await findNode(input.refId, context);
    if (ref.kind !== 'Ref') throw wrongKind(input.refId, 'Ref');
    requireAccess(context.viewer, { repository: ref.repository, need: NEEDS.writeContents });
    const change = { name: ref.name, before: ref.oid, after: ZERO_OID };
    await requireRules(ref.repository, { viewer: context.viewer, changes: [change] });
    if (!(await changeRefs(ref.repository, [change]))) throw unprocessable('Reference could not be deleted.');
    context.world.refsChanged({ repository: ref.repository, viewer: context.viewer, changes: [change] });
    return payload(input, {});
  },
};

async function createCommitOnBranch(input: CommitInput, context: Context) {
  const { world, viewer } = context;
  const { repository, name } = await committableBranch(input, context);
  requireAccess(viewer, { repository, need: NEEDS.writeContents });
  const before = input.expectedHeadOid;
  if ((await readRef(repository, name))?.oid !== before) throw stale(name, before);
  const changes = await fileChanges(repository, input);
  requireWorkflowAccess(viewer, { repository, changes });
  const { headline, body } = input.message;
  const message = body ? `${headline}\n\n${body}` : headline;
  const { login, id } = viewer.user;
  const author = { name: login, email: `${id}+${login}@users.noreply.github.com`, date: world.clock() };
  const tree = await writeTree(repository, { from: `${before}^{tree}`, changes });
  const after = writeCommit(repository, { tree, parents: [before], message, author });
  await requireRules(repository, { viewer, changes: [{ name, before, after }] });
  if (!(await changeRefs(repository, [{ name, before, after }]))) throw stale(name, before);
  context.world.refsChanged({ repository, viewer: context.viewer, changes: [{ name, before, after }] });
  const ref = { kind: 'Ref', repository, name, oid: after, type: 'commit' } as const;
  return payload(input, { commit: await gitObject(repository, after), ref });
}

function stale(name: string, expected: string): ApiError {
  const branch = name.replace('refs/heads/', '');
  return new ApiError(
    409,
    `Expected branch "${branch}" to point to "${expected}" but it did not. Pull and try again.`,
    {
      type: 'STALE_DATA',
    },
  );
}

async function committableBranch({ branch }: CommitInput, context: Context) {
  if (branch.id) {
    const ref = await findNode(branch.id, context);
    if (ref.kind !== 'Ref') throw wrongKind(branch.id, 'Ref');
    return { repository: ref.repository, name: ref.name };
  }
  const repository = context.world.store.repositories.get((branch.repositoryNameWithOwner ?? '').toLowerCase());
  if (!repository)
    throw new ApiError(404, `Could not resolve to a Repository with the name '${branch.repositoryNameWithOwner}'.`);
  requireAccess(context.viewer, { repository, need: NEEDS.metadata });
  const name = `refs/heads/${(branch.branchName ?? '').replace(/^refs\/heads\//, '')}`;
  if (!(await readRef(repository, name))) throw new ApiError(404, `No ref found for ${name}`);
  return { repository, name };
}

async function fileChanges(
  repository: RepositoryRecord,
  { fileChanges: wanted, expectedHeadOid }: CommitInput,
): Promise<FileChanges> {
  const additions = (wanted?.additions ?? []).map(({ path, contents }) => ({
    path,
    content: Buffer.from(contents, 'base64'),
  }));
  const deletions = (wanted?.deletions ?? []).map(({ path }) => path);
  const size = additions.reduce((sum, { content }) => sum + content.length, 0);
  if (size > MAX_COMMIT) throw unprocessable('The changes of this commit are too large.');
  for (const path of [...additions.map((file) => file.path), ...deletions]) {
    if (!isFilePath(path)) {
      throw unprocessable(`A path was requested that is invalid: '${path}'`);
    }
  }
  for (const path of deletions) {
    const object = await repository.objects.read(`${expectedHeadOid}:${path}`);
    if (!object)
      throw unprocessable(
        `A path was requested for deletion which does not exist as of commit oid \`${expectedHeadOid}\``,
      );
  }
  return { additions, deletions };
}

function requireWorkflowAccess(
  viewer: Viewer,
  { repository, changes }: { readonly repository: RepositoryRecord; readonly changes: FileChanges },
): void {
  const paths = [...changes.additions.map((file) => file.path), ...changes.deletions];
  const touched = paths.find((path) => path.startsWith('.github/workflows/'));
  if (touched && !hasAccess(viewer, { repository, need: NEEDS.writeWorkflows })) throw forbidden();
}

/** Without `beforeOid` a ref moves from wherever it stands; 40 zeros as `afterOid` delete it. */
async function plannedChange(repository: RepositoryRecord, update: RefUpdate): Promise<RefChange> {
  const { name, afterOid: after } = update;
  if (!isRefName(name)) throw unprocessable(`'${name}' is not a valid ref name`);
  const current = (await readRef(repository, name))?.oid ?? ZERO_OID;
  const before = update.beforeOid ?? current;
  if (before !== current) throw unprocessable(`Reference update failed: ${name} is not at ${before}.`);
  const exists = before !== ZERO_OID && after !== ZERO_OID;
  if (exists && !update.force && !(await isAncestor(repository, { older: before, newer: after }))) {
    throw unprocessable(`Reference update failed: ${name} would not fast-forward.`);
  }
  return { name, before, after };
}
