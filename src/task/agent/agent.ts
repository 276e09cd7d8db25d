import { giveBrief } from '../brief/give-brief.ts';
import { type CheckpointedRun, runAgentWithCheckpoints } from '../checkpoint/checkpointed-agent.ts';
import { isDependencyFile } from '../checks/detect-install.ts';
import { concludeInstall, ensureInstalled, type InstallFailure } from '../checks/install.ts';
import { changedPaths } from '../git/base.ts';
import { privateRepository } from '../git/private-repository.ts';
import { readTree } from '../git/workspace.ts';
import { readStage } from '../handoff/stage.ts';
import { runIsolated } from '../isolation/run-isolated.ts';
import { childEnvironment } from '../process/child-environment.ts';
import { type Assignment, type Conclusion, type FinishedWork, failedBecause } from '../protocol/assignment.ts';
import { requireOutput } from '../protocol/outputs.ts';
import type { StepContext, StepEnd } from '../protocol/step.ts';
import { error, notice, say } from '../protocol/workflow-commands.ts';
import { keepSurroundings } from '../surroundings/kept.ts';
import type { AgentResult } from './adapter.ts';
import { agentConclusion, collectAgentReport } from './agent-report.ts';
import { runAgent } from './run-agent.ts';
import { isAsItWas, spentAttempt } from './spent-attempt.ts';

/** Gives the agent its brief, installs what the repository needs, and lets it work until it is done or its time is up. */
export async function agent(context: StepContext): Promise<StepEnd<'agent'>> {
  const assignment = requireOutput(context, 'claim.assignment');
  if (assignment.finished) return handOnFinished(context, { assignment, finished: assignment.finished });
  const began = context.clock.now();
  await giveBrief(context.job, assignment);
  const ran = await installAndWork(context, assignment);
  if ('conclusion' in ran) return notStarted(ran.conclusion);
  const { end, saved } = ran;
  const left = saved ? { saved } : {};
  const { stalled, worked } = await whatWasDone(context, { assignment, end });
  const report = await collectAgentReport(context, { end, took: context.clock.now() - began, stalled });
  if (end.kind === 'done') return { outputs: { next: 'verify', report, ...left } };
  const spent = isPartOfMore(end) ? spentAttempt(assignment, { ...report, isTimeUp: end.kind === 'slice' }) : undefined;
  if (spent) {
    const conclusion: Conclusion = { outcome: 'agent', ...failedBecause(spent, end.failure?.output ?? '') };
    error('The agent did not finish', conclusion.failure?.what ?? spent.kind);
    return { outputs: { next: 'report', report, conclusion, ...left } };
  }
  const conclusion = agentConclusion(end, { kind: end.kind, agent: assignment.agent, worked, cap: assignment.cap });
  if (isPartOfMore(end)) notice('To be continued', end.failure?.what ?? 'the time of this run is over');
  else error('The agent did not finish', conclusion.failure?.what ?? end.kind);
  return { outputs: { next: 'report', report, conclusion, ...left } };
}

/** Nothing is left of it but to be verified and landed: no agent is paid, and none is in the way of its judge. */
async function handOnFinished(
  context: StepContext,
  { assignment, finished }: { readonly assignment: Assignment; readonly finished: FinishedWork },
): Promise<StepEnd<'agent'>> {
  notice(
    'Finished before',
    'An earlier run has finished this work: it is verified and landed, and no agent is started',
  );
  if (keepsSurroundings(context)) {
    const changed = await changesDependencies(context, assignment);
    const broken = await prepareOnBase(context, { assignment, changed, keep: true });
    if (broken) return notStarted(concludeInstall(broken));
  }
  return { outputs: { next: 'verify', report: { ...finished, session: assignment.session, cost_usd: 0, seconds: 0 } } };
}

function notStarted(conclusion: Conclusion): StepEnd<'agent'> {
  error('The agent was not started', conclusion.failure?.what ?? '');
  return { outputs: { next: 'report', conclusion } };
}

/** Its time or its money is over, and another run goes on. */
function isPartOfMore({ kind }: AgentResult): boolean {
  return kind === 'slice' || kind === 'cap';
}

/** Where the output of the agent does not tell whether it did anything, its files do. */
async function whatWasDone(
  context: StepContext,
  { assignment, end }: { readonly assignment: Assignment; readonly end: AgentResult },
): Promise<{ readonly stalled: boolean; readonly worked: boolean }> {
  if (isPartOfMore(end)) return { stalled: await isAsItWas(context, assignment), worked: true };
  if (end.kind !== 'failed' || end.worked) return { stalled: false, worked: true };
  return { stalled: false, worked: !(await isAsItWas(context, assignment)) };
}

type Ran = CheckpointedRun | { readonly conclusion: Conclusion };

/** Installs, keeps what the agent's judge is to find, and lets the agent work. */
async function installAndWork(context: StepContext, assignment: Assignment): Promise<Ran> {
  const changed = await changesDependencies(context, assignment);
  const keep = keepsSurroundings(context);
  const resumed = assignment.startTree !== undefined;
  const broken = resumed ? await prepareOnBase(context, { assignment, changed, keep }) : undefined;
  if (broken) return { conclusion: concludeInstall(broken) };
  return runIsolated(context, assignment, (isolated) =>
    work(isolated, { assignment, changed, keep: keep && !resumed }),
  );
}

/** In the hardened workflow the judge is on another machine. */
function keepsSurroundings({ environment }: StepContext): boolean {
  return readStage(environment) !== 'agent';
}

/** Whether the work that this run goes on from has another manifest or lock file than the base. */
async function changesDependencies({ job }: StepContext, { base, startTree }: Assignment): Promise<boolean> {
  if (startTree === undefined) return false;
  const changed = await changedPaths(privateRepository(job), { from: base.head, to: startTree });
  return changed.some(isDependencyFile);
}

/**
 * What an earlier run of the agent left has no hand in what its judge finds: that is installed on the base. Nor does it
 * keep the agent from mending it, where it is what cannot be installed. Where the work asks for other dependencies they
 * are installed for the agent alone now, and for the judge later.
 */
async function prepareOnBase(
  context: StepContext,
  { assignment, changed, keep }: { readonly assignment: Assignment; readonly changed: boolean; readonly keep: boolean },
): Promise<InstallFailure | undefined> {
  if (changed && !keep) return undefined;
  const { job } = context;
  const { base, startTree: tree = base.head } = assignment;
  const repository = privateRepository(job);
  await readTree(repository, { job, tree: base.head });
  const broken = changed
    ? undefined
    : await runIsolated(context, assignment, (isolated) => ensureInstalled(isolated, { assignment }));
  if (!broken && keep) await keepSurroundings(context);
  await readTree(repository, { job, tree });
  return broken;
}

async function work(
  context: StepContext,
  { assignment, changed, keep }: { readonly assignment: Assignment; readonly changed: boolean; readonly keep: boolean },
): Promise<Ran> {
  const environment = childEnvironment(context.job, context.environment);
  const broken = await ensureInstalled(context, { assignment });
  if (broken && (broken.missing !== undefined || !changed)) return { conclusion: concludeInstall(broken) };
  if (broken) say('What an earlier run changed cannot be installed: the agent is to mend it');
  if (keep) await keepSurroundings(context);
  // A job that may not write saves nothing: what it leaves is handed on, and saved by one that may.
  if (readStage(context.environment) === 'agent')
    return { end: await runAgent({ context, assignment, environment }), saved: false };
  return runAgentWithCheckpoints({ context, assignment, environment });
}
