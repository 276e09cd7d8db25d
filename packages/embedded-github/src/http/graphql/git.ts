import type { RefRecord } from '../../git/refs.ts';
import { gitNodeId } from '../../model/node-ids.ts';
import { iso } from '../../model/time.ts';
import { rollupOf } from './checks.ts';
import { commitHistory } from './commit-history.ts';
import { connection, type PageArgs } from './connection.ts';
import type { CommitObject, Fields, FileObject } from './fields.ts';
import { gitObject } from './git-object.ts';

/** GitHub cuts the text of a blob here. */
const MAX_TEXT = 512_000;

export const Ref: Fields<RefRecord> = {
  id: (ref) => gitNodeId('Ref', { repository: ref.repository, name: ref.name }),
  name: (ref) => ref.name.replace(/^refs\/(?:heads|tags)\/|^refs\//, ''),
  prefix: (ref) => /^refs\/(?:heads|tags)\/|^refs\//.exec(ref.name)?.[0] ?? '',
  repository: (ref) => ref.repository,
  target: (ref) => gitObject(ref.repository, ref.oid),
};

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
export const Tree = file;
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
