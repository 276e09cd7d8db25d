import type { RefRecord } from '../../git/refs.ts';
import { FOLDER } from '../../git/tree-entries.ts';
import { readTree } from '../../git/trees.ts';
import { gitNodeId } from '../../model/node-ids.ts';
import type { RepositoryRecord } from '../../model/records.ts';
import { iso } from '../../model/time.ts';
import { bypasses, isShutOut, rulesetsOf } from '../../rules/rulesets.ts';
import { rollupOf } from './checks.ts';
import { commitHistory } from './commit-history.ts';
import { connection, type PageArgs } from './connection.ts';
import type { CommitObject, Context, Fields, FileObject } from './fields.ts';
import { gitObject } from './git-object.ts';

/** GitHub cuts the text of a blob after so many bytes, as others measured to the byte (sveltia/sveltia-cms#950). */
const MAX_TEXT = 512_000;

export const Ref: Fields<RefRecord> = {
  id: (ref) => gitNodeId('Ref', { repository: ref.repository, name: ref.name }),
  name: (ref) => ref.name.replace(/^refs\/(?:heads|tags)\/|^refs\//, ''),
  prefix: (ref) => /^refs\/(?:heads|tags)\/|^refs\//.exec(ref.name)?.[0] ?? '',
  repository: (ref) => ref.repository,
  target: (ref) => gitObject(ref.repository, ref.oid),
  refUpdateRule: classicRule,
};

/** The branch protection rule of the older kind, as it binds the viewer; rulesets do not show here. */
function classicRule({ repository, name }: RefRecord, _args: unknown, { viewer }: Context) {
  const branch = name.replace('refs/heads/', '');
  const rule = rulesetsOf(repository, branch).find(({ classic }) => classic);
  if (!rule) return null;
  const { pullRequest, requiredChecks, linearHistory = false } = rule;
  return {
    allowsDeletions: rule.blockDeletion === false,
    allowsForcePushes: rule.blockForcePush === false,
    blocksCreations: false,
    pattern: branch,
    requiredApprovingReviewCount: pullRequest?.approvals ?? null,
    requiredStatusCheckContexts: requiredChecks ?? null,
    requiresCodeOwnerReviews: pullRequest?.codeOwners ?? false,
    requiresConversationResolution: false,
    requiresLinearHistory: linearHistory,
    requiresSignatures: false,
    viewerAllowedToDismissReviews: false,
    viewerCanPush: !isShutOut(viewer, rule) && (pullRequest === undefined || bypasses(viewer, rule)),
  };
}

export const Commit: Fields<CommitObject> = {
  id: ({ repository, commit }) => gitNodeId('Commit', { repository, name: commit.oid }),
  oid: ({ commit }) => commit.oid,
  abbreviatedOid: ({ commit }) => commit.oid.slice(0, 7),
  message: ({ commit }) => commit.message,
  messageHeadline: ({ commit }) => commit.message.split('\n')[0] ?? '',
  messageBody: ({ commit }) => commit.message.split('\n').slice(1).join('\n').trim(),
  committedDate: ({ commit }) => iso(commit.committer.date),
  authoredDate: ({ commit }) => iso(commit.author.date),
  author: ({ commit }) => gitActor(commit.author),
  committer: ({ commit }) => gitActor(commit.committer),
  repository: ({ repository }) => repository,
  tree: ({ repository, commit }) => gitObject(repository, commit.tree),
  url: ({ repository, commit }, _args, { world }) =>
    `${world.addresses.server}/${repository.fullName}/commit/${commit.oid}`,
  history: commitHistory,
  file: async ({ repository, commit }, { path }: { readonly path: string }) => {
    const folder = path.split('/').slice(0, -1).join('/');
    const entries = await entriesOf(repository, { expression: `${commit.oid}:${folder}`, folder });
    return entries.find((entry) => entry.path === path) ?? null;
  },
  statusCheckRollup: ({ repository, commit }) => rollupOf(repository, commit.oid),
  parents: async ({ repository, commit }, args: PageArgs) => {
    const parents = await Promise.all(commit.parents.map((oid) => gitObject(repository, oid)));
    return connection({
      name: 'parents',
      all: parents,
      args,
      key: (parent) => (parent?.kind === 'Commit' ? parent.commit.oid : ''),
    });
  },
};

function gitActor({ name, email, date }: CommitObject['commit']['author']) {
  return { name, email, date: iso(date), user: null };
}

const file: Fields<FileObject> = {
  id: ({ repository, kind, oid }) => gitNodeId(kind, { repository, name: oid }),
  oid: ({ oid }) => oid,
  abbreviatedOid: ({ oid }) => oid.slice(0, 7),
  repository: ({ repository }) => repository,
};
export const Tree: Fields<FileObject> = {
  ...file,
  entries: ({ repository, oid }) => entriesOf(repository, { expression: oid, folder: '' }),
};

/** What lies in a folder; of the paths only those are right whose folder is told. */
async function entriesOf(
  repository: RepositoryRecord,
  { expression, folder }: { readonly expression: string; readonly folder: string },
) {
  return [...(await readTree(repository, expression))].map(([name, { mode, oid }]) => ({
    name,
    path: folder === '' ? name : `${folder}/${name}`,
    mode: Number.parseInt(mode, 8),
    oid,
    type: mode === FOLDER ? 'tree' : 'blob',
    object: () => gitObject(repository, oid),
  }));
}
export const Blob: Fields<FileObject> = {
  ...file,
  byteSize: ({ content }) => content.length,
  isBinary: ({ content }) => isBinary(content),
  isTruncated: ({ content }) => content.length > MAX_TEXT,
  text: ({ content }) => (isBinary(content) ? null : content.subarray(0, MAX_TEXT).toString('utf8')),
};

/** As git judges: a NUL byte in the first 8,000. */
function isBinary(content: Buffer): boolean {
  return content.subarray(0, 8000).includes(0);
}
