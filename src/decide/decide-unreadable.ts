import type { FileProblem } from '../plan/plan.ts';
import { byWave } from '../state/by-wave.ts';
import { classify } from '../state/classify.ts';
import { earliest } from '../state/earliest.ts';
import { endingIn } from '../state/ending-runs.ts';
import { evidenceOn } from '../state/evidence.ts';
import { proseWithLinks } from '../state/markdown.ts';
import { versionOf } from '../state/occasion.ts';
import { instant, type Snapshot } from '../state/snapshot.ts';
import { asItCounts } from '../state/standing.ts';
import { isClosedToUs, matchIssues, newerIssues, type TrackedIssues } from '../state/tracked-issues.ts';
import { newerRecordNotice, questionNotice, unreadableNotice } from '../text/notices.ts';
import type { DecideInput } from './decide-input.ts';
import { announceProblems } from './effects/announce-problems.ts';
import { closeIssues, closingDeadlines } from './effects/close-issues.ts';
import type { Decision, Effect } from './effects/effect.ts';
import { answers, isOpenToUs, issueOf } from './effects/plan-effects.ts';
import { refuseRuns } from './effects/refuse-runs.ts';
import { reopenPulls } from './effects/reopen-pulls.ts';
import { syncLabels } from './effects/sync-labels.ts';
import { tellLosses } from './effects/tell-losses.ts';
import { tellNoRoom } from './effects/tell-no-room.ts';
import { undo } from './effects/undo.ts';
import { unsaid } from './effects/unsaid.ts';
import { writeRecords } from './effects/write-records.ts';
import { type FoldedState, foldEvents } from './fold/fold-events.ts';
import { foldStanding } from './fold/fold-standing.ts';
import { leaveToForeign, leaveToOther } from './other-host.ts';
import type { PlanQuestion } from './plan-question.ts';

interface UnreadableInput extends DecideInput {
  readonly problems: readonly FileProblem[];
  /** The files can be read, and a person has to say what they mean. */
  readonly question?: PlanQuestion;
}

/**
 * What is done while plan or configuration cannot be read, by what the records know. Results and commands count, runs
 * that people end are ended, and what has landed is closed. Nothing is created but an issue that says what is wrong,
 * nothing is dispatched, taken out or projected, and no text is written anew but that of the plan issue: who reads only
 * half of a plan would take the other half for removed.
 */
export function decideUnreadable(input: UnreadableInput): Decision {
  const { project, timings, derivations, problems, question, full } = input;
  const { plan, config, graph, criticalPath } = project;
  // Which branch is the base may be among what cannot be read: what is found there counts, what is not may be elsewhere.
  const base = input.snapshot.base && { ...input.snapshot.base, mayBeElsewhere: true };
  const seen = base ? { ...input.snapshot, base } : input.snapshot;
  const snapshot = asItCounts(seen, derivations);
  const evidence = base && evidenceOn(base);
  const found = matchIssues({ snapshot, plan, derivations, ...(full ? { full } : {}) });
  const matched = question ? withQuestion(found, { question, snapshot }) : found;
  const left = newerIssues(matched);
  const constant = { plan, graph, config, snapshot, timings, derivations };
  const notice = newerRecordNotice(left) ?? (question ? questionNotice(question.problem) : unreadableNotice(problems));
  const outline = {
    waveIssues: new Map([...matched.waves].map(([number, { issue }]) => [number, issue.number])),
    planIssue: matched.plan?.issue.number,
    criticalPath,
    leftAlone: left.map(({ issue }) => issue),
    notice,
    ...(question ? { undecided: problems } : {}),
  };
  if (matched.plan && isClosedToUs(matched.plan)) {
    const { tasks } = classify({ ...constant, tracked: matched, notice });
    return { ...outline, effects: matched.plan.isFull ? tellNoRoom(matched) : [], tasks, wakeAt: undefined };
  }
  const other =
    leaveToForeign({ seen, id: plan.id, plan: matched.plan }) ??
    leaveToOther({ plan: matched.plan, snapshot, timings });
  if (other) {
    const { tasks } = classify({ ...constant, tracked: matched, notice: other.notice });
    return { ...outline, ...other, tasks };
  }
  const broken = brokenWaves(matched);
  const heard = { ...snapshot, comments: snapshot.comments.filter(({ issue }) => !broken.has(issue)) };
  const events = foldEvents({ plan, snapshot: heard, config, tracked: matched, timings, evidence });
  const stood = foldStanding(events.tracked, { seen, derivations });
  const folded = { ...events, tracked: stood.tracked };
  const { tracked } = folded;
  const { tasks, wakeAt } = classify({ ...constant, tracked, notice });
  const situation = { ...constant, notice, path: criticalPath, tracked, tasks, byWave: byWave(tasks) };
  const announced = announceProblems({ ...situation, problems, ...(question ? { on: question.on.issue } : {}) });
  // Of waves and plan it is not known whether anything is left to do.
  const closed = closeIssues({ ...situation, tracked: { ...tracked, plan: undefined, waves: new Map() } });
  const mayWrite = isOpenToUs(matched);
  const wanted = [
    ...refuseRuns({ folded }),
    ...(matched === found || !question ? [] : [asking(question)]),
    ...undo(stood.undoings),
    ...reopenPulls({ matched, tracked, snapshot }),
    ...answers({ ...situation, folded }).map((effect) => withNotice(effect, notice)),
    ...postponed(folded, notice),
    ...announced.effects,
    ...tellLosses(folded),
    ...writeRecords({ ...situation, app: snapshot.app, matched, announcedOn: announced.issue }),
    ...tasks.flatMap((view) => {
      const issue = tracked.tasks.get(view.task.id)?.issue;
      // How many attempts a task has may be among what cannot be read.
      return issue && view.state !== 'needs-human' ? syncLabels(view, issue) : [];
    }),
    ...closed,
  ].filter((effect) => mayWrite(effect) && !broken.has(issueOf(effect) ?? Number.NaN));
  const effects = unsaid([...wanted, ...tellNoRoom(tracked)], snapshot);
  const isAnswered = tracked.plan?.record.accepted !== matched.plan?.record.accepted;
  const ending = question ? endingIn(tracked, snapshot) : [];
  // Another plan may begin once the last run of this one is in the records.
  const isOver = question !== undefined && isAtWork(matched) && !isAtWork(tracked);
  const again = announced.again || closed.length > 0 || isAnswered || isOver ? snapshot.now : undefined;
  return {
    ...outline,
    effects,
    tasks,
    wakeAt: earliest([
      again,
      folded.wakeAt,
      wakeAt,
      ...ending.map(({ until }) => until),
      ...closingDeadlines(situation),
    ]),
  };
}

