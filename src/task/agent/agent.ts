import { type CheckpointedRun, runAgentWithCheckpoints } from '../checkpoint/checkpointed-agent.ts';
import { ensureInstalled } from '../checks/install.ts';
import { readStage } from '../handoff/stage.ts';
import { runIsolated } from '../isolation/run-isolated.ts';
import { childEnvironment } from '../process/child-environment.ts';
import { type Assignment, type Conclusion, failedBecause } from '../protocol/assignment.ts';
import { requireOutput } from '../protocol/outputs.ts';
import type { StepContext, StepEnd } from '../protocol/step.ts';
import { error, notice } from '../protocol/workflow-commands.ts';
import { agentConclusion, collectAgentReport } from './agent-report.ts';
import { runAgent } from './run-agent.ts';
import { isAsItWas, spentAttempt } from './spent-attempt.ts';

/** Installs what the repository needs, then lets the agent work until it is done or its time is up. */
export async function agent(context: StepContext): Promise<StepEnd<'agent'>> {
  const assignment = requireOutput(context, 'claim.assignment');
  const began = context.clock.now();
  const { end, saved } = await runIsolated(context, assignment, (isolated) => installAndWork(isolated, assignment));
  const stalled = end.kind === 'slice' && (await isAsItWas(context, assignment));
  const report = await collectAgentReport(context, { end, took: context.clock.now() - began, stalled });
  const left = saved ? { saved } : {};
  if (end.kind === 'done') return { outputs: { next: 'verify', report, ...left } };
  const spent = end.kind === 'slice' ? spentAttempt(assignment, report) : undefined;
  if (spent) {
    const conclusion: Conclusion = { outcome: 'agent', ...failedBecause(spent, end.failure?.output ?? '') };
    error('The agent did not finish', conclusion.failure?.what ?? spent.kind);
    return { outputs: { next: 'report', report, conclusion, ...left } };
  }
  if (end.kind === 'slice') notice('To be continued', end.failure?.what ?? 'the time of this run is over');
  else error('The agent did not finish', end.failure?.what ?? end.kind);
  return { outputs: { next: 'report', report, conclusion: agentConclusion(end, end.kind), ...left } };
}

async function installAndWork(context: StepContext, assignment: Assignment): Promise<CheckpointedRun> {
  const environment = childEnvironment(context.job, context.environment);
  const broken = await ensureInstalled(context, { assignment });
  if (broken) return { end: { kind: 'failed', summary: '', failure: broken }, saved: false };
  // A job that may not write saves nothing: what it leaves is handed on, and saved by one that may.
  if (readStage(context.environment) === 'agent')
    return { end: await runAgent({ context, assignment, environment }), saved: false };
  return runAgentWithCheckpoints({ context, assignment, environment });
}
