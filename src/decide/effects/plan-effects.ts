import type { TaskId } from '../../plan/plan.ts';
import type { Derivations } from '../../state/derivations.ts';
import { earliest } from '../../state/earliest.ts';
import { inline } from '../../state/markdown.ts';
import type { Situation } from '../../state/situation.ts';
import { anythingStarted } from '../../state/steering.ts';
import { newerIssues, type TrackedIssues } from '../../state/tracked-issues.ts';
import { labelAnswer } from '../../text/label-answers.ts';
import { whatToFix } from '../../text/notices.ts';
import type { FoldedState } from '../fold/fold-events.ts';
import type { Undoing } from '../fold/fold-standing.ts';
import type { Chosen } from '../schedule/choose.ts';
import { answerComments } from './answer-comments.ts';
import { answerStarts } from './answer-starts.ts';
import { bodyKey } from './body-currency.ts';
import { closeDuplicates } from './close-duplicates.ts';
import { closeIssues, closingDeadlines } from './close-issues.ts';
import { createIssues } from './create-issues.ts';
import type { Comment, Effect } from './effect.ts';
import { escalate } from './escalate.ts';
import { followPlan } from './follow-plan.ts';
import { refuseRuns } from './refuse-runs.ts';
import { askAboutRemoval, removeTasks } from './remove-tasks.ts';
import { syncLabels, syncRelations } from './sync-labels.ts';
import { tellLosses } from './tell-losses.ts';
import { undo } from './undo.ts';
import { recordsWithoutText, writeBodies } from './write-bodies.ts';

export interface EffectsInput extends Situation {
  /** As the bodies say. */
  readonly matched: TrackedIssues;
  readonly folded: FoldedState;
  readonly chosen: Chosen;
  readonly derivations: Derivations;
  readonly undoings: readonly Undoing[];
  /** What is done about branches and the pull requests of waves. */
  readonly branches: readonly Effect[];
}

/** What is to be written so that GitHub says what the records and states say, in the order in which it is applied. */
export function planEffects(input: EffectsInput): { effects: readonly Effect[]; wakeAt: number | undefined } {
  const { snapshot, tracked } = input;
  const leftAlone = new Set(newerIssues(tracked).map(({ issue }) => issue));
  const mayWrite = (effect: Effect) => !leftAlone.has(issueOf(effect) ?? Number.NaN);
  const started = anythingStarted({ snapshot, tracked });
  const created = createIssues({ ...input, withTasks: started });
  const closed = closeIssues(input).filter(mayWrite);
  const removals = removeTasks(input).filter(mayWrite);
  const followed = followPlan({ ...input, before: input.folded.tracked });
  const effects = [
    ...refuseRuns(input),
    ...created.effects,
    ...closeDuplicates(input),
    ...undo(input.undoings),
    ...answers(input),
    ...askAboutRemoval(input),
    ...removals,
    ...escalate(input),
    ...answerStarts(input),
    ...tellLosses(input.folded),
    ...writeBodies(input),
    ...recordsWithoutText(input),
    ...input.branches,
    ...followed.effects,
    ...syncLabelsAndRelations(input),
    ...closed,
    ...dispatchRuns(input),
  ].filter(mayWrite);
  // What is created, closed or moved now lets more be done at once; our own writes cause no event that would tell us.
  const isChanged =
    created.effects.length + closed.length > 0 ||
    followed.again ||
    removals.some(({ kind }) => kind === 'reopen-issue');
  const again = isChanged ? (created.wakeAt ?? snapshot.now) : created.wakeAt;
  return { effects, wakeAt: earliest([again, ...closingDeadlines(input)]) };
}

/** The issue that an effect writes on, or takes something from. */
export function issueOf(effect: Effect): number | undefined {
  if (effect.kind === 'dispatch') return effect.inputs.issue;
  return 'issue' in effect ? effect.issue : undefined;
}

/** What people asked and said, answered. */
export function answers({
  folded,
  tasks,
  tracked,
}: Pick<EffectsInput, 'folded' | 'tasks' | 'tracked'>): readonly Effect[] {
  const planIssue = tracked.plan?.issue.number;
  return [
    ...(folded.refusal === undefined || planIssue === undefined
      ? []
      : [
          comment({
            key: `refused:${planIssue}`,
            issue: planIssue,
            body: `Nothing new is dispatched: ${inline(whatToFix(folded.refusal, planIssue))}`,
            reason: 'a person has to change a setting',
          }),
        ]),
    ...answerComments({ handled: folded.handled, tasks, tracked }),
    ...folded.labels.map(({ issue, at, ...set }) =>
      comment({
        key: `label:${issue}:${set.label}:${at}`,
        issue,
        body: labelAnswer(set),
        reason: `${set.label} does nothing there`,
      }),
    ),
  ];
}

function comment(given: Omit<Comment, 'kind'>): Effect {
  return { kind: 'comment', ...given };
}

function syncLabelsAndRelations({ folded, tracked, tasks }: EffectsInput): readonly Effect[] {
  const effects: Effect[] = [];
  for (const view of tasks) {
    const trackedIssue = view.issue === undefined ? undefined : tracked.tasks.get(view.task.id);
    if (!trackedIssue) continue;
    for (const effect of syncLabels(view, trackedIssue.issue)) effects.push(effect);
    if (!trackedIssue.issue.open) continue;
    const before = folded.tracked.tasks.get(view.task.id)?.record.relations ?? [];
    for (const effect of syncRelations(trackedIssue, before)) effects.push(effect);
  }
  return effects;
}

function dispatchRuns({ folded, chosen, tracked }: EffectsInput): readonly Effect[] {
  const sent: readonly TaskId[] = [...chosen.choices.map(({ task }) => task), ...folded.resend];
  return sent.flatMap((id): readonly Effect[] => {
    const trackedIssue = tracked.tasks.get(id);
    if (!trackedIssue?.record.live) return [];
    const { issue, record } = trackedIssue;
    const inputs = {
      task: record.task,
      issue: issue.number,
      attempt: record.attempt,
      slice: record.slice,
      dispatch: record.dispatch,
    };
    const again = folded.resend.has(id);
    const reason = again ? 'no run was seen for it' : `every dependency is satisfied and ${record.live?.agent} is free`;
    return [
      {
        kind: 'dispatch',
        key: `dispatch:${issue.number}:${record.dispatch}:${record.live?.sends}`,
        requires: bodyKey(issue.number),
        inputs,
        reason,
      },
    ];
  });
}
