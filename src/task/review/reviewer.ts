import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentResult } from '../agent/adapter.ts';
import { agentConclusion, collectAgentReport } from '../agent/agent-report.ts';
import { runAgent } from '../agent/run-agent.ts';
import { writeForAgent } from '../brief/write.ts';
import type { Repository } from '../git/git.ts';
import { writeCheckout } from '../git/write-checkout.ts';
import { endIsolation } from '../isolation/isolation.ts';
import { removePath } from '../isolation/remove-path.ts';
import { runIsolated } from '../isolation/run-isolated.ts';
import { childEnvironment } from '../process/child-environment.ts';
import { masker, secretsIn } from '../process/mask.ts';
import {
  type AgentReport,
  type Assignment,
  type Conclusion,
  failure,
  type ReviewerAssignment,
} from '../protocol/assignment.ts';
import type { JobContext } from '../protocol/job.ts';
import { briefFile, exchangeFolder } from '../protocol/job-files.ts';
import type { StepContext } from '../protocol/step.ts';
import { closeGroup, logFolded, openGroup, say } from '../protocol/workflow-commands.ts';
import { withCapLeft } from './cap-left.ts';
import { type ReviewBrief, renderReviewBrief } from './review-brief.ts';
import { type ReviewVerdict, readVerdict } from './verdict.ts';

export interface ReviewRequest {
  readonly assignment: Assignment;
  readonly reviewer: ReviewerAssignment;
  readonly repository: Repository;
  /** The work as a commit on the base. */
  readonly commit: string;
  /** Number of this review within the run, from 1. */
  readonly nth: number;
  readonly brief: Omit<ReviewBrief, 'silent' | 'files'>;
  /** US dollars that reviewers of this run have cost. */
  readonly spentUsd: number;
}

export interface ReviewResult {
  /** What each program that ran has used. */
  readonly reports: readonly AgentReport[];
  /** How the run ends where there is no verdict. */
  readonly end: { readonly verdict: ReviewVerdict } | { readonly conclusion: Conclusion };
}

/** Tries at a verdict. */
const MAX_TRIES = 2;
/** Longest that one may take. */
const MAX_MINUTES = 30;

/**
 * Has the work reviewed. A reviewer that ends without a well-formed verdict is asked once more, with what was
 * wrong. Silence is never approval: without a verdict the run ends as `infrastructure`, which is no fault of the work
 * and uses no attempt, but happens three times at most before a person is asked.
 * @throws when the step is cancelled.
 */
export async function requestVerdict(context: StepContext, work: ReviewRequest): Promise<ReviewResult> {
  const reports: AgentReport[] = [];
  let silent: string | undefined;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const spent = reports.reduce((sum, { cost_usd = 0 }) => sum + cost_usd, work.spentUsd);
    const tried = await tryOnce(context, { work, attempt: { name: `${work.nth}.${attempt}`, silent, spent } });
    reports.push(tried.report);
    if ('verdict' in tried) return { reports, end: { verdict: tried.verdict } };
    silent = tried.why;
    say(`${work.reviewer.agent.agent} gave no verdict: ${silent}`);
    if (tried.conclusion) return { reports, end: { conclusion: tried.conclusion } };
  }
  const what = `${work.reviewer.agent.agent} gave no verdict on the work, which has passed its checks: ${silent}`;
  return { reports, end: { conclusion: { outcome: 'infrastructure', failure: failure(what) } } };
}

interface ReviewTry {
  readonly name: string;
  readonly silent: string | undefined;
  readonly spent: number;
}

type Tried = { readonly report: AgentReport } & (
  | { readonly verdict: ReviewVerdict }
  /** With a conclusion where another try cannot help. */
  | { readonly why: string; readonly conclusion?: Conclusion }
);

