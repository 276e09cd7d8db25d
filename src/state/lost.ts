import { inline } from './markdown.ts';
import { isByApp, occasionOf, versionOf } from './occasion.ts';
import type { TaskRecord } from './record.ts';
import { type Instant, type IssueView, millis, type Snapshot } from './snapshot.ts';

/** Work that landed and is no longer on the base. A person may leave it at that. */

type LossRecord = Pick<TaskRecord, 'done' | 'lost' | 'accepted'>;

/** True while nobody took it as it is. */
export function isLost(record: LossRecord): boolean {
  return record.lost !== undefined && record.lost.stated !== 'completed' && acceptanceOf(record) === undefined;
}

/** Who left lost work as completed; undefined where nothing is lost, or nobody did. */
export function acceptanceOf({ lost, accepted }: LossRecord): TaskRecord['accepted'] {
  return lost && accepted && millis(accepted.at) >= millis(lost.at) ? accepted : undefined;
}

/** What became of the work, as part of a sentence. */
export function describeLoss({ done, lost }: LossRecord): string {
  const landed = done?.commit === undefined ? 'landed' : `landed as ${short(done.commit)}`;
  if (lost?.by !== undefined) return `${landed}, and was reverted by ${short(lost.by)}`;
  return `${landed}, and is no longer on the base`;
}

const OCCASION = 'lost:';

/** What the app tells of a loss on, as the occasion of its comment. */
export function lossOccasion(issue: Pick<IssueView, 'editedAt' | 'createdAt'>): string {
  return `${OCCASION}${versionOf(issue)}`;
}

/** Whether the app has told of a loss on that issue since: then it had seen the work land, whatever became of the record. */
export function isLossTold(
  issue: number,
  { since, comments, app }: Pick<Snapshot, 'comments' | 'app'> & { readonly since: Instant },
): boolean {
  return comments.some(
    (comment) =>
      comment.issue === issue &&
      !comment.edited &&
      isByApp(comment, app) &&
      occasionOf(comment.body)?.startsWith(OCCASION) === true &&
      millis(comment.createdAt) >= millis(since),
  );
}

/** The abbreviation by which people know commits; a record may hold anything. */
function short(commit: string): string {
  return inline(commit.slice(0, 7));
}
