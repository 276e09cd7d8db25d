import { type BaseEvidence, landedDispatch } from '../../state/evidence.ts';
import { acceptanceOf, isLost } from '../../state/lost.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import { instant, millis, type Snapshot } from '../../state/snapshot.ts';

/** Reads may be as old: what landed or was taken back within it may not be in view. */
const STALE_BASE_MS = 90_000;

export interface WatchInput {
  readonly issue: number;
  readonly snapshot: Snapshot;
  readonly evidence: BaseEvidence | undefined;
  /** Where the task's wave has its issue. */
  readonly wave: GroupRecord | undefined;
  readonly plan: GroupRecord | undefined;
}

export interface WatchedLanding {
  readonly record: TaskRecord;
  /** When a reading is new enough to be believed (epoch ms). */
  readonly until: number | undefined;
}

/** Holds what a task landed against the base: whether it is still there, and whether it has come back. */
export function watchLanding(record: TaskRecord, input: WatchInput): WatchedLanding {
  const watched = holdAgainstBase(record, input);
  return { ...watched, record: withAcceptance(watched.record, input) };
}

/** On the issue of wave or plan, `/accept` speaks of everything there that was lost up to then. */
function withAcceptance(record: TaskRecord, { wave, plan }: WatchInput): TaskRecord {
  if (!isLost(record)) return record;
  const accepted = [wave, plan]
    .map((group) => group?.accepted)
    .find((one) => acceptanceOf({ ...record, accepted: one }) !== undefined);
  return accepted ? { ...record, accepted } : record;
}

function holdAgainstBase(record: TaskRecord, input: WatchInput): WatchedLanding {
  const { done, lost } = record;
  const unchanged: WatchedLanding = { record, until: undefined };
  if (!done || !input.evidence) return unchanged;
  const { issue, snapshot, evidence, wave } = input;
  // Once it is merged, the pull request of the wave is what its work came by.
  const wavePull = wave?.pull?.state === 'merged' ? wave.pull.number : undefined;
  const standing = evidence.standing({ issue, done, dispatch: landedDispatch(record), wavePull });
  const at = instant(snapshot.now);
  switch (standing.kind) {
    case 'unquestioned':
      return unchanged;
    case 'there':
      return lost ? onceFresh(lost.at, { found: withoutLoss(record), unchanged, snapshot }) : unchanged;
    case 'reverted':
      return lost
        ? unchanged
        : { record: { ...record, lost: { at, how: 'reverted', by: standing.by } }, until: undefined };
    case 'gone':
      if (lost) return unchanged;
      return onceFresh(done.at, { found: { ...record, lost: { at, how: 'gone' } }, unchanged, snapshot });
  }
}

function withoutLoss({ lost, ...rest }: TaskRecord): TaskRecord {
  return rest;
}

interface Finding {
  readonly found: TaskRecord;
  readonly unchanged: WatchedLanding;
  readonly snapshot: Snapshot;
}

function onceFresh(since: string, { found, unchanged, snapshot: { now } }: Finding): WatchedLanding {
  const due = millis(since) + STALE_BASE_MS;
  return now < due ? { ...unchanged, until: due } : { record: found, until: undefined };
}
