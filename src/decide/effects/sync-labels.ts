import { LABEL } from '../../state/names.ts';
import type { TaskRecord } from '../../state/record.ts';
import type { IssueView } from '../../state/snapshot.ts';
import { mayStart, type TaskState, type TaskView } from '../../state/task-view.ts';
import type { TrackedIssue } from '../../state/tracked-issues.ts';
import type { Effect } from './effect.ts';

/** Labels that the app sets, and the state that each stands for. */
const STATE_LABELS: Readonly<Record<string, TaskState>> = {
  [LABEL.running]: 'running',
  [LABEL.failed]: 'retrying',
  [LABEL.needsHuman]: 'needs-human',
};

const STATE_LABEL_ENTRIES = Object.entries(STATE_LABELS);

const NOTHING: readonly Effect[] = [];

/** Labels go on and off one by one: a set would take away what a person added a moment ago. */
export function syncLabels(view: TaskView, issue: IssueView): readonly Effect[] {
  // A next slice is no failure.
  const state = view.state === 'retrying' && mayStart(view) ? 'ready' : view.state;
  if (isLabelledSo(issue, state)) return NOTHING;
  return STATE_LABEL_ENTRIES.flatMap(([label, marks]): readonly Effect[] => {
    const has = issue.labels.includes(label);
    const reason = `the task is ${view.state}`;
    if (state === marks && !has)
      return [
        { kind: 'add-labels', key: `label:${issue.number}:${label}`, issue: issue.number, labels: [label], reason },
      ];
    if (state !== marks && has)
      return [
        {
          kind: 'remove-labels',
          key: `unlabel:${issue.number}:${label}`,
          issue: issue.number,
          labels: [label],
          reason,
        },
      ];
    return [];
  });
}

function isLabelledSo({ labels }: IssueView, state: TaskState): boolean {
  for (const [label, marks] of STATE_LABEL_ENTRIES) if ((state === marks) !== labels.includes(label)) return false;
  return true;
}

/** Nothing of the issue runs or is asked any more. */
export function takeOffLabels({ number, labels }: IssueView, reason: string): readonly Effect[] {
  return Object.keys(STATE_LABELS)
    .filter((label) => labels.includes(label))
    .map((label) => ({
      kind: 'remove-labels',
      key: `unlabel:${number}:${label}`,
      issue: number,
      labels: [label],
      reason,
    }));
}

/** GitHub takes 50 relations of one kind on an issue; above that the body alone carries them. */
const MAX_RELATIONS = 50;

/**
 * Native blocked-by relations for the dependencies that no other one implies; those that people set stay.
 * @param before The relations that the orchestrator had set when its record was last written.
 */
export function syncRelations(
  { issue, record }: TrackedIssue<TaskRecord>,
  before: readonly number[],
): readonly Effect[] {
  if (!issue.open) return [];
  if (record.relations.length === 0 && before.length === 0) return [];
  // Nearly every pass finds nothing to do here.
  if (before === record.relations && isThere(record.relations, issue)) return [];
  const there = issue.blockedBy.flatMap(({ number, repository }) => (repository === undefined ? [number] : []));
  const room = MAX_RELATIONS - issue.blockedBy.length;
  const missing = record.relations.filter((number) => !there.includes(number)).slice(0, Math.max(0, room));
  const isOfPeople = (number: number) =>
    record.blockers?.some((known) => known.number === number && known.repository === undefined) === true;
  const stale = before.filter(
    (number) => there.includes(number) && !record.relations.includes(number) && !isOfPeople(number),
  );
  return [
    ...missing.map(
      (blocker): Effect => ({
        kind: 'add-blocked-by',
        key: `block:${issue.number}:${blocker}`,
        issue: issue.number,
        blocker,
        reason: 'the plan says so',
      }),
    ),
    ...stale.map(
      (blocker): Effect => ({
        kind: 'remove-blocked-by',
        key: `unblock:${issue.number}:${blocker}`,
        issue: issue.number,
        blocker,
        reason: 'the plan says so no more',
      }),
    ),
  ];
}

function isThere(relations: readonly number[], { blockedBy }: IssueView): boolean {
  return relations.every((blocker) =>
    blockedBy.some(({ number, repository }) => repository === undefined && number === blocker),
  );
}
