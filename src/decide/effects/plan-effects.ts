import type { LongestPaths } from '../../plan/critical-path.ts';
import type { TaskId } from '../../plan/plan.ts';
import { activeViews } from '../../state/active-tasks.ts';
import { earliest } from '../../state/earliest.ts';
import { versionOf } from '../../state/occasion.ts';
import type { Situation } from '../../state/situation.ts';
import { anythingStarted } from '../../state/steering.ts';
import { fullIssues, newerIssues, type TrackedIssues } from '../../state/tracked-issues.ts';
import { labelAnswer } from '../../text/label-answers.ts';
import { headText } from '../../text/plan-dashboard.ts';
import { refusalAnswer } from '../../text/refusal.ts';
import type { DecideInput } from '../decide-input.ts';
import type { FoldedState } from '../fold/fold-events.ts';
import type { Undoing } from '../fold/fold-standing.ts';
import type { Chosen } from '../schedule/choose.ts';
import { answerComments } from './answer-comments.ts';
import { answerElsewhere } from './answer-elsewhere.ts';
import { answerStarts } from './answer-starts.ts';
import { bodyKey } from './body-currency.ts';
import { closeDuplicates } from './close-duplicates.ts';
import { closeIssues, closeKey, closingDeadlines } from './close-issues.ts';
import { createIssues } from './create-issues.ts';
import { type Comment, type Effect, PROGRESS_KEY } from './effect.ts';
import { escalate } from './escalate.ts';
import { followPlan, tellOthers } from './follow-plan.ts';
import { minimizeReports } from './minimize-reports.ts';
import { expectedOf, planBodyIn } from './plan-body-due.ts';
import { refuseRuns } from './refuse-runs.ts';
import { askAboutRemoval, removeTasks } from './remove-tasks.ts';
import { reopenGroups } from './reopen-groups.ts';
import { reopenPulls } from './reopen-pulls.ts';
import { retirePlans } from './retire-plans.ts';
import { syncLabels, syncRelations } from './sync-labels.ts';
import { tellLosses } from './tell-losses.ts';
import { tellNoRoom } from './tell-no-room.ts';
import { undo } from './undo.ts';
import { unsaid } from './unsaid.ts';
import { recordsWithoutText, writeBodies } from './write-bodies.ts';

export interface EffectsInput extends Situation, Pick<DecideInput, 'timings'> {
  readonly longestPaths: LongestPaths;
  /** As the bodies say. */
  readonly matched: TrackedIssues;
  readonly folded: FoldedState;
  readonly chosen: Chosen;
  readonly undoings: readonly Undoing[];
  /** What is done about branches and the pull requests of waves. */
  readonly branches: readonly Effect[];
}

/** What is to be written so that GitHub says what the records and states say, in the order in which it is applied. */
export function planEffects(input: EffectsInput): { effects: readonly Effect[]; wakeAt: number | undefined } {
  const { snapshot, tracked } = input;
  const mayWrite = isOpenToUs(tracked);
  const started = anythingStarted({ snapshot, tracked });
  const created = createIssues({ ...input, withTasks: started });
  const before = input.folded.tracked;
  const followed = followPlan({ ...input, before });
  const closings = closeIssues(input);
  const planBody = planBodyIn(input);
  // What is said comes before the bodies that remember it: a process that dies in between finds what it has said.
  const decided = [
    ...refuseRuns(input),
    ...created.effects,
    ...closeDuplicates(input),
    ...undo(input.undoings),
    ...reopenPulls(input),
    ...answers({ ...input, head: () => headText(input, expectedOf(input)) }),
    ...answerElsewhere(input),
    ...askAboutRemoval(input),
    ...removeTasks(input),
    ...minimizeReports(input),
    ...escalate(input),
    ...answerStarts(input),
    ...tellLosses(input.folded),
    ...tellOthers({ ...input, before }),
    ...reopenGroups(input),
    ...input.branches,
    // Before the bodies that announce what has waited for them.
    ...closings.filter(({ requires }) => requires === PROGRESS_KEY),
    ...writeBodies({ ...input, planBody }),
    ...recordsWithoutText(input),
    ...retirePlans(input),
    ...followed.effects,
    ...syncLabelsAndRelations(input),
    ...closings.filter(({ requires }) => requires !== PROGRESS_KEY),
    ...dispatchRuns(input),
  ];
  const effects = unsaid([...decided.filter(mayWrite), ...tellNoRoom(tracked)], snapshot);
  // What is created, closed, opened or moved now lets more be done at once; our own writes cause no event that would tell us.
  // What a closing of landed work lets be done is in this decision already.
  const isChanged =
    created.effects.length > 0 ||
    followed.again ||
    effects.some(
      ({ kind, requires }) => kind === 'reopen-issue' || (kind === 'close-issue' && requires !== PROGRESS_KEY),
    );
  const again = isChanged ? snapshot.now : created.wakeAt;
  // When the plan issue says what has only moved since.
  const later = typeof planBody?.due === 'number' ? planBody.due : undefined;
  return { effects, wakeAt: earliest([again, later, ...closingDeadlines(input)]) };
}

