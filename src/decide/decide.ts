import { hasLimit } from '../plan/budget.ts';
import { withChangedViews } from '../state/active-tasks.ts';
import { byWave } from '../state/by-wave.ts';
import { classify } from '../state/classify.ts';
import { earliest } from '../state/earliest.ts';
import { type EndingRun, endingIn } from '../state/ending-runs.ts';
import { evidenceOn } from '../state/evidence.ts';
import { followGroups } from '../state/follow-plan.ts';
import { isSameAccounts, type KeepingInput, keepAccounts } from '../state/kept-accounts.ts';
import { matchAgain } from '../state/match-again.ts';
import { projectFromRecords } from '../state/plan-from-records.ts';
import { hostChangeAt } from '../state/plan-host.ts';
import { isProbeDue, lookAtProbe } from '../state/preflight/probe.ts';
import { isScarce } from '../state/request-budget.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { type SpendingInput, spendingOf } from '../state/spending.ts';
import { asItCounts } from '../state/standing.ts';
import { noRoom } from '../state/steering.ts';
import { mayStart, type TaskView } from '../state/task-view.ts';
import { newerIssues, type TrackedIssues } from '../state/tracked-issues.ts';
import { handoverNotice, massLossNotice, newerRecordNotice, refusalNotice, scarceNotice } from '../text/notices.ts';
import { goneNotice } from '../text/removal.ts';
import { spendingMeter } from '../text/spending.ts';
import type { DecideInput } from './decide-input.ts';
import { decideUnreadable } from './decide-unreadable.ts';
import type { Decision } from './effects/effect.ts';
import { mayLand, syncIntegrationBranch } from './effects/integration-branch.ts';
import { planEffects } from './effects/plan-effects.ts';
import { summarizeWaves } from './effects/summarize-waves.ts';
import { tellBudget } from './effects/tell-budget.ts';
import { tellNoRoom, withoutRoom } from './effects/tell-no-room.ts';
import { syncWavePulls } from './effects/wave-pulls.ts';
import { foldEvents } from './fold/fold-events.ts';
import { foldStanding } from './fold/fold-standing.ts';
import { restoreAccounts } from './fold/restore-accounts.ts';
import { noteTransitions, noticesUntil } from './notify/note-transitions.ts';
import { type LeftAlone, leaveToForeign, leaveToOther, planBefore } from './other-host.ts';
import { planQuestion } from './plan-question.ts';
import { assign } from './schedule/assign.ts';
import { type Chosen, choose } from './schedule/choose.ts';
import { activeAfter, lastPassOf } from './settled.ts';

/**
 * Decides what is to be done about one repository: the same snapshot and project give the same bytes.
 * First everything that happened is folded into the records, then every task gets its state, then free slots are
 * given away, and what is to be written is the difference between the records and GitHub.
 */
export function decide(input: DecideInput): Decision {
  const decision = decideOnce(input);
  const full = withoutRoom(decision.effects);
  // What would have to be remembered there cannot be: then it is left, and everything else goes on.
  return full.length === 0 ? decision : decide({ ...input, full: new Set([...(input.full ?? []), ...full]) });
}

