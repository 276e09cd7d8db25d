import type { Viewer } from '../access/permissions.ts';
import { isAncestor } from '../git/commits.ts';
import { type RefChange, ZERO_OID } from '../git/refs.ts';
import { closeIssue, touch } from '../issues/issues.ts';
import type { PullRequest } from '../model/pull.ts';
import type { RepositoryRecord } from '../model/store.ts';
import { rulesetsOf } from '../rules/rulesets.ts';
import type { World } from '../world.ts';
import { markMerged } from './merge.ts';
import { compareHeads, keepHead, openPulls } from './open.ts';
import { dismissStaleReviews } from './reviews.ts';

/** What open pull requests notice when branches move: bases first, so that a merge by hand is seen as one. */
export async function pullsMoved(
  world: World,
  viewer: Viewer,
  repository: RepositoryRecord,
  changes: readonly RefChange[],
): Promise<void> {
  const branches = changes.filter(({ name }) => name.startsWith('refs/heads/'));
  for (const [field, noticed] of [
    ['baseRef', baseMoved],
    ['headRef', headMoved],
  ] as const) {
    for (const change of branches) {
      const branch = change.name.replace('refs/heads/', '');
      const touched = openPulls(repository).filter(({ pull }) => pull[field] === branch);
      for (const pull of touched) await noticed(world, viewer, pull, change);
    }
  }
}

async function baseMoved(world: World, viewer: Viewer, pull: PullRequest, change: RefChange): Promise<void> {
  const { repository } = pull;
  if (change.after === ZERO_OID) return closeIssue(world, viewer, pull, { reason: 'completed' });
  pull.pull.baseSha = change.after;
  if (await isAncestor(repository, pull.pull.headSha, change.after)) {
    return markMerged(world, viewer, pull, change.after);
  }
  pull.pull.comparison = await compareHeads(repository, change.after, pull.pull.headSha);
}

async function headMoved(world: World, viewer: Viewer, pull: PullRequest, change: RefChange): Promise<void> {
  const { repository } = pull;
  if (change.after === ZERO_OID) return closeIssue(world, viewer, pull, { reason: 'completed' });
  const before = pull.pull.headSha;
  // Opened after the push, and before GitHub had got round to telling of it.
  if (before === change.after) return;
  pull.pull.headSha = change.after;
  pull.pull.comparison = await compareHeads(repository, pull.pull.baseSha, change.after);
  await keepHead(pull, before);
  touch(world, pull);
  if (rulesetsOf(repository, pull.pull.baseRef).some((each) => each.pullRequest?.dismissStale)) {
    dismissStaleReviews(world, viewer, pull);
  }
  const heads = { before, after: change.after };
  const event = { name: 'pull_request', action: 'synchronize', repository, pull, ...heads } as const;
  world.emit({ ...event, cause: viewer, sender: viewer.user });
}
