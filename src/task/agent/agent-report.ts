import { readUntrusted } from '../isolation/untrusted-file.ts';
import { masker, secretsIn } from '../process/mask.ts';
import { type AgentReport, type Assignment, type Conclusion, failedBecause } from '../protocol/assignment.ts';
import { summaryFile } from '../protocol/job-files.ts';
import { lacking } from '../protocol/lacking.ts';
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

interface Ended {
  readonly kind: Exclude<AgentResult['kind'], 'done'>;
  readonly agent: Pick<Assignment['agent'], 'agent' | 'model'>;
  /** Whether anything was done in this run. */
  readonly worked: boolean;
  /** What the budget had reserved for the run. */
  readonly cap: Assignment['cap'];
}

/** How an agent that did not finish ends its run. */
export function agentConclusion(
  { failure: failed, until, fix }: AgentResult,
  { kind, agent, worked, cap }: Ended,
): Conclusion {
  const output = failed?.output ?? '';
  const what = failed?.what ?? kind;
  if (kind === 'cap') return { outcome: 'continued', cause: { kind: 'cap-reached', usd: cap?.usd ?? 0 } };
  if (kind === 'outage')
    return { outcome: 'infrastructure', ...failedBecause({ kind: 'outage', agent: agent.agent, what }, output) };
  if (fix !== undefined) {
    const model = kind === 'model' ? { model: agent.model } : {};
    return lacking({ what, fix, agent: agent.agent, ...model }, output);
  }
  return {
    outcome: problemOutcome(kind, worked),
    // A slice that is over is no failure, and the next one does not hear of one.
    ...(kind === 'slice' ? {} : { failure: failed }),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  };
}