function decideOnce(input: DecideInput): Decision {
  const { snapshot: seen, project, timings, derivations, full, closesLanded, settledNotices } = input;
  if (project.problems) return decideUnreadable({ ...input, problems: project.problems });
  const last = derivations.lastPasses.get(project.graph);
  const snapshot = asItCounts(seen, derivations, last && { ...last.match, seen: last.seen });
  const { config, graph, longestPaths, criticalPath } = project;
  const match = matchAgain({ plan: project.plan, snapshot, derivations, full, before: last?.match });
  const { plan } = match;
  const active = activeAfter(last, { matched: match, config, snapshot });
  const matched = { ...match.tracked, active };
  const leftAlone = newerIssues(matched);
  const outdated = newerRecordNotice(leftAlone);
  const constant = { plan, graph, config, snapshot, timings, derivations, closesLanded };
  const outlined = { ...outline({ tracked: matched, criticalPath, leftAlone }), wakeAt: undefined };
  const leave = (left: Partial<LeftAlone> & Pick<LeftAlone, 'effects' | 'notice'>): Decision => {
    const { tasks } = classify({ ...constant, tracked: matched, notice: left.notice });
    return { ...outlined, tasks, ...left };
  };

  const foreign = leaveToForeign({ seen, id: plan.id, plan: matched.plan });
  if (foreign) return leave(foreign);
  // Whatever was said and done up to now is in a record that cannot be read: nothing is written anywhere.
  if (matched.plan?.newer !== undefined) return leave({ effects: [], notice: outdated });
  if (matched.plan?.isFull) return leave({ effects: tellNoRoom(matched), notice: noRoom(matched.plan.issue.number) });
  const standing = matched.plan ?? planBefore({ snapshot, config, derivations, full });
  const other = leaveToOther({ plan: standing, snapshot, timings });
  if (other) return leave(other);

  const question = planQuestion({ plan, tracked: matched, snapshot });
  if (question) {
    const problems = [question.problem];
    const recorded = { snapshot, derivations, planIssue: question.on };
    const former = projectFromRecords({ problems, config }, recorded);
    return decideUnreadable({ ...input, project: former, problems, question });
  }

  const evidence = snapshot.base && evidenceOn(snapshot.base);
  const events = foldEvents({ plan, snapshot, config, tracked: matched, timings, evidence });
  const paid = restoreAccounts({ plan, graph, config, matched, folded: events.tracked });
  const stood = foldStanding(paid, { seen, derivations });
  const { plan: planIssue } = stood.tracked;
  const notice =
    outdated ??
    goneNotice(planIssue) ??
    handoverNotice(planIssue, { now: snapshot.now, timings }) ??
    refusalNotice(planIssue) ??
    massLossNotice(stood.tracked) ??
    scarceNotice(snapshot.budget);
  const situation = { ...constant, notice };
  const before = stood.tracked.active && last;
  const found = classify({ ...situation, tracked: stood.tracked, ...(before && { before }) });
  const folded = { ...events, tracked: withChangedViews(stood.tracked, { tasks: found.tasks, before }) };
  const ending = endingIn(folded.tracked, snapshot);
  const isBounded = hasLimit(config);
  const spent = (of: Pick<SpendingInput, 'byWave' | 'removed'>) =>
    spendingOf({ plan, graph, config, kept: derivations.spendings, ...of });
  const chosen: Chosen = mayLand(snapshot)
    ? choose({
        ...constant,
        longestPaths,
        tasks: found.tasks,
        ending,
        now: snapshot.now,
        isProbeDue: isProbeDue(planIssue),
        ...(isBounded && { budget: spent({ byWave: byWave(found.tasks, before), removed: folded.tracked.removed }) }),
      })
    : { choices: [], deferred: new Map() };
  const assigned = assign({ folded, chosen, graph, config, snapshot, tasks: found.tasks });

  const { tasks, wakeAt, holds } = classify({
    ...situation,
    tracked: assigned.tracked,
    deferred: chosen.deferred,
    short: chosen.short,
    looking: chosen.looking,
    before: { tasks: found.tasks, changed: assigned.changed },
  });
  const seated = withChangedViews(assigned.tracked, { tasks, before });
  const base = syncIntegrationBranch({ snapshot, tracked: seated, notice });
  const within = byWave(tasks, before);
  const waves = syncWavePulls({ plan, snapshot, tracked: base.tracked, tasks, byWave: within });
  const summed = summarizeWaves({ plan, config, snapshot, tracked: waves.tracked, byWave: within, derivations });
  const spending = spent({ byWave: within, removed: summed.tracked.removed });
  const short = [...(chosen.short?.values() ?? [])];
  const told = tellBudget({ plan, config, snapshot, tracked: summed.tracked, tasks, spending, short });
  const accounted = isBounded
    ? withAccounts(told.tracked, { plan, graph, config, byWave: within, kept: derivations.accounts })
    : told.tracked;
  const followed = followGroups(accounted, { plan, byWave: within, derivations });
  const meter = spendingMeter({ plan, config, spending });
  const due = earliest([
    untilPlenty(snapshot.budget, tasks),
    hostChangeAt(planIssue?.record, { now: snapshot.now, timings }),
    folded.wakeAt,
    wakeAt,
    freedAt(ending, tasks),
    base.wakeAt,
    waves.wakeAt,
  ]);
  const noting = { plan, config, snapshot, tracked: followed, tasks, byWave: within, notice };
  const tracked = noteTransitions({ ...noting, isDue: due !== undefined, settledNotices });
  const { effects, wakeAt: more } = planEffects({
    ...situation,
    matched,
    path: criticalPath,
    longestPaths,
    folded,
    tracked,
    tasks,
    byWave: within,
    chosen,
    undoings: stood.undoings,
    meter,
    branches: [...base.effects, ...waves.effects, ...summed.effects, ...told.effects],
  });
  if (match.known) {
    const found = { tracked, tasks, byWave: within, holds, deferred: chosen.deferred, short: chosen.short, effects };
    const pass = lastPassOf({ config, snapshot, seen, last, match: match.known, ...found });
    derivations.lastPasses.set(graph, pass);
  }
  return {
    ...outline({ tracked, criticalPath, leftAlone }),
    effects,
    tasks,
    wakeAt: earliest([
      due,
      more,
      noticesUntil(tracked.plan?.record),
      chosen.looking === undefined || chosen.deferred.size === 0
        ? undefined
        : lookAtProbe(tracked, { now: snapshot.now, timings }),
    ]),
    notice,
    spending,
    meter,
    ...outboxOf(tracked),
  };
}

