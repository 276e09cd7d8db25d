import { isAncestor } from '../git/ancestry.ts';
import { type RefChange, ZERO_OID } from '../git/refs.ts';
import { closeIssue, touch } from '../issues/issues.ts';
import type { PullRequest } from '../model/records.ts';
import { rulesetsOf } from '../rules/rulesets.ts';
import type { RefsChanged, Session, World } from '../world.ts';
import { markMerged } from './merge.ts';
import { bringCommit, compareHeads, keepHead, openPulls } from './open.ts';
import { dismissStaleReviews } from './reviews.ts';

/** Brings open pull requests to where their branches stand: bases first, so that a merge by hand is seen as one. */
export async function followBranches(world: World, { repository, viewer, changes }: RefsChanged): Promise<void> {
  const session = { world, viewer };
  const branches = changes.filter(({ name }) => name.startsWith('refs/heads/'));
  for (const change of branches) {
    const affected = openPulls(repository).filter(({ pull }) => `refs/heads/${pull.baseRef}` === change.name);
    for (const pull of affected) await followBase(session, { pull, change });
  }
  // The pull requests of a fork's branches stand where it was forked from.
  const pulls = [repository, ...(repository.parent ? [repository.parent] : [])].flatMap(openPulls);
  for (const change of branches) {
    const affected = pulls.filter(
      ({ pull }) => pull.headRepository === repository && `refs/heads/${pull.headRef}` === change.name,
    );
    for (const pull of affected) await followHead(session, { pull, change });
  }
}

async function followBase(
  session: Session,
  { pull, change }: { readonly pull: PullRequest; readonly change: RefChange },
): Promise<void> {
  const { repository } = pull;
  if (change.after === ZERO_OID) return closeIssue(session, { issue: pull, reason: 'completed' });
  pull.pull.baseSha = change.after;
  if (await isAncestor(repository, { older: pull.pull.headSha, newer: change.after })) {
    return markMerged(session, { pull, commit: change.after });
  }
  pull.pull.comparison = await compareHeads(repository, { base: change.after, head: pull.pull.headSha });
}

async function followHead(
  session: Session,
  { pull, change }: { readonly pull: PullRequest; readonly change: RefChange },
): Promise<void> {
  const { world, viewer } = session;
  const { repository } = pull;
  if (change.after === ZERO_OID) return closeIssue(session, { issue: pull, reason: 'completed' });
  const before = pull.pull.headSha;
  // Opened after the push, and before GitHub had got round to telling of it.
  if (before === change.after) return;
  if (pull.pull.headRepository) await bringCommit(repository, { from: pull.pull.headRepository, oid: change.after });
  pull.pull.headSha = change.after;
  pull.pull.comparison = await compareHeads(repository, { base: pull.pull.baseSha, head: change.after });
  await keepHead(pull, before);
  touch(world, pull);
  if (rulesetsOf(repository, pull.pull.baseRef).some((each) => each.pullRequest?.dismissStale)) {
    dismissStaleReviews(session, pull);
  }
  const heads = { before, after: change.after };
  const event = { name: 'pull_request', action: 'synchronize', repository, pull, ...heads } as const;
  world.emit({ ...event, cause: viewer, sender: viewer.user });
}
