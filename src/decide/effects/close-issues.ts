import { activeViews } from '../../state/active-tasks.ts';
import { closesNow } from '../../state/closes-now.ts';
import type { TaskRecord } from '../../state/record.ts';
import type { Situation } from '../../state/situation.ts';
import { millis } from '../../state/snapshot.ts';
import type { TaskView } from '../../state/task-view.ts';
import { isWaveFinished } from '../../text/group-body.ts';
import { CLOSING_GRACE_MS } from '../schedule/choose.ts';
import { type Effect, PROGRESS_KEY } from './effect.ts';
import { areAllWavesMerged } from './wave-pulls.ts';

/** Issues that are closed because what they ask for is done, or is not to be done. */

/** How long a run may take to close its issue after its result before a pass does it without having seen the run end. */
const CLOSE_AFTER_MS = 10 * 60_000;

/** When passes stop waiting for runs that reported and do not end. */
export function closingDeadlines({ snapshot, tasks, tracked, closesLanded }: Situation): readonly number[] {
  return activeViews({ tracked, tasks }).flatMap(({ task, record: { done } }) => {
    const trackedIssue = tracked.tasks.get(task.id);
    if (!done || !trackedIssue?.issue.open || closesNow({ closesLanded, trackedIssue })) return [];
    const moments = [millis(done.at) + CLOSING_GRACE_MS, millis(done.at) + CLOSE_AFTER_MS];
    return moments.filter((due) => due > snapshot.now);
  });
}

export function closeIssues(situation: Situation): readonly Effect[] {
  const { plan, snapshot, tracked, tasks, byWave, closesLanded } = situation;
  const ended = new Set(snapshot.runs.flatMap((run) => (run.ended ? [run.id] : [])));
  const effects: Effect[] = [];
  for (const { task, state, record } of activeViews({ tracked, tasks })) {
    const trackedIssue = tracked.tasks.get(task.id);
    const issue = trackedIssue?.issue;
    if (!issue?.open) continue;
    if (state === 'completed' && record.done?.pull !== undefined) {
      effects.push(
        mergedComment(issue.number, record.done),
        close(issue.number, { as: 'completed', reason: 'its work was merged' }),
      );
      continue;
    }
    const over = record.done && (ended.has(record.done.run) || snapshot.now >= millis(record.done.at) + CLOSE_AFTER_MS);
    if (state === 'completed' && (over || record.listed)) {
      effects.push(
        close(issue.number, {
          as: 'completed',
          reason: record.listed ? 'the plan lists it as completed' : 'it is verified and its run is over',
        }),
      );
    } else if (state === 'completed' && closesNow({ closesLanded, trackedIssue })) {
      const reason = 'it is verified and progress tells of it';
      effects.push({ ...close(issue.number, { as: 'completed', reason }), requires: PROGRESS_KEY });
    } else if (state === 'skipped')
      effects.push(close(issue.number, { as: 'not_planned', reason: 'a person left it out' }));
  }
  for (const [number, { issue }] of tracked.waves) {
    const within = byWave.get(number) ?? [];
    if (issue.open && isWaveFinished(within) && !isKeptOpen(issue.reopenedAt, within)) {
      effects.push(close(issue.number, { as: 'completed', reason: 'all of its tasks are done' }));
    }
  }
  const planIssue = tracked.plan?.issue;
  const all = plan.tasks.length > 0 && tasks.every(({ satisfied }) => satisfied) && areAllWavesMerged(tracked);
  if (planIssue?.open && all && !isKeptOpen(planIssue.reopenedAt, tasks)) {
    effects.push(close(planIssue.number, { as: 'completed', reason: 'every task is done' }));
  }
  return effects;
}

/** A person opened it again after everything was done: it stays open. */
export function isKeptOpen(reopenedAt: string | undefined, tasks: readonly TaskView[]): boolean {
  return (
    reopenedAt !== undefined && tasks.every(({ completedAt }) => completedAt === undefined || completedAt < reopenedAt)
  );
}

function close(issue: number, closing: { readonly as: 'completed' | 'not_planned'; readonly reason: string }): Effect {
  return { ...closing, kind: 'close-issue', key: closeKey(issue), issue };
}

/** The key of the effect that closes an issue: a dispatch requires those that it has waited for. */
export function closeKey(issue: number): string {
  return `close:${issue}`;
}

/** In the same batch as the closing, so that people read why. */
function mergedComment(issue: number, { pull, commit, unverified }: NonNullable<TaskRecord['done']>): Effect {
  const as = commit === undefined ? '' : ` as ${commit}`;
  const body = unverified
    ? `Merged${as} in #${pull}, with changes that came after verification: nobody verified what landed.`
    : `Merged${as} in #${pull}, as it was verified.`;
  return { kind: 'comment', key: `merged:${issue}:${pull}`, issue, body, reason: 'people merged its pull request' };
}
