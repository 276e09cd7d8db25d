import type { Task } from '../../plan/plan.ts';
import type { Objection, Review } from '../../state/result.ts';
import type { Repository } from '../git/git.ts';
import { commitTree } from '../git/merge-trees.ts';
import { readChange } from '../git/workspace.ts';
import { refuseForbidden } from '../land/protected-paths.ts';
import {
  type AgentReport,
  type Assignment,
  type Conclusion,
  failure,
  type ReviewerAssignment,
  type Verification,
} from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { answerObjections, outOfTime } from './answer-objections.ts';
import { withCapLeft } from './cap-left.ts';
import { diffOf } from './diff.ts';
import { requestVerdict } from './reviewer.ts';
import { headline, listed } from './rounds.ts';
import { addReview, addUsage } from './usage.ts';

export interface ReviewInput {
  readonly assignment: Assignment;
  readonly reviewer: ReviewerAssignment;
  readonly repository: Repository;
  readonly task: Task;
  /** Upper bound of a brief. */
  readonly characters: number;
  readonly verification: Verification;
  readonly report: AgentReport;
}

/** Where a review stands, and in the end what came of it. */
export interface ReviewProgress {
  /** The newest work, and what the checks say of it where they ran on it. */
  readonly tree: string;
  readonly verification: Verification;
  /** The agent's last words, and what everybody used together. */
  readonly report: AgentReport;
  /** A checkpoint of this step is kept. */
  readonly saved: boolean;
  /** The last verdict. */
  readonly review: Review | undefined;
  /** How the run ends; undefined when the work is approved. */
  readonly conclusion: Conclusion | undefined;
}

/** Less of a slice than this is not begun with: the next run has a whole one. */
const MIN_SLICE_MS = 5 * 60_000;

/**
 * Has verified work reviewed until the reviewer approves it: objections go back to the agent, and what it makes of
 * them is verified and reviewed again, as often as the rounds allow. Then a person decides.
 */
export async function reviewWork(context: StepContext, given: ReviewInput): Promise<ReviewProgress> {
  const { assignment, reviewer, repository } = given;
  const refused = await forbidden(given);
  let state: ReviewProgress = {
    tree: given.verification.tree,
    verification: given.verification,
    report: given.report,
    saved: false,
    review: undefined,
    conclusion: refused,
  };
  const began = context.clock.now();
  const left = () =>
    assignment.rules.sliceMinutes * 60_000 - given.report.seconds * 1_000 - (context.clock.now() - began);
  const spent = { agent: given.report.cost_usd ?? 0, reviewer: 0 };
  for (let round = reviewer.used; !state.conclusion; round++) {
    const reviewed = await requestVerdict(
      context,
      await reviewRequest(
        { ...given, assignment: capOfReviewer(given, spent) },
        { state, round, spentUsd: spent.reviewer },
      ),
    );
    spent.reviewer += cost(reviewed.reports);
    state = { ...state, report: addReview(state.report, reviewed.reports) };
    if ('conclusion' in reviewed.end) return { ...state, conclusion: reviewed.end.conclusion };
    const { verdict, objections, summary } = reviewed.end.verdict;
    const { agent, model } = reviewer.agent;
    state = { ...state, review: { agent, model, verdict, rounds: round, objections: [...objections], summary } };
    if (verdict === 'approve') return state;
    if (round >= reviewer.rounds) return { ...state, conclusion: disagreement(state, objections) };
    if (left() < Math.min(MIN_SLICE_MS, assignment.rules.sliceMinutes * 6_000))
      return { ...state, conclusion: outOfTime(round + 1, objections) };
    const answer = await answerObjections(context, {
      assignment: resumeAssignment(assignment, {
        session: state.report.session,
        leftMs: left(),
        spentUsd: spent.agent,
        capUsd: reviewer.cap === undefined ? spent.agent + spent.reviewer : spent.agent,
      }),
      repository,
      verification: state.verification,
      objections: { by: agent, round: round + 1, rounds: reviewer.rounds, list: objections },
    });
    spent.agent += cost([answer.report]);
    state = {
      ...state,
      tree: answer.tree,
      verification: answer.verification ?? state.verification,
      report: addUsage({ ...answer.report, session: answer.report.session ?? state.report.session }, [state.report]),
      saved: state.saved || answer.saved,
      conclusion:
        answer.conclusion ?? (await forbidden({ ...given, verification: answer.verification ?? state.verification })),
    };
  }
  return state;
}

