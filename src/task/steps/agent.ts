import { readFile } from 'node:fs/promises';
import type { AgentEnd } from '../agents/agent.ts';
import { outcomeOf } from '../agents/outcome.ts';
import { runAgent } from '../agents/run.ts';
import type { AgentReport, Assignment, Conclusion } from '../assignment.ts';
import { childEnvironment } from '../environment.ts';
import { summaryFile } from '../folders.ts';
import { ensureInstalled } from '../install.ts';
import type { Job } from '../job.ts';
import { error } from '../log.ts';
import { masker, secretsIn } from '../mask.ts';
import { needOutput, type StepContext, type StepEnd } from '../step.ts';

const MAX_SUMMARY = 2_000;

/** Installs what the repository needs, then lets the agent work until it is done or its time is up. */
export async function agent(context: StepContext): Promise<StepEnd> {
  const { job, clock } = context;
  const assignment = needOutput<Assignment>(context.environment, 'claim', 'assignment');
  const environment = childEnvironment(job, context.environment);
  const began = clock.now();
  const broken = await ensureInstalled(context, assignment);
  const end: AgentEnd = broken
    ? { kind: 'failed', summary: '', failure: broken }
    : await runAgent({ context, assignment, environment });
  const report = await reportOf(context, end, clock.now() - began);
  if (end.kind === 'done') return { outputs: { next: 'verify', report } };
  error('The agent did not finish', end.failure?.what ?? end.kind);
  return { outputs: { next: 'report', report, conclusion: conclusionOf(end, end.kind) } };
}

function conclusionOf({ failure, until }: AgentEnd, kind: Exclude<AgentEnd['kind'], 'done'>): Conclusion {
  return {
    outcome: outcomeOf(kind),
    failure,
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
