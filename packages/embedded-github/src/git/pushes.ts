import type { Viewer } from '../access/permissions.ts';
import { closeIssue } from '../issues/issues.ts';
import type { Push, PushedCommit } from '../model/events.ts';
import type { IssueRecord, RepositoryRecord } from '../model/store.ts';
import { iso } from '../model/time.ts';
import { pullsMoved } from '../pulls/branch-changes.ts';
import type { World } from '../world.ts';
import { type ChangedFile, changedFiles, commitsBetween, type GitCommit, isAncestor } from './commits.ts';
import { type RefChange, ZERO_OID } from './refs.ts';

/** GitHub lists at most so many commits in a push payload. */
const COMMITS_IN_PUSH = 2048;

/**
 * What follows when refs have moved, whoever moved them and however: push events, issues that commits close, and pull
 * requests whose branches these are.
 */
export async function refsMoved(
  world: World,
  viewer: Viewer,
  repository: RepositoryRecord,
  changes: readonly RefChange[],
) {
  for (const change of changes) {
    if (!change.name.startsWith('refs/heads/') && !change.name.startsWith('refs/tags/')) continue;
    repository.pushedAt = world.clock();
    const commits = await newCommits(repository, change);
    const push = await describePush(repository, change, commits);
    if (change.name === `refs/heads/${repository.defaultBranch}`) closeMentioned(world, viewer, repository, commits);
    world.emit({ name: 'push', repository, cause: viewer, sender: viewer.user, push });
  }
  await pullsMoved(world, viewer, repository, changes);
}

async function newCommits(repository: RepositoryRecord, change: RefChange): Promise<GitCommit[]> {
  if (change.after === ZERO_OID || change.name.startsWith('refs/tags/')) return [];
  if (change.before !== ZERO_OID) return commitsBetween(repository, change.before, change.after, COMMITS_IN_PUSH);
  const defaultBranch = `refs/heads/${repository.defaultBranch}`;
  const isFirst = change.name === defaultBranch || (await repository.objects.commitId(defaultBranch)) === null;
  return commitsBetween(repository, isFirst ? null : defaultBranch, change.after, COMMITS_IN_PUSH);
}

async function describePush(
  repository: RepositoryRecord,
  change: RefChange,
  commits: readonly GitCommit[],
): Promise<Push> {
  const moved = change.before !== ZERO_OID && change.after !== ZERO_OID;
  const described: PushedCommit[] = [];
  for (const commit of commits) {
    described.push(describeCommit(commit, await changedFiles(repository, commit.parents[0] ?? null, commit.oid)));
  }
  return {
    ref: change.name,
    before: change.before,
    after: change.after,
    forced: moved && !(await isForward(repository, change, commits)),
    commits: described,
  };
}

/** Most pushes add one commit on top of the old head; only for the others git is asked. */
async function isForward(
  repository: RepositoryRecord,
  change: RefChange,
  commits: readonly GitCommit[],
): Promise<boolean> {
  if (commits[0]?.parents.includes(change.before)) return true;
  return isAncestor(repository, change.before, change.after);
}

function describeCommit(commit: GitCommit, files: readonly ChangedFile[]): PushedCommit {
  const paths = (status: ChangedFile['status']) =>
    files.filter((file) => file.status === status).map((file) => file.path);
  return {
    id: commit.oid,
    tree: commit.tree,
    message: commit.message,
    timestamp: iso(commit.committer.date),
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
    added: paths('added'),
    removed: paths('removed'),
    modified: paths('modified'),
  };
}

/** `Fixes #7` in a commit that reaches the default branch closes the issue, whoever wrote it. */
function closeMentioned(
  world: World,
  viewer: Viewer,
  repository: RepositoryRecord,
  commits: readonly GitCommit[],
): void {
  for (const { message, oid } of commits) closeMentionedIn(world, viewer, repository, { text: message, commit: oid });
}

/** Closes the open issues that a text fixes; it never closes pull requests. */
export function closeMentionedIn(
  world: World,
  viewer: Viewer,
  repository: RepositoryRecord,
  { text, commit }: { readonly text: string; readonly commit: string },
): void {
  for (const issue of mentionedIssues(repository, text)) {
    if (issue.state === 'open' && !issue.pull) closeIssue(world, viewer, issue, { reason: 'completed', commit });
  }
}

const CLOSING = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+\/[\w.-]+))?#(\d+)\b/gi;

export function mentionedIssues(repository: RepositoryRecord, message: string): IssueRecord[] {
  return [...message.matchAll(CLOSING)].flatMap(([, elsewhere, number]) => {
    const here = elsewhere === undefined || elsewhere.toLowerCase() === repository.fullName.toLowerCase();
    return (here && repository.issues[Number(number) - 1]) || [];
  });
}