/** Whether the issue of an effect is one that may be written: see `isClosedToUs`. */
export function isOpenToUs(tracked: TrackedIssues): (effect: Effect) => boolean {
  const newer = new Set(newerIssues(tracked).map(({ issue }) => issue));
  const full = new Set(fullIssues(tracked).map(({ number }) => number));
  return (effect) => {
    const issue = issueOf(effect) ?? Number.NaN;
    return !newer.has(issue) && (!full.has(issue) || effect.kind === 'bury-claim');
  };
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
  head,
}: Pick<EffectsInput, 'folded' | 'tasks' | 'tracked'> & { readonly head?: () => string }): readonly Effect[] {
  const issue = tracked.plan?.issue;
  return [
    ...(folded.refusal === undefined || !issue
      ? []
      : [
          comment({
            key: `refused:${issue.number}`,
            occasion: `refused:${versionOf(issue)}`,
            issue: issue.number,
            body: refusalAnswer(folded.refusal, issue.number),
            reason: 'a person has to change a setting',
          }),
        ]),
    ...answerComments({ handled: folded.handled, tasks, tracked, head }),
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
  for (const view of activeViews({ tracked, tasks })) {
    const trackedIssue = view.issue === undefined ? undefined : tracked.tasks.get(view.task.id);
    if (!trackedIssue) continue;
    for (const effect of syncLabels(view, trackedIssue.issue)) effects.push(effect);
    if (!trackedIssue.issue.open) continue;
    const before = folded.tracked.tasks.get(view.task.id)?.record.relations ?? [];
    for (const effect of syncRelations(trackedIssue, before)) effects.push(effect);
  }
  return effects;
}

function dispatchRuns(input: EffectsInput): readonly Effect[] {
  const { folded, chosen, tracked } = input;
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
        requires: [bodyKey(issue.number), ...accountBefore(input), ...closingsBefore(id, input)],
        inputs,
        reason,
      },
    ];
  });
}

/** What a dispatch may spend is kept on the plan issue before it is sent. */
function accountBefore({ matched, tracked: { plan } }: EffectsInput): readonly string[] {
  return plan && plan.record.accounts !== matched.plan?.record.accounts ? [bodyKey(plan.issue.number)] : [];
}

/** What a task waits for is over, and where its issue is still open, this decision closes it in front of the dispatch. */
function closingsBefore(id: TaskId, { graph, tasks, tracked }: EffectsInput): readonly string[] {
  const { dependencies = [] } = tasks[graph.places.get(id) ?? -1]?.task ?? {};
  return dependencies.flatMap((dependency) => {
    const issue = tracked.tasks.get(dependency)?.issue;
    const isOpen = issue?.open && tasks[graph.places.get(dependency) ?? -1]?.state === 'completed';
    return isOpen ? [closeKey(issue.number)] : [];
  });
}