async function tryOnce(
  given: StepContext,
  { work, attempt: { name, silent, spent } }: { readonly work: ReviewRequest; readonly attempt: ReviewTry },
): Promise<Tried> {
  const { assignment, reviewer, repository, commit } = work;
  const context: StepContext = { ...given, job: reviewersJob(given.job, name) };
  const { job } = context;
  const verdictFile = join(exchangeFolder(job), 'verdict.json');
  const diffFile = join(exchangeFolder(job), 'work.diff');
  await writeCheckout(repository, { folder: job.workspace, commit, base: assignment.base });
  const brief = renderReviewBrief({ ...work.brief, silent, files: { verdict: verdictFile, diff: diffFile } });
  await writeForAgent(briefFile(job), brief);
  await writeFile(diffFile, work.brief.diff.patch);
  logFolded(`Brief of ${reviewer.agent.agent}`, brief);

  const began = context.clock.now();
  openGroup(`Review ${name} by ${reviewer.agent.agent}`);
  const end = await runIsolated(context, assignment, (isolated) =>
    runAgent({
      context: isolated,
      assignment: asReviewer(assignment, { reviewer, spent, tried: spent - work.spentUsd }),
      environment: childEnvironment(job, context.environment),
      purpose: { kind: 'review', verdict: verdictFile },
    }),
  );
  await endIsolation(job);
  closeGroup();
  const report = await collectAgentReport(context, { end, took: context.clock.now() - began });
  // It can be as large as the repository; what is small stays for people to look at.
  await removePath(job.workspace);
  if (end.kind !== 'done') return { report, ...notFinished(end, { kind: end.kind, reviewer, cap: assignment.cap }) };
  const read = await readVerdict(verdictFile, masker(secretsIn(context.environment)));
  return read.ok ? { report, verdict: read.verdict } : { report, why: `its verdict cannot be read: ${read.why}` };
}

/** A machine of its own for every try, with another checkout, home and folder than those of the agent that worked. */
function reviewersJob(job: JobContext, name: string): JobContext {
  const folder = join(job.folder, 'reviews', name);
  return { ...job, folder, workspace: join(folder, 'work'), token: '' };
}

function asReviewer(
  assignment: Assignment,
  {
    reviewer: { agent },
    spent,
    tried,
  }: {
    readonly reviewer: ReviewerAssignment;
    readonly spent: number;
    /** What tries at this verdict have cost. */
    readonly tried: number;
  },
): Assignment {
  const { max_usd } = agent;
  return {
    ...withCapLeft(assignment, tried),
    agent: max_usd === undefined ? agent : { ...agent, max_usd: Math.max(0.01, max_usd - spent) },
    session: undefined,
    rules: { ...assignment.rules, sliceMinutes: Math.min(MAX_MINUTES, assignment.rules.sliceMinutes) },
  };
}

/** Of a reviewer that did not finish, even a verdict is none. */
function notFinished(
  end: AgentResult,
  {
    kind,
    reviewer,
    cap,
  }: {
    readonly kind: Exclude<AgentResult['kind'], 'done'>;
    readonly reviewer: ReviewerAssignment;
    readonly cap: Assignment['cap'];
  },
): { readonly why: string; readonly conclusion?: Conclusion } {
  const why = end.failure?.what ?? kind;
  switch (kind) {
    case 'cap':
    case 'quota':
    case 'outage':
    case 'missing':
    case 'login':
    case 'account':
    case 'model':
    case 'address':
      return { why, conclusion: ofReviewer(agentConclusion(end, { kind, agent: reviewer.agent, worked: false, cap })) };
    // It would be spent again.
    case 'budget':
      return { why, conclusion: { outcome: 'infrastructure', failure: failure(`the reviewer's ${why}`) } };
    case 'turns':
    case 'refused':
    case 'crashed':
    case 'slice':
    case 'failed':
      return { why };
  }
}

/** The next run has more for its reviewer, and no more for its agent. */
function ofReviewer(conclusion: Conclusion): Conclusion {
  const { cause } = conclusion;
  return cause?.kind === 'cap-reached' ? { ...conclusion, cause: { ...cause, by: 'reviewer' } } : conclusion;
}