/**
 * A record that somebody broke is made anew with the text around it, which the plan alone knows: until then nothing could be
 * remembered there, and what is said once would be said in every pass.
 */
function brokenWaves({ waves }: TrackedIssues): ReadonlySet<number> {
  return new Set([...waves.values()].flatMap(({ issue, intact }) => (intact ? [] : [issue.number])));
}

function isAtWork({ tasks, removed }: TrackedIssues): boolean {
  return [...tasks.values(), ...removed.values()].some(({ record }) => record.live !== undefined);
}

interface Asking {
  readonly question: PlanQuestion;
  readonly snapshot: Snapshot;
}

/** Remembers what is asked, and since when: an answer counts from then on. The same value where that is known. */
function withQuestion(tracked: TrackedIssues, { question: { on, about }, snapshot }: Asking): TrackedIssues {
  const { plan } = tracked;
  if (plan?.issue.number !== on.issue.number || plan.record.question?.about === about) return tracked;
  return { ...tracked, plan: { ...plan, record: { ...plan.record, question: { about, at: instant(snapshot.now) } } } };
}

function asking({ on, problem }: PlanQuestion): Effect {
  const { number } = on.issue;
  const body = `Nothing new starts before somebody decides: ${proseWithLinks(problem.message)}.`;
  const occasion = `question:${versionOf(on.issue)}`;
  const reason = 'the plan may be another one';
  return { kind: 'comment', key: `question:${number}`, occasion, issue: number, body, reason };
}

/** Who asks how things stand wants to know this before all. */
function withNotice(effect: Effect, notice: string): Effect {
  if (effect.kind !== 'comment' || effect.body.includes(notice)) return effect;
  return { ...effect, body: `${effect.body}\n\nNothing new starts: ${notice}.` };
}

/** What somebody wants to start is kept in the records, and nobody would know why nothing starts. */
function postponed({ handled }: FoldedState, notice: string): readonly Effect[] {
  return handled.flatMap((each): readonly Effect[] => {
    if (each.kind !== 'read') return [];
    const names = each.commands.flatMap(({ command: { name }, outcome: { kind } }) =>
      kind !== 'nothing' && (name === 'start' || name === 'resume' || name === 'retry') ? [`\`/${name}\``] : [],
    );
    if (names.length === 0) return [];
    const { id, issue } = each.comment;
    const body = `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} kept, and nothing starts yet: ${notice}.`;
    return [{ kind: 'comment', key: `postponed:${id}`, issue, body, reason: 'the plan cannot be read' }];
  });
}
