import type { components } from '@octokit/openapi-types';
import { recordNodeId } from '../model/node-ids.ts';
import type { RepositoryRecord } from '../model/records.ts';
import { iso } from '../model/time.ts';
import type { Addresses } from '../world.ts';
import { userBody } from './user.ts';

type Schemas = components['schemas'];

/** The part that every form of a repository has. */
function simpleRepositoryBody(at: Addresses, repository: RepositoryRecord): Schemas['simple-repository'] {
  const url = repositoryUrl(at, repository);
  return {
    id: repository.id,
    node_id: recordNodeId(repository),
    name: repository.name,
    full_name: repository.fullName,
    owner: userBody(at, repository.owner),
    private: repository.private,
    html_url: `${at.server}/${repository.fullName}`,
    description: null,
    fork: repository.parent !== null,
    url,
    archive_url: `${url}/{archive_format}{/ref}`,
    assignees_url: `${url}/assignees{/user}`,
    blobs_url: `${url}/git/blobs{/sha}`,
    branches_url: `${url}/branches{/branch}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    comments_url: `${url}/comments{/number}`,
    commits_url: `${url}/commits{/sha}`,
    compare_url: `${url}/compare/{base}...{head}`,
    contents_url: `${url}/contents/{+path}`,
    contributors_url: `${url}/contributors`,
    deployments_url: `${url}/deployments`,
    downloads_url: `${url}/downloads`,
    events_url: `${url}/events`,
    forks_url: `${url}/forks`,
    git_commits_url: `${url}/git/commits{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    hooks_url: `${url}/hooks`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    issue_events_url: `${url}/issues/events{/number}`,
    issues_url: `${url}/issues{/number}`,
    keys_url: `${url}/keys{/key_id}`,
    labels_url: `${url}/labels{/name}`,
    languages_url: `${url}/languages`,
    merges_url: `${url}/merges`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    pulls_url: `${url}/pulls{/number}`,
    releases_url: `${url}/releases{/id}`,
    stargazers_url: `${url}/stargazers`,
    statuses_url: `${url}/statuses/{sha}`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    tags_url: `${url}/tags`,
    teams_url: `${url}/teams`,
    trees_url: `${url}/git/trees{/sha}`,
  };
}

export function minimalRepositoryBody(at: Addresses, repository: RepositoryRecord): Schemas['minimal-repository'] {
  return { ...simpleRepositoryBody(at, repository), default_branch: repository.defaultBranch };
}

export function fullRepositoryBody(at: Addresses, repository: RepositoryRecord): Schemas['full-repository'] {
  const openIssues = repository.issues.filter((issue) => issue.state === 'open').length;
  const html = `${at.server}/${repository.fullName}`;
  return {
    ...simpleRepositoryBody(at, repository),
    clone_url: `${html}.git`,
    git_url: `${html.replace(/^https?/, 'git')}.git`,
    ssh_url: `git@${new URL(at.server).hostname}:${repository.fullName}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    default_branch: repository.defaultBranch,
    visibility: repository.private ? 'private' : 'public',
    created_at: iso(repository.createdAt),
    updated_at: iso(repository.pushedAt),
    pushed_at: iso(repository.pushedAt),
    size: 0,
    forks: 0,
    forks_count: 0,
    network_count: 0,
    stargazers_count: 0,
    subscribers_count: 0,
    watchers: 0,
    watchers_count: 0,
    open_issues: openIssues,
    open_issues_count: openIssues,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    has_downloads: false,
    archived: repository.settings.archived,
    disabled: false,
    is_template: false,
    topics: [],
    license: null,
    allow_squash_merge: repository.settings.squash,
    allow_merge_commit: repository.settings.merge,
    allow_rebase_merge: repository.settings.rebase,
    allow_auto_merge: repository.settings.autoMerge,
    delete_branch_on_merge: repository.settings.deleteBranchOnMerge,
    allow_update_branch: false,
    squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
    squash_merge_commit_message: 'COMMIT_MESSAGES',
    merge_commit_title: 'MERGE_MESSAGE',
    merge_commit_message: 'PR_TITLE',
  };
}

/** The form of `repository` that app listings and webhooks carry: without the links to other repositories. */
export function repositoryBody(at: Addresses, repository: RepositoryRecord): Schemas['repository'] {
  const full = fullRepositoryBody(at, repository);
  return { ...full, has_downloads: false, license: null, template_repository: undefined } as Schemas['repository'];
}

export function repositoryUrl(at: Addresses, repository: RepositoryRecord): string {
  return `${at.api}/repos/${repository.fullName}`;
}
