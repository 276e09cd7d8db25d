import { NEEDS, requireAccess } from '../access/permissions.ts';
import { checkStatesOn, requiredState } from '../checks/checks.ts';
import { changeRefs, readRef, ZERO_OID } from '../git/refs.ts';
import { unprocessable } from '../model/errors.ts';
import type { PullRequest, QueueEntryRecord, RepositoryRecord, Viewer } from '../model/records.ts';
import { mergeQueueOf, requiredChecks, rulesetsOf } from '../rules/rulesets.ts';
import { refusal } from '../rules/violations.ts';
import type { Session, World } from '../world.ts';
import { buildMerge, markMerged, requireExpectedHead } from './merge.ts';
import { unmetRules } from './mergeability.ts';
import { openPulls } from './open.ts';

/**
 * Puts a pull request that fulfils every other rule at the end of its base's queue, or at the front
 * (https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/merging-a-pull-request-with-a-merge-queue).
 */
export async function enqueue(
  session: Session,
  {
    pull,
    expectedHead,
    jump = false,
  }: { readonly pull: PullRequest; readonly expectedHead?: string | null | undefined; readonly jump?: boolean },
): Promise<QueueEntryRecord> {
  const { world, viewer } = session;
  const { repository } = pull;
  requireAccess(viewer, { repository, need: NEEDS.mergePulls });
  const rulesets = rulesetsOf(repository, pull.pull.baseRef);
  if (!mergeQueueOf(rulesets)) throw unprocessable(`The merge queue is not enabled for ${pull.pull.baseRef}`);
  requireExpectedHead(pull, expectedHead);
  if (pull.state === 'closed' || pull.pull.draft) throw unprocessable('Pull request is not in an open state');
  if (pull.pull.queueEntry) throw unprocessable('Pull request is already in the merge queue');
  const unmet = await unmetRules(pull, rulesets);
  if (unmet.length > 0) throw refusal(422, unmet);
  const entry: QueueEntryRecord = {
    kind: 'MergeQueueEntry',
    id: world.store.nextId('queueEntry'),
    pull,
    enqueuer: viewer.user,
    // One that jumps stands before all that are there.
    enqueuedAt: jump
      ? Math.min(world.clock(), ...entriesOf(repository, pull.pull.baseRef).map((each) => each.enqueuedAt)) - 1
      : world.clock(),
    group: null,
  };
  pull.pull.queueEntry = entry;
  world.emit({ name: 'pull_request', action: 'enqueued', repository, pull, cause: viewer, sender: viewer.user });
  return entry;
}

/** The entries of a branch's queue, next one first. */
export function entriesOf(repository: RepositoryRecord, branch: string): readonly QueueEntryRecord[] {
  return openPulls(repository)
    .flatMap(({ pull }) => (pull.queueEntry && pull.baseRef === branch ? [pull.queueEntry] : []))
    .sort((a, b) => a.enqueuedAt - b.enqueuedAt || a.id - b.id);
}

/** Takes a pull request out of its queue; its merge that was being checked is thrown away. */
export async function dequeue(
  session: Session,
  {
    pull,
    reason,
  }: { readonly pull: PullRequest; readonly reason: 'CI_FAILURE' | 'MERGE_CONFLICT' | 'MANUAL' | 'QUEUE_CLEARED' },
): Promise<void> {
  const { world, viewer } = session;
  const entry = pull.pull.queueEntry;
  if (!entry) return;
  await dropGroup(world, { entry, reason: 'dequeued' });
  pull.pull.queueEntry = null;
  pull.pull.autoMerge = null;
  const { repository } = pull;
  const event = { name: 'pull_request', action: 'dequeued', repository, pull, reason } as const;
  world.emit({ ...event, cause: viewer, sender: viewer.user });
}

