import type { Task } from '../../plan/plan.ts';
import type { Objection, Review } from '../../state/result.ts';
import type { Repository } from '../git/git.ts';
import { commitTree } from '../git/merge-trees.ts';
import { forbiddenChanges } from '../land/protected-paths.ts';
import {
  type AgentReport,
  type Assignment,
  type Conclusion,
  failure,
  type Reviewer,
  type Verification,
} from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { answerObjections, outOfTime } from './answer-objections.ts';
import { diffOf } from './diff.ts';
import { review } from './reviewer.ts';
import { headline, listed } from './rounds.ts';
import { withUseOf } from './totals.ts';

export interface ToReview {
  readonly assignment: Assignment;
  readonly reviewer: Reviewer;
  readonly repository: Repository;
  readonly task: Task;
  /** Upper bound of a brief. */
  readonly characters: number;
  readonly verification: Verification;
  readonly report: AgentReport;
}

/** Where a review stands, and in the end what came of it. */
export interface ReviewEnd {
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
const SHORTEST_MS = 5 * 60_000;

/**
 * Has verified work reviewed until the reviewer approves it: objections go back to the agent, and what it makes of
 * them is verified and reviewed again, as often as the rounds allow. Then a person decides.
 */
export async function reviewWork(context: StepContext, given: ToReview): Promise<ReviewEnd> {
  const { assignment, reviewer, repository } = given;
  const refused = await forbidden(given);
  let stand: ReviewEnd = {
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
  for (let round = reviewer.used; !stand.conclusion; round++) {
    const reviewed = await review(context, await workOf(given, stand, { round, spentUsd: spent.reviewer }));
    spent.reviewer += cost(reviewed.reports);
    stand = { ...stand, report: withUseOf(stand.report, reviewed.reports) };
    if ('conclusion' in reviewed.end) return { ...stand, conclusion: reviewed.end.conclusion };
    const { verdict, objections, summary } = reviewed.end.verdict;
    const { agent, model } = reviewer.agent;
    stand = { ...stand, review: { agent, model, verdict, rounds: round, objections: [...objections], summary } };
    if (verdict === 'approve') return stand;
    if (round >= reviewer.rounds) return { ...stand, conclusion: disagreement(stand, objections) };
    if (left() < Math.min(SHORTEST_MS, assignment.rules.sliceMinutes * 6_000))
      return { ...stand, conclusion: outOfTime(round + 1, objections) };
    const answer = await answerObjections(context, {
      assignment: goingOn(assignment, { session: stand.report.session, leftMs: left(), spentUsd: spent.agent }),
      repository,
      verification: stand.verification,
      objections: { by: agent, round: round + 1, rounds: reviewer.rounds, list: objections },
    });
    spent.agent += cost([answer.report]);
    stand = {
      ...stand,
      tree: answer.tree,
      verification: answer.verification ?? stand.verification,
      report: withUseOf({ ...answer.report, session: answer.report.session ?? stand.report.session }, [stand.report]),
      saved: stand.saved || answer.saved,
      conclusion:
        answer.conclusion ?? (await forbidden({ ...given, verification: answer.verification ?? stand.verification })),
    };
  }
  return stand;
}

function cost(reports: readonly AgentReport[]): number {
  return reports.reduce((sum, { cost_usd = 0 }) => sum + cost_usd, 0);
}

/** What may not land anyway is not paid for. It could steer or stand in for the reviewer, too. */
async function forbidden({ assignment, repository, verification }: ToReview): Promise<Conclusion | undefined> {
  const refused = await forbiddenChanges(repository, {
    from: assignment.base.head,
    tree: verification.tree,
    rules: assignment.rules,
  });
  if (refused.length === 0) return undefined;
  const what = `changes that a task may not make: ${refused.slice(0, 10).join('; ')}`;
  return { outcome: 'verification', failure: failure(what, refused.join('\n')) };
}

async function workOf(
  { assignment, reviewer, repository, task, characters }: ToReview,
  stand: ReviewEnd,
  { round, spentUsd }: { readonly round: number; readonly spentUsd: number },
) {
  const { head } = assignment.base;
  const { tree, checks } = stand.verification;
  return {
    ...{ assignment, reviewer, repository, spentUsd },
    nth: round + 1,
    commit: await commitTree(repository, { tree, parents: [head], message: `Work on ${task.id}` }),
    brief: {
      ...{ task, checks, characters },
      summary: stand.report.summary,
      diff: await diffOf(repository, { from: head, tree }),
      before: stand.review?.objections ?? [],
    },
  };
}

/** The agent goes on within what is left of its time and money. */
function goingOn(
  assignment: Assignment,
  {
    session,
    leftMs,
    spentUsd,
  }: { readonly session: string | undefined; readonly leftMs: number; readonly spentUsd: number },
): Assignment {
  const { agent, rules } = assignment;
  const { max_usd } = agent;
  return {
    ...assignment,
    session,
    agent: max_usd === undefined ? agent : { ...agent, max_usd: Math.max(0.01, max_usd - spentUsd) },
    rules: { ...rules, sliceMinutes: Math.max(1, Math.round(leftMs / 60_000)) },
  };
}

/** Both views, for the person who decides: another try would begin the same argument again. */
function disagreement({ review: last, report }: ReviewEnd, objections: readonly Objection[]): Conclusion {
  const rounds = last?.rounds === 1 ? 'round' : 'rounds';
  const what = `${last?.agent} still objects after ${last?.rounds} ${rounds} with the agent: ${headline(objections)}`;
  const answer = report.summary ? `The agent says:\n${report.summary.slice(0, 1_300)}` : 'The agent says nothing.';
  const output = `The reviewer objects:\n${listed(objections, 2_500)}\n\n${answer}`;
  return { outcome: 'verification', needs: 'person', failure: failure(what, output) };
}
