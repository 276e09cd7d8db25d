import { NEEDS, requireAccess } from '../access/permissions.ts';
import { ApiError, unprocessable } from '../model/errors.ts';
import type { PullRequest, RepositoryRecord } from '../model/records.ts';
import type { MergeOptions } from '../model/rules.ts';
import { mergeQueueOf, rulesetsOf } from '../rules/rulesets.ts';
import type { Session, World } from '../world.ts';
import { mergePull, requireExpectedHead } from './merge.ts';
import { computeMergeability, isReady } from './mergeability.ts';
import { openPulls } from './open.ts';
import { advanceQueue, enqueue } from './queue.ts';

/** Lets GitHub merge once everything that is required is there. Refused where nothing is missing. */
export async function enableAutoMerge(
  session: Session,
  {
    pull,
    ...options
  }: MergeOptions & { readonly expectedHead?: string | null | undefined; readonly pull: PullRequest },
): Promise<void> {
  const { world, viewer } = session;
  const { repository } = pull;
  requireAccess(viewer, { repository, need: NEEDS.writePulls });
  requireAccess(viewer, { repository, need: NEEDS.mergePulls });
  if (!repository.settings.autoMerge) {
    throw unprocessable('Pull request Auto merge is not allowed for this repository');
  }
  if (!repository.settings[options.method]) throw unprocessable(`Merge method ${options.method} is not allowed.`);
  requireExpectedHead(pull, options.expectedHead);
  if (pull.state === 'closed') throw unprocessable('Pull request Pull request is closed');
  const mergeability = await computeMergeability(pull);
  if (isReady(mergeability)) throw unprocessable(`Pull request Pull request is in ${mergeability.state} status`);
  const { method, title, message } = options;
  pull.pull.autoMerge = { method, title, message, viewer, enabledAt: world.clock() };
  announceAutoMerge(session, { pull, action: 'auto_merge_enabled' });
}

export function disableAutoMerge(session: Session, pull: PullRequest): void {
  const { viewer } = session;
  requireAccess(viewer, { repository: pull.repository, need: NEEDS.writePulls });
  if (pull.pull.autoMerge === null) throw unprocessable("Can't disable auto-merge for this pull request");
  pull.pull.autoMerge = null;
  announceAutoMerge(session, { pull, action: 'auto_merge_disabled', reason: 'Disabled by a person' });
}

function announceAutoMerge(
  session: Session,
  {
    pull,
    action,
    reason,
  }: {
    readonly pull: PullRequest;
    readonly action: 'auto_merge_enabled' | 'auto_merge_disabled';
    readonly reason?: string;
  },
): void {
  const { world, viewer } = session;
  const event = { name: 'pull_request', action, repository: pull.repository, pull, ...(reason && { reason }) } as const;
  world.emit({ ...event, cause: viewer, sender: viewer.user });
}

/** Has the repository looked at after an event, where something waits in it to merge by itself. */
export function mergeReadyLater(world: World, repository: RepositoryRecord): void {
  const isWaiting = openPulls(repository).some(({ pull }) => pull.autoMerge !== null || pull.queueEntry !== null);
  if (isWaiting) world.later(() => mergeReady(world, repository));
}

/** Merges what has become ready, and moves the merge queues on. */
export async function mergeReady(world: World, repository: RepositoryRecord): Promise<void> {
  for (const pull of openPulls(repository)) {
    const { autoMerge, queueEntry } = pull.pull;
    if (!autoMerge || queueEntry || !isReady(await computeMergeability(pull))) continue;
    try {
      if (mergeQueueOf(rulesetsOf(repository, pull.pull.baseRef)))
        await enqueue({ world, viewer: autoMerge.viewer }, { pull });
      else await mergePull({ world, viewer: autoMerge.viewer }, { pull, ...autoMerge });
    } catch (error) {
      // The base moved or a right is gone: it stays as it is, and the next change looks again.
      if (!(error instanceof ApiError)) throw error;
    }
  }
  const queues = new Set(openPulls(repository).flatMap(({ pull }) => (pull.queueEntry ? [pull.baseRef] : [])));
  for (const branch of queues) await advanceQueue(world, { repository, branch });
}
