import { readFile } from 'node:fs/promises';
import type { AgentEnd } from '../agents/agent.ts';
import { outcomeOf } from '../agents/outcome.ts';
import type { AgentReport, Assignment, Conclusion } from '../assignment.ts';
import { type Worked, workWithCheckpoints } from '../checkpoint/work.ts';
import { childEnvironment } from '../environment.ts';
import { summaryFile } from '../folders.ts';
import { ensureInstalled } from '../install.ts';
import { shelter } from '../isolation/shelter.ts';
import type { Job } from '../job.ts';
import { error, notice } from '../log.ts';
import { masker, secretsIn } from '../mask.ts';
import { needOutput, type StepContext, type StepEnd } from '../step.ts';

const MAX_SUMMARY = 2_000;

/** Installs what the repository needs, then lets the agent work until it is done or its time is up. */
export async function agent(context: StepContext): Promise<StepEnd> {
  const assignment = needOutput<Assignment>(context.environment, 'claim', 'assignment');
  const began = context.clock.now();
  const { end, saved } = await shelter(context, assignment, (sheltered) => installAndWork(sheltered, assignment));
  const report = await reportOf(context, end, context.clock.now() - began);
  const left = saved ? { saved } : {};
  if (end.kind === 'done') return { outputs: { next: 'verify', report, ...left } };
  if (end.kind === 'slice') notice('To be continued', end.failure?.what ?? 'the time of this run is over');
  else error('The agent did not finish', end.failure?.what ?? end.kind);
  return { outputs: { next: 'report', report, conclusion: conclusionOf(end, end.kind), ...left } };
}

async function installAndWork(context: StepContext, assignment: Assignment): Promise<Worked> {
  const environment = childEnvironment(context.job, context.environment);
  const broken = await ensureInstalled(context, assignment);
  if (broken) return { end: { kind: 'failed', summary: '', failure: broken }, saved: false };
  return workWithCheckpoints({ context, assignment, environment });
}

function conclusionOf({ failure, until }: AgentEnd, kind: Exclude<AgentEnd['kind'], 'done'>): Conclusion {
  return {
    outcome: outcomeOf(kind),
    // A slice that is over is no failure, and the next one is not told of one.
    ...(kind === 'slice' ? {} : { failure }),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  };
}

async function reportOf({ job, environment }: StepContext, end: AgentEnd, took: number): Promise<AgentReport> {
  const hide = masker(secretsIn(environment));
  return {
    summary: hide(end.summary || (await readSummary(job)))
      .trim()
      .slice(0, MAX_SUMMARY)
      .toWellFormed(),
    session: end.session,
    turns: end.turns,
    tokens: end.tokens,
    cost_usd: end.costUsd,
    seconds: Math.round(took / 100) / 10,
  };
}

async function readSummary(job: Job): Promise<string> {
  // An agent that wrote none has none.
  return readFile(summaryFile(job), 'utf8').catch(() => '');
}
