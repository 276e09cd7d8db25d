import type { Task, TaskId } from '../plan/plan.ts';
import { nextAttempt } from './attempts.ts';
import { retryAt, silentInARow } from './failures.ts';
import { inline } from './markdown.ts';
import type { PastDispatch, TaskRecord } from './record.ts';
import { type IssueView, instant } from './snapshot.ts';
import type { TaskState, TaskView } from './task-view.ts';
import type { Timings } from './timings.ts';

/** Runs that may end one after the other without a result before a person is asked. */
const MAX_SILENT = 3;

/** What the rules look at, for one task. */
export interface Facts {
  readonly task: Task;
  readonly issue: IssueView | undefined;
  readonly record: TaskRecord;
  readonly ceiling: number;
  readonly timings: Timings;
  readonly now: number;
  readonly held: string | undefined;
  /** Dependencies that are not satisfied. */
  readonly missing: readonly TaskView[];
  /** Open blockers that people put on the issue. */
  readonly foreign: readonly number[];
  readonly deferredTo: TaskId | undefined;
}

export interface Verdict {
  readonly state: TaskState;
  readonly reason: string;
}

type Rule = (facts: Facts) => Verdict | undefined;

const RULES: readonly Rule[] = [completed, skipped, running, needsHuman, held, blocked, retrying];

/** An ordered table of which the first rule that matches wins. */
export function firstRule(facts: Facts): Verdict {
  for (const rule of RULES) {
    const verdict = rule(facts);
    if (verdict) return verdict;
  }
  if (facts.deferredTo)
    return { state: 'ready', reason: `waits for ${inline(facts.deferredTo)}, which changes the same files` };
  return { state: 'ready', reason: facts.issue ? 'waits for a free slot' : 'its issue is created next' };
}

function completed({ issue, record }: Facts): Verdict | undefined {
  if (issue?.closedAs === 'completed') {
    return { state: 'completed', reason: record.done ? 'verified and closed' : 'closed by hand, not verified' };
  }
  if (!issue?.open) return undefined;
  if (record.done) return { state: 'completed', reason: 'verified; its issue is about to be closed' };
  return record.listed ? { state: 'completed', reason: 'listed as completed in the plan, not verified' } : undefined;
}

function skipped({ issue, record }: Facts): Verdict | undefined {
  if (record.skipped) return { state: 'skipped', reason: 'left out by `/skip`; dependents go on without it' };
  if (issue && !issue.open)
    return { state: 'skipped', reason: 'closed as not planned; comment `/skip` to let dependents go on' };
  return undefined;
}

function running({ record }: Facts): Verdict | undefined {
  if (!record.live) return undefined;
  const { agent, sent } = record.live;
  return { state: 'running', reason: `running on ${agent} since ${clock(sent)}, attempt ${record.attempt}` };
}

function needsHuman({ record, ceiling }: Facts): Verdict | undefined {
  const last = record.history.at(-1);
  if (!last) return undefined;
  if (nextAttempt(record) > ceiling) {
    return {
      state: 'needs-human',
      reason: `attempt ${last.attempt} of ${ceiling} failed: ${cause(last)}; comment \`/retry\``,
    };
  }
  if (silentInARow(record) < MAX_SILENT) return undefined;
  return {
    state: 'needs-human',
    reason: `${MAX_SILENT} runs in a row could not work: ${cause(last)}; comment \`/retry\``,
  };
}

function held(facts: Facts): Verdict | undefined {
  return facts.held === undefined ? undefined : { state: 'held', reason: facts.held };
}

function blocked({ missing, foreign }: Facts): Verdict | undefined {
  if (missing.length === 0 && foreign.length === 0) return undefined;
  const parts = [...missing.map(describe), ...foreign.map((number) => `#${number}, which somebody set as a blocker`)];
  const shown = parts.slice(0, 3).join('; ');
  return { state: 'blocked', reason: `waits for ${shown}${parts.length > 3 ? ` and ${parts.length - 3} more` : ''}` };
}

function describe({ task, issue, state, reason }: TaskView): string {
  const name = issue === undefined ? inline(task.id) : `${inline(task.id)} (#${issue})`;
  if (state === 'running') return `${name}, ${reason}`;
  if (state === 'blocked') return `${name}, which waits itself`;
  if (state === 'completed') return `${name}, about to be closed`;
  return `${name}, ${state}`;
}

function retrying({ record, timings, now }: Facts): Verdict | undefined {
  const last = record.history.at(-1);
  const due = retryAt(record, timings);
  if (!last || now >= due) return undefined;
  return {
    state: 'retrying',
    reason: `attempt ${last.attempt} ended: ${cause(last)}; tried again after ${clock(instant(due))}`,
  };
}

function cause({ what, outcome }: PastDispatch): string {
  return what === undefined ? outcome : inline(what);
}

/** `10:02` in UTC. */
function clock(at: string): string {
  return at.slice(11, 16);
}