/** A reviewer is held to what is reserved for it; where nothing is kept apart, to what the agent has left. */
function capOfReviewer(
  { assignment, reviewer: { cap } }: Pick<ReviewInput, 'assignment' | 'reviewer'>,
  spent: { readonly agent: number; readonly reviewer: number },
): Assignment {
  if (cap === undefined) return withCapLeft(assignment, spent.agent + spent.reviewer);
  const { cap: _, ...unbounded } = assignment;
  return cap === null ? unbounded : withCapLeft({ ...assignment, cap: { usd: cap, left: cap } }, spent.reviewer);
}

function cost(reports: readonly AgentReport[]): number {
  return reports.reduce((sum, { cost_usd = 0 }) => sum + cost_usd, 0);
}

/** What may not land anyway is not paid for. It could steer or stand in for the reviewer, too. */
async function forbidden({ assignment, repository, verification }: ReviewInput): Promise<Conclusion | undefined> {
  const change = await readChange(repository, { from: assignment.base.head, tree: verification.tree });
  return refuseForbidden(repository, { ...change, assignment });
}

async function reviewRequest(
  { assignment, reviewer, repository, task, characters }: ReviewInput,
  { state, round, spentUsd }: { readonly state: ReviewProgress; readonly round: number; readonly spentUsd: number },
) {
  const { head } = assignment.base;
  const { tree, checks, findings } = state.verification;
  return {
    assignment,
    reviewer,
    repository,
    spentUsd,
    nth: round + 1,
    commit: await commitTree(repository, { tree, parents: [head], message: `Work on ${task.id}` }),
    brief: {
      task,
      checks,
      guarded: findings.filter(({ check }) => check === 'guard'),
      characters,
      summary: state.report.summary,
      diff: await diffOf(repository, { from: head, tree }),
      before: state.review?.objections ?? [],
    },
  };
}

/** The agent goes on within what is left of its time and money. */
function resumeAssignment(
  assignment: Assignment,
  {
    session,
    leftMs,
    spentUsd,
    capUsd,
  }: {
    readonly session: string | undefined;
    readonly leftMs: number;
    readonly spentUsd: number;
    /** Of what the budget has reserved for it: with what reviewers have cost, where they have no allowance of their own. */
    readonly capUsd: number;
  },
): Assignment {
  const { agent, rules } = assignment;
  const { max_usd } = agent;
  return {
    ...withCapLeft(assignment, capUsd),
    session,
    agent: max_usd === undefined ? agent : { ...agent, max_usd: Math.max(0.01, max_usd - spentUsd) },
    rules: { ...rules, sliceMinutes: Math.max(1, Math.round(leftMs / 60_000)) },
  };
}

/** Both views, for the person who decides: another try would begin the same argument again. */
function disagreement({ review: last, report }: ReviewProgress, objections: readonly Objection[]): Conclusion {
  const rounds = last?.rounds === 1 ? 'round' : 'rounds';
  const what = `${last?.agent} still objects after ${last?.rounds} ${rounds} with the agent: ${headline(objections)}`;
  const answer = report.summary ? `The agent says:\n${report.summary.slice(0, 1_300)}` : 'The agent says nothing.';
  const output = `The reviewer objects:\n${listed(objections, 2_500)}\n\n${answer}`;
  return { outcome: 'verification', needs: 'person', failure: failure(what, output) };
}
