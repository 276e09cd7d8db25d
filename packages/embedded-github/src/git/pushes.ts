import { closeMentioned } from '../issues/closing-keywords.ts';
import type { Push, PushedCommit } from '../model/events.ts';
import type { RepositoryRecord } from '../model/records.ts';
import { iso } from '../model/time.ts';
import type { RefsChanged, World } from '../world.ts';
import { commitsBetween, isAncestor } from './ancestry.ts';
import { type ChangedPath, changedPaths } from './changed-files.ts';
import type { GitCommit } from './commits.ts';
import { type RefChange, ZERO_OID } from './refs.ts';

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#push: "a maximum of 2048 commits". */
const MAX_COMMITS_IN_PUSH = 2048;

/**
 * Announces changes of branches and tags as push events, and closes the issues that commits mention once they are on
 * the default branch, whoever wrote them.
 */
export async function announcePushes(world: World, { repository, viewer, changes }: RefsChanged): Promise<void> {
  for (const change of changes) {
    if (!change.name.startsWith('refs/heads/') && !change.name.startsWith('refs/tags/')) continue;
    repository.pushedAt = world.clock();
    const commits = await newCommits(repository, change);
    const push = await describePush(repository, { change, commits });
    if (change.name === `refs/heads/${repository.defaultBranch}`) {
      for (const { message: text, oid: commit } of commits) {
        closeMentioned({ world, viewer }, { repository, text, commit });
      }
    }
    world.emit({ name: 'push', repository, cause: viewer, sender: viewer.user, push });
  }
}

async function newCommits(repository: RepositoryRecord, change: RefChange): Promise<readonly GitCommit[]> {
  if (change.after === ZERO_OID || change.name.startsWith('refs/tags/')) return [];
  if (change.before !== ZERO_OID)
    return commitsBetween(repository, { from: change.before, to: change.after, limit: MAX_COMMITS_IN_PUSH });
  const defaultBranch = `refs/heads/${repository.defaultBranch}`;
  const isFirst = change.name === defaultBranch || (await repository.objects.commitId(defaultBranch)) === null;
  return commitsBetween(repository, {
    from: isFirst ? null : defaultBranch,
    to: change.after,
    limit: MAX_COMMITS_IN_PUSH,
  });
}

async function describePush(
  repository: RepositoryRecord,
  { change, commits }: { readonly change: RefChange; readonly commits: readonly GitCommit[] },
): Promise<Push> {
  const isUpdate = change.before !== ZERO_OID && change.after !== ZERO_OID;
  const described: PushedCommit[] = [];
  for (const commit of commits) {
    described.push(
      describeCommit(commit, await changedPaths(repository, { from: commit.parents[0] ?? null, to: commit.oid })),
    );
  }
  return {
    ref: change.name,
    before: change.before,
    after: change.after,
    forced: isUpdate && !(await isForward(repository, { change, commits })),
    commits: described,
  };
}

/** Most pushes add one commit on top of the old head; only for the others git is asked. */
async function isForward(
  repository: RepositoryRecord,
  { change, commits }: { readonly change: RefChange; readonly commits: readonly GitCommit[] },
): Promise<boolean> {
  if (commits[0]?.parents.includes(change.before)) return true;
  return isAncestor(repository, { older: change.before, newer: change.after });
}

function describeCommit(commit: GitCommit, files: readonly ChangedPath[]): PushedCommit {
  const paths = (status: ChangedPath['status']) =>
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
