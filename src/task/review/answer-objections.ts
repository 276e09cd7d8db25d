import type { Objection } from '../../state/result.ts';
import { agentConclusion, collectAgentReport } from '../agent/agent-report.ts';
import { type RaisedObjections, readBriefSource } from '../brief/source.ts';
import { writeBrief } from '../brief/write.ts';
import { runAgentWithCheckpoints } from '../checkpoint/checkpointed-agent.ts';
import { forgetFinishedTree, keepFinishedTree } from '../checkpoint/finished-tree.ts';
import { annotate } from '../checks/annotate.ts';
import type { Repository } from '../git/git.ts';
import { snapshotWorktree } from '../git/snapshot-worktree.ts';
import { readTree, writeTree } from '../git/workspace.ts';
import { runIsolated } from '../isolation/run-isolated.ts';
import { childEnvironment } from '../process/child-environment.ts';
import {
  type AgentReport,
  type Assignment,
  type Conclusion,
  failedBecause,
  failure,
  type Verification,
} from '../protocol/assignment.ts';
import type { JobContext } from '../protocol/job.ts';
import type { StepContext } from '../protocol/step.ts';
import { logFolded } from '../protocol/workflow-commands.ts';
import { forgetInstalledWork } from '../surroundings/kept.ts';
import { concludeFailure, verifyTree } from '../verify/verify-tree.ts';
import { listed, objectionsReturned } from './rounds.ts';

export interface ObjectionRequest {
  /** With the session that the agent goes on with, and what it may still cost and take. */
  readonly assignment: Assignment;
  readonly repository: Repository;
  /** The work that was reviewed. */
  readonly verification: Verification;
  readonly objections: RaisedObjections;
}

export interface ObjectionAnswer {
  readonly report: AgentReport;
  /** The work as it is now. */
  readonly tree: string;
  readonly saved: boolean;
  /** Of that work; undefined where it was not verified. */
  readonly verification: Verification | undefined;
  /** How the run ends, where the answer is not one that a reviewer can look at. */
  readonly conclusion: Conclusion | undefined;
}

/**
 * Lets the working agent answer, in the session that it had where it can go on with it, and verifies what it changed.
 * @throws when the step is cancelled.
 */
export async function answerObjections(context: StepContext, objected: ObjectionRequest): Promise<ObjectionAnswer> {
  const { assignment, repository, verification, objections } = objected;
  const { job, environment, clock } = context;
  await restoreExactly(repository, { job, tree: verification.tree });
  await forgetInstalledWork(job);
  forgetFinishedTree(job);
  const source = await readBriefSource(job);
  const text = await writeBrief(job, { assignment, source: { ...source, objections } });
  logFolded(`Brief of ${assignment.dispatch.task}, with the objections of ${objections.by}`, text);
  const began = clock.now();
  const { end, saved } = await runIsolated(context, assignment, (isolated) =>
    runAgentWithCheckpoints({
      context: isolated,
      assignment,
      environment: childEnvironment(job, environment),
      purpose: { kind: 'objections' },
    }),
  );
  const report = await collectAgentReport(context, { end, took: clock.now() - began });
  const taken = await snapshotWorktree(repository, job);
  if ('failure' in taken) {
    const conclusion: Conclusion = { outcome: 'verification', failure: taken.failure };
    return { report, saved, tree: verification.tree, verification: undefined, conclusion };
  }
  const { tree } = taken;
  const answered = { report, tree, saved };
  if (end.kind === 'slice')
    return { ...answered, verification: undefined, conclusion: outOfTime(objections.round, objections.list) };
  if (end.kind !== 'done') {
    // What it answers, it has worked on.
    const conclusion = agentConclusion(end, {
      kind: end.kind,
      agent: assignment.agent,
      worked: true,
      cap: assignment.cap,
    });
    if (end.kind === 'cap') return { ...answered, verification: undefined, conclusion };
    const what = `${conclusion.failure?.what ?? end.kind}, while it answered the objections of ${objections.by}`;
    const interrupted = failure(
      what,
      `${listed(objections.list, 2_000)}\n\n${conclusion.failure?.output.slice(-1_900) ?? ''}`,
    );
    return { ...answered, verification: undefined, conclusion: { ...conclusion, failure: interrupted } };
  }
  keepFinishedTree(job, tree);
  // It holds to its work: what was verified of that is still so.
  if (tree === verification.tree) return { ...answered, verification, conclusion: undefined };
  const verified = await verifyTree(context, { assignment, repository, tree, onto: assignment.base.head });
  const { checks, findings } = verified;
  annotate(findings, new Set(checks.filter(({ status }) => status === 'failed').map(({ name }) => name)));
  const conclusion = concludeFailure(verified, `after the agent answered ${objections.by}`);
  return { ...answered, verification: { checks, findings, tree }, conclusion };
}

/** The next run of the same attempt begins with the objections. */
export function outOfTime(round: number, objections: readonly Objection[]): Conclusion {
  const cause = objectionsReturned(round, objections);
  return { outcome: 'continued', ...failedBecause(cause, listed(objections, 3_900)) };
}

/**
 * Checks may have written files since the tree was taken. They are found by the tree's own rules of what is ignored,
 * so the tree comes back first, and again when they are known.
 */
async function restoreExactly(
  repository: Repository,
  { job, tree }: { readonly job: JobContext; readonly tree: string },
): Promise<void> {
  await readTree(repository, { job, tree });
  if ((await writeTree(repository, job)) !== tree) await readTree(repository, { job, tree });
}
