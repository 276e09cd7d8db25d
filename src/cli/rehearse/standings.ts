import type { EmbeddedGitHub } from 'embedded-github';
import type { Plan, Task } from '../../plan/plan.ts';
import { describeCause } from '../../state/describe-cause.ts';
import { oneLine } from '../../state/markdown.ts';
import { LABEL } from '../../state/names.ts';
import { readTaskRecord, type TaskRecord } from '../../state/record.ts';

/** How a task of a rehearsal stands, as a person reads it off its issue. */
export interface Standing {
  readonly id: string;
  readonly title: string;
  readonly state: 'waiting' | 'running' | 'in-review' | 'completed' | 'failed' | 'broken' | 'needs-human';
  readonly attempt: number;
  /** Why its last run did not bring it to an end. */
  readonly why: string | undefined;
  readonly slot: string | undefined;
  /** Epoch milliseconds. */
  readonly since: number | undefined;
  /** Number of its issue. */
  readonly issue: number | undefined;
  /** Tasks of the plan that it waits for. */
  readonly waitsFor: readonly string[];
}

export interface StandingsInput {
  readonly github: Pick<EmbeddedGitHub, 'issuesReport'>;
  /** `owner/name`. */
  readonly repository: string;
  readonly plan: Plan;
}

/** Every task of the plan, also before it has an issue. */
export function standings({ github, repository, plan }: StandingsInput): readonly Standing[] {
  const issues = new Map(
    github.issuesReport(repository).flatMap((issue) => {
      const labels = issue.labels.flatMap((label) => (typeof label === 'object' ? (label.name ?? []) : label));
      if (!labels.includes(LABEL.task)) return [];
      const record = readTaskRecord(issue.body ?? '');
      return [[record?.task ?? issue.title, { number: issue.number, state: issue.state, labels, record }] as const];
    }),
  );
  const found = plan.tasks.map((task) => standingOf(task, issues.get(task.id)));
  const done = new Set(found.filter(({ state }) => state === 'completed').map(({ id }) => id));
  return found.map((one) => ({ ...one, waitsFor: one.waitsFor.filter((id) => !done.has(id)) }));
}

interface TaskIssue {
  readonly number: number;
  readonly state: string;
  readonly labels: readonly string[];
  readonly record: TaskRecord | undefined;
}

function standingOf({ id, title, status, dependencies }: Task, issue: TaskIssue | undefined): Standing {
  const { record } = issue ?? {};
  const last = record?.history.at(-1);
  return {
    id,
    title: oneLine(title),
    // A task that the plan lists as completed never gets an issue.
    state: issue ? stateOf(issue) : status === 'completed' ? 'completed' : 'waiting',
    attempt: record?.attempt ?? 0,
    why: last?.cause && oneLine(describeCause(last.cause)),
    slot: record?.live?.agent,
    since: record?.live ? Date.parse(record.live.sent) : undefined,
    issue: issue?.number,
    waitsFor: dependencies,
  };
}

function stateOf({ state, labels, record }: TaskIssue): Standing['state'] {
  if (state === 'closed') return 'completed';
  if (labels.includes(LABEL.running)) return 'running';
  if (labels.includes(LABEL.needsHuman)) return 'needs-human';
  // A run that could not work says nothing of the attempt.
  if (labels.includes(LABEL.failed)) return record?.history.at(-1)?.outcome === 'infrastructure' ? 'broken' : 'failed';
  return record?.review === undefined ? 'waiting' : 'in-review';
}
