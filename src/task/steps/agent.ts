import { readFile, rm } from 'node:fs/promises';
import { adapterFor } from '../agents/adapters.ts';
import type { AgentEnd, AgentRun } from '../agents/agent.ts';
import { type AgentReport, type Assignment, type Conclusion, failure } from '../assignment.ts';
import { childEnvironment } from '../environment.ts';
import { briefFile, logFile, summaryFile } from '../folders.ts';
import { detectInstall } from '../install.ts';
import type { Job } from '../job.ts';
import { closeGroup, error, openGroup, say } from '../log.ts';
import { type ProgramEnd, runProgram } from '../process.ts';
import { needOutput, type StepContext, type StepEnd } from '../step.ts';

const MAX_SUMMARY = 2_000;
const INSTALL_LIMIT_MS = 30 * 60_000;

/** Installs what the repository needs, then lets the agent work until it is done or its time is up. */
export async function agent(context: StepContext): Promise<StepEnd> {
  const assignment = needOutput<Assignment>(context.environment, 'claim', 'assignment');
  const environment = childEnvironment(context.job, context.environment);
  const began = context.clock.now();
  const end = (await install(context, assignment, environment)) ?? (await work(context, assignment, environment));
  const seconds = Math.round((context.clock.now() - began) / 100) / 10;
  const report: AgentReport = {
    summary: (end.summary || (await readSummary(context.job))).trim().slice(0, MAX_SUMMARY).toWellFormed(),
    session: end.session,
    turns: end.turns,
    cost_usd: end.cost_usd,
    seconds,
  };
  if (end.kind === 'done') return { outputs: { next: 'verify', report } };
  const conclusion: Conclusion = { outcome: end.kind === 'quota' ? 'quota' : 'agent', failure: end.failure };
  error('The agent did not finish', end.failure?.what ?? end.kind);
  return { outputs: { next: 'report', report, conclusion } };
}

/** @returns How it failed, or undefined when everything is installed. */
async function install(
  { job, signal }: StepContext,
  { rules }: Assignment,
  environment: NodeJS.ProcessEnv,
): Promise<AgentEnd | undefined> {
  for (const [index, command] of (rules.install ?? detectInstall(job.workspace)).entries()) {
    openGroup(command);
    const end = await runProgram({
      argv: ['bash', '-c', command],
      cwd: job.workspace,
      environment,
      log: logFile(job, `install-${index + 1}`),
      limitMs: INSTALL_LIMIT_MS,
      signal,
    });
    closeGroup();
    if (end.why === 'cancelled') throw cancelled();
    if (end.code !== 0)
      return {
        kind: 'failed',
        failure: failure(`\`${command}\` failed; mend it, or set install in .github/agent-waves.yml`, end.tail),
      };
  }
  return undefined;
}

async function work(
  { job, signal, environment: given }: StepContext,
  assignment: Assignment,
  environment: NodeJS.ProcessEnv,
): Promise<AgentEnd> {
  const { dispatch, agent: routed, rules } = assignment;
  const run = adapterFor(routed)({
    task: dispatch.task,
    attempt: dispatch.attempt,
    model: routed.model,
    command: routed.command,
    brief: briefFile(job),
    summary: summaryFile(job),
    anthropicKey: given.INPUT_ANTHROPIC_API_KEY || undefined,
  });
  await rm(summaryFile(job), { force: true });
  say(`${routed.agent} (${routed.run}, ${routed.model}) starts`);
  const end = await runProgram({
    argv: run.argv,
    cwd: job.workspace,
    environment: { ...environment, ...run.environment },
    ...(run.input === undefined ? {} : { input: run.input }),
    ...(run.show ? { show: run.show } : {}),
    log: logFile(job, 'agent'),
    limitMs: rules.sliceMinutes * 60_000,
    signal,
  });
  return judge(run, end, rules.sliceMinutes);
}

function judge(run: AgentRun, end: ProgramEnd, minutes: number): AgentEnd {
  const program = run.argv[0];
  switch (end.why) {
    case 'cancelled':
      throw cancelled();
    case 'missing':
      return {
        kind: 'failed',
        failure: failure(`${program} is not installed on the runner; add a step that does: ${run.install}`),
      };
    case 'limit':
      return {
        ...run.conclude(end),
        kind: 'failed',
        failure: failure(`the agent was not finished after ${minutes} minutes (slice)`, end.tail),
      };
    case 'exit':
      return run.conclude(end);
  }
}

function cancelled(): Error {
  return new Error('the run was cancelled while the agent worked');
}

async function readSummary(job: Job): Promise<string> {
  // An agent that wrote none has none.
  return readFile(summaryFile(job), 'utf8').catch(() => '');
}