/** Moves a queue on as far as it goes: one merge after another is built, checked and put on the base. */
export async function advanceQueue(
  world: World,
  { repository, branch }: { readonly repository: RepositoryRecord; readonly branch: string },
): Promise<void> {
  for (let [entry] = entriesOf(repository, branch); entry; [entry] = entriesOf(repository, branch)) {
    const base = (await readRef(repository, `refs/heads/${branch}`))?.oid;
    if (base === undefined)
      return dequeue({ world, viewer: queueViewer(world) }, { pull: entry.pull, reason: 'QUEUE_CLEARED' });
    if (entry.group && entry.group.baseSha !== base) await dropGroup(world, { entry, reason: 'invalidated' });
    if (!entry.group && !(await buildGroup(world, { entry, base }))) continue;
    const names = requiredChecks(rulesetsOf(repository, branch));
    const checks = checkStatesOn(repository, entry.group?.headSha ?? '');
    const states = names.map((name) => requiredState(checks, name));
    if (states.includes('failure'))
      await dequeue({ world, viewer: queueViewer(world) }, { pull: entry.pull, reason: 'CI_FAILURE' });
    else if (states.every((state) => state === 'success')) await mergeEntry(world, entry);
    else return;
  }
}

/** False when the merge conflicts, and the pull request has left the queue. */
async function buildGroup(
  world: World,
  { entry, base }: { readonly entry: QueueEntryRecord; readonly base: string },
): Promise<boolean> {
  const { repository, number, pull } = entry.pull;
  const viewer = queueViewer(world);
  const method = mergeQueueOf(rulesetsOf(repository, pull.baseRef))?.queueMethod ?? 'squash';
  const options = { method, title: null, message: null };
  const headSha = await buildMerge(world, { pull: entry.pull, base, by: entry.enqueuer, options });
  if (headSha === null) {
    await dequeue({ world, viewer }, { pull: entry.pull, reason: 'MERGE_CONFLICT' });
    return false;
  }
  const ref = `refs/heads/gh-readonly-queue/${pull.baseRef}/pr-${number}-${base}`;
  const change = { name: ref, before: ZERO_OID, after: headSha };
  await changeRefs(repository, [change]);
  entry.group = { ref, baseSha: base, headSha };
  world.refsChanged({ repository, viewer, changes: [change] });
  const event = { name: 'merge_group', action: 'checks_requested', repository, entry, group: entry.group } as const;
  world.emit({ ...event, cause: null, sender: viewer.user });
  return true;
}

async function mergeEntry(world: World, entry: QueueEntryRecord): Promise<void> {
  const { pull, group } = entry;
  if (!group) return;
  const viewer = queueViewer(world);
  const change = { name: `refs/heads/${pull.pull.baseRef}`, before: group.baseSha, after: group.headSha };
  if (!(await changeRefs(pull.repository, [change]))) return dropGroup(world, { entry, reason: 'invalidated' });
  await markMerged({ world, viewer }, { pull, commit: group.headSha });
  await dropGroup(world, { entry, reason: 'merged' });
  world.refsChanged({ repository: pull.repository, viewer, changes: [change] });
}

async function dropGroup(
  world: World,
  { entry, reason }: { readonly entry: QueueEntryRecord; readonly reason: 'merged' | 'invalidated' | 'dequeued' },
): Promise<void> {
  const { group } = entry;
  if (!group) return;
  const { repository } = entry.pull;
  entry.group = null;
  await changeRefs(repository, [{ name: group.ref, before: group.headSha, after: ZERO_OID }]);
  const event = { name: 'merge_group', action: 'destroyed', repository, entry, group, reason } as const;
  world.emit({ ...event, cause: null, sender: queueViewer(world).user });
}

/** The queue pushes in a name of its own, and what it does starts workflows whoever filled it. */
function queueViewer({ store, clock }: World): Viewer {
  const login = 'github-merge-queue[bot]';
  return { kind: 'person', user: store.users.get(login) ?? store.addUser({ login, type: 'Bot', createdAt: clock() }) };
}
