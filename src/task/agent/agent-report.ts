import { readUntrusted } from '../isolation/untrusted-file.ts';
import { masker, secretsIn } from '../process/mask.ts';
import type { AgentReport, Conclusion } from '../protocol/assignment.ts';
import { summaryFile } from '../protocol/job-files.ts';
import type { StepContext } from '../protocol/step.ts';
import type { AgentResult } from './adapter.ts';
import { problemOutcome } from './problem-outcome.ts';

const MAX_SUMMARY = 2_000;

/** What an agent that has ended reports, without secrets. @param took Milliseconds. */
export async function collectAgentReport(
  { job, environment }: StepContext,
  { end, took, stalled = false }: { readonly end: AgentResult; readonly took: number; readonly stalled?: boolean },
): Promise<AgentReport> {
  const hide = masker(secretsIn(environment));
  // An agent that wrote none has none. Characters take up to four bytes.
  const written = end.summary || readUntrusted(summaryFile(job), 4 * MAX_SUMMARY) || '';
  return {
    summary: hide(written).trim().slice(0, MAX_SUMMARY).toWellFormed(),
    session: end.session,
    turns: end.turns,
    tokens: end.tokens,
    models: end.models,
    cost_usd: end.costUsd,
    seconds: Math.round(took / 100) / 10,
    ...(stalled ? { stalled } : {}),
  };
}

/** How an agent that did not finish ends the attempt. */
export function agentConclusion(
  { failure, until }: AgentResult,
  kind: Exclude<AgentResult['kind'], 'done'>,
): Conclusion {
  return {
    outcome: problemOutcome(kind),
    // A slice that is over is no failure, and the next one does not hear of one.
    ...(kind === 'slice' ? {} : { failure }),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  };
}