/** What is spent and reserved by now, kept where no task's record is. */
function withAccounts(tracked: TrackedIssues, given: Omit<KeepingInput, 'removed'>): TrackedIssues {
  const accounts = keepAccounts({ ...given, removed: tracked.removed });
  if (!tracked.plan || isSameAccounts(tracked.plan.record.accounts, accounts)) return tracked;
  return { ...tracked, plan: { ...tracked.plan, record: { ...tracked.plan.record, accounts } } };
}

function outboxOf({ plan }: TrackedIssues): Pick<Decision, 'outbox'> {
  const { notices } = plan?.record ?? {};
  return notices === undefined ? {} : { outbox: notices.outbox };
}

/** When more may be asked again; undefined where enough may, or nothing waits for it. */
function untilPlenty(budget: Snapshot['budget'], tasks: readonly TaskView[]): number | undefined {
  return budget && isScarce(budget) && tasks.some(({ state }) => state !== 'completed') ? budget.resetAt : undefined;
}

/** When a slot is free at the latest that a run holds which was told to end; undefined where nothing waits for one. */
function freedAt(ending: readonly EndingRun[], tasks: readonly TaskView[]): number | undefined {
  return tasks.some(mayStart) ? earliest(ending.map(({ until }) => until)) : undefined;
}

interface Outline {
  readonly tracked: TrackedIssues;
  readonly criticalPath: Decision['criticalPath'];
  readonly leftAlone: ReturnType<typeof newerIssues>;
}

/** What a decision says of the plan, whatever is to be done. */
function outline({
  tracked,
  criticalPath,
  leftAlone,
}: Outline): Pick<Decision, 'planIssue' | 'waveIssues' | 'criticalPath' | 'leftAlone'> {
  return {
    planIssue: tracked.plan?.issue.number,
    waveIssues: new Map([...tracked.waves].map(([number, { issue }]) => [number, issue.number])),
    criticalPath,
    leftAlone: leftAlone.map(({ issue }) => issue),
  };
}
