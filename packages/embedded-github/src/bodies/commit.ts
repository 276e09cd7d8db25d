import type { components } from '@octokit/openapi-types';
import type { ChangedFile } from '../git/changed-files.ts';
import type { GitCommit, Signature } from '../git/commits.ts';
import type { RefRecord } from '../git/refs.ts';
import { gitNodeId } from '../model/node-ids.ts';
import type { RepositoryRecord } from '../model/records.ts';
import { iso } from '../model/time.ts';
import type { Addresses } from '../world.ts';
import { repositoryUrl } from './repository.ts';

type Schemas = components['schemas'];

const UNSIGNED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

function signatureBody({ name, email, date }: Signature) {
  return { name, email, date: iso(date) };
}

export function commitBody(
  at: Addresses,
  { repository, commit }: { readonly repository: RepositoryRecord; readonly commit: GitCommit },
): Schemas['commit'] {
  const url = repositoryUrl(at, repository);
  return {
    sha: commit.oid,
    node_id: gitNodeId('Commit', { repository, name: commit.oid }),
    url: `${url}/commits/${commit.oid}`,
    html_url: `${at.server}/${repository.fullName}/commit/${commit.oid}`,
    comments_url: `${url}/commits/${commit.oid}/comments`,
    commit: {
      url: `${url}/git/commits/${commit.oid}`,
      author: signatureBody(commit.author),
      committer: signatureBody(commit.committer),
      message: commit.message,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      comment_count: 0,
      verification: UNSIGNED,
    },
    author: null,
    committer: null,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${url}/commits/${sha}`,
      html_url: `${at.server}/${repository.fullName}/commit/${sha}`,
    })),
  };
}

export function gitCommitBody(
  at: Addresses,
  { repository, commit }: { readonly repository: RepositoryRecord; readonly commit: GitCommit },
): Schemas['git-commit'] {
  const url = repositoryUrl(at, repository);
  const html = `${at.server}/${repository.fullName}/commit`;
  return {
    sha: commit.oid,
    node_id: gitNodeId('Commit', { repository, name: commit.oid }),
    url: `${url}/git/commits/${commit.oid}`,
    html_url: `${html}/${commit.oid}`,
    author: signatureBody(commit.author),
    committer: signatureBody(commit.committer),
    message: commit.message,
    tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/git/commits/${sha}`, html_url: `${html}/${sha}` })),
    verification: UNSIGNED,
  };
}

export function refBody(at: Addresses, ref: RefRecord): Schemas['git-ref'] {
  const url = repositoryUrl(at, ref.repository);
  return {
    ref: ref.name,
    node_id: gitNodeId('Ref', { repository: ref.repository, name: ref.name }),
    url: `${url}/git/${ref.name}`,
    object: { type: ref.type, sha: ref.oid, url: `${url}/git/${ref.type}s/${ref.oid}` },
  };
}

export function diffEntryBody(
  at: Addresses,
  {
    repository,
    commit,
    file,
  }: { readonly repository: RepositoryRecord; readonly commit: string; readonly file: ChangedFile },
): Schemas['diff-entry'] {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const html = `${at.server}/${repository.fullName}`;
  return {
    sha: null,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${commit}/${path}`,
    raw_url: `${html}/raw/${commit}/${path}`,
    contents_url: `${repositoryUrl(at, repository)}/contents/${path}?ref=${commit}`,
  };
}
