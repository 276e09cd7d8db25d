import { changeActive } from '../../state/active-tasks.ts';
import { LABEL } from '../../state/names.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import { type Instant, type IssueView, millis, type Snapshot } from '../../state/snapshot.ts';
import { isClosedToUs, type TrackedIssue, type TrackedIssues } from '../../state/tracked-issues.ts';
import { mayWrite } from '../../state/trust.ts';

/** A label of people that does nothing, and that they were not told about yet. */
export interface VainLabel {
  readonly issue: number;
  readonly label: SteeringLabel;
  readonly at: Instant;
  /** Who set it; undefined where GitHub no longer shows that. */
  readonly by: string | undefined;
  readonly why: 'may-not-write' | 'completed' | 'closed';
}

type SteeringLabel = typeof LABEL.start | typeof LABEL.pause;

export interface FoldedLabels {
  readonly tracked: TrackedIssues;
  readonly labels: readonly VainLabel[];
}

/** Finds labels that do not count, or start nothing: once each time that one is set. */
export function foldLabels(tracked: TrackedIssues, snapshot: Snapshot): FoldedLabels {
  const labels: VainLabel[] = [];
  const fold = <R extends TaskRecord | GroupRecord>(one: TrackedIssue<R>): TrackedIssue<R> => {
    if (isClosedToUs(one)) return one;
    const vain = vainLabels(one, snapshot);
    if (vain.length === 0) return one;
    labels.push(...vain);
    const told = vain.map(({ label, at }) => [label === LABEL.start ? 'start' : 'pause', at] as const);
    return { ...one, record: { ...one.record, labels: { ...one.record.labels, ...Object.fromEntries(told) } } };
  };
  return {
    tracked: {
      ...tracked,
      plan: tracked.plan && fold(tracked.plan),
      waves: new Map([...tracked.waves].map(([number, one]) => [number, fold(one)])),
      tasks: changeActive(tracked, fold),
    },
    labels,
  };
}

function vainLabels({ issue, record }: TrackedIssue<TaskRecord | GroupRecord>, snapshot: Snapshot): VainLabel[] {
  return [LABEL.start, LABEL.pause].flatMap((label) => {
    if (!issue.labels.includes(label)) return [];
    const set = issue.labelled.get(label);
    // The app puts back what others took off. A label so old that GitHub shows no setter of it still holds back.
    if (set?.by === snapshot.app || (!set && label === LABEL.pause)) return [];
    const at = set?.at ?? issue.createdAt;
    const known = label === LABEL.start ? record.labels?.start : record.labels?.pause;
    const why = mayWrite(set?.by, snapshot) ? whyVain({ issue, record, at, label }) : 'may-not-write';
    return why === undefined || known === at ? [] : [{ issue: issue.number, label, at, by: set?.by, why }];
  });
}

interface Set {
  readonly issue: IssueView;
  readonly record: TaskRecord | GroupRecord;
  readonly at: Instant;
  readonly label: SteeringLabel;
}

/** A start on a closed plan or wave: what it does to a task is said with the start itself. */
function whyVain({ issue, record, at, label }: Set): VainLabel['why'] | undefined {
  if (issue.open || 'task' in record || label !== LABEL.start) return undefined;
  const before = issue.closedAt !== undefined && millis(at) <= millis(issue.closedAt);
  if (before) return undefined;
  return issue.closedAs === 'completed' ? 'completed' : 'closed';
}
