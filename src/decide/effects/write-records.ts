import { type GroupRecord, type TaskRecord, writeGroupRecord, writeTaskRecord } from '../../state/record.ts';
import { GROUP_BLOCK, TASK_BLOCK, withRecordBlock, withRecordPart } from '../../state/record-form.ts';
import type { TrackedIssue, TrackedIssues } from '../../state/tracked-issues.ts';
import { bodyKey, isSameBody } from './body-currency.ts';
import type { Effect } from './effect.ts';

interface Writing {
  /** As the bodies say. */
  readonly matched: TrackedIssues;
  /** As it is to be. */
  readonly tracked: TrackedIssues;
  /** Login of the app. */
  readonly app: string;
  /** The issue whose whole body is written anyway. */
  readonly announcedOn: number | undefined;
}

/** Records that changed, in bodies whose text stays. One that somebody broke waits for the plan, which knows the text. */
export function writeRecords({ matched, tracked, app, announcedOn }: Writing): readonly Effect[] {
  const before = allOf(matched);
  const after = allOf(tracked);
  const known = new Map(before.flatMap((one) => (one ? [[one.issue.number, one.record] as const] : [])));
  return after.flatMap((one): readonly Effect[] => {
    if (!one?.intact || one.issue.number === announcedOn) return [];
    const { issue, record } = one;
    if (known.get(issue.number) === record) return [];
    const part = partWith(one);
    if (isSameBody(issue.body, part) || isSameBody(issue.body, partWith(withoutRun(one)))) return [];
    const reason = 'its record changed';
    const body = withRecordPart(issue.body, {
      part: partWith(one, { issue: issue.number }),
      isOurs: issue.writer === app,
    });
    return [{ kind: 'write-body', key: bodyKey(issue.number), issue: issue.number, body, reason }];
  });
}

function allOf({ plan, waves, tasks, removed }: TrackedIssues) {
  return [plan, ...waves.values(), ...tasks.values(), ...removed.values()];
}

type Recorded = TrackedIssue<TaskRecord> | TrackedIssue<GroupRecord>;

/** @param own The number of the issue is worth no write of its own, either. */
function partWith({ issue, record }: Recorded, own: { readonly issue?: number } = {}): string {
  return 'task' in record
    ? withRecordBlock(issue.body, { kind: TASK_BLOCK, block: writeTaskRecord({ ...record, ...own }) })
    : withRecordBlock(issue.body, { kind: GROUP_BLOCK, block: writeGroupRecord({ ...record, ...own }) });
}

/** A run id alone is not worth a write. */
function withoutRun(one: Recorded): Recorded {
  if (!('task' in one.record) || one.record.live?.run === undefined) return one;
  const { run, ...live } = one.record.live;
  return { ...one, record: { ...one.record, live } };
}
