import type { FileProblem, Plan } from '../plan/plan.ts';
import { fingerprintOf } from '../state/fingerprint.ts';
import type { GroupRecord } from '../state/record.ts';
import { millis, type Snapshot } from '../state/snapshot.ts';
import type { TrackedIssue, TrackedIssues } from '../state/tracked-issues.ts';
import { lastRuns, otherPlan, otherTitles } from '../text/plan-questions.ts';

/** What a person has to decide about the plan as it is in the file, before anything goes on. */
export interface PlanQuestion {
  /** The plan issue that it is asked on, and from whose records things go on until then. */
  readonly on: TrackedIssue<GroupRecord>;
  /** What is asked about, as one word to compare: another edit is another question. */
  readonly about: string;
  readonly problem: FileProblem;
}

interface Asked {
  readonly plan: Plan;
  readonly tracked: TrackedIssues;
  readonly snapshot: Snapshot;
}

/** @returns Undefined where nothing is to be asked, or where it is answered. */
export function planQuestion(asked: Asked): PlanQuestion | undefined {
  return aboutOtherPlan(asked) ?? aboutTitles(asked);
}

/** The file holds another plan than the one that is under way. */
function aboutOtherPlan({ plan, tracked, snapshot }: Asked): PlanQuestion | undefined {
  const [former] = tracked.former;
  if (!former || tracked.plan?.issue.open) return undefined;
  const { issue, record } = former;
  // Closed, and not over before its last run is: the records of the former plan tell what becomes of it.
  const message = (issue.open ? otherPlan : lastRuns)({ id: plan.id, former: record.plan, issue: issue.number });
  return { on: former, about: `plan ${plan.id}`, problem: problemIn(snapshot, message) };
}

/** One edit gave most of what is done other titles: the same ids may be other tasks now. */
function aboutTitles({ plan, tracked, snapshot }: Asked): PlanQuestion | undefined {
  if (!tracked.plan || !mayHaveOtherTitle({ plan, tracked })) return undefined;
  const done = plan.tasks.flatMap((task) => {
    const known = tracked.tasks.get(task.id);
    return known?.issue.closedAs === 'completed' && known.record.title !== undefined
      ? [{ task, title: known.record.title }]
      : [];
  });
  const changed = done.filter(({ task, title }) => task.title !== title);
  if (changed.length * 2 <= done.length) return undefined;
  const about = `titles ${fingerprintOf({ title: '', outputs: [], acceptance: done.map(({ task }) => task.title) })}`;
  const { issue, record } = tracked.plan;
  if (isAccepted(record, about)) return undefined;
  const message = otherTitles({ changed: changed.length, done: done.length, issue: issue.number });
  return { on: tracked.plan, about, problem: problemIn(snapshot, message) };
}

/** At a settled task the record has the title that the plan has. */
function mayHaveOtherTitle({ plan: { tasks }, tracked }: Pick<Asked, 'plan' | 'tracked'>): boolean {
  if (!tracked.active) return true;
  return [...tracked.active].some(([id, place]) => tracked.tasks.get(id)?.record.title !== tasks[place]?.title);
}

/** Somebody accepted it after it was asked. */
function isAccepted({ accepted, question }: GroupRecord, about: string): boolean {
  return accepted !== undefined && question?.about === about && millis(accepted.at) > millis(question.at);
}

function problemIn({ files }: Snapshot, message: string): FileProblem {
  return { file: files.plan?.path ?? 'the plan', line: 1, column: 1, message };
}
