import type { Result } from '../../state/result.ts';
import type { AgentReport, Assignment, Conclusion, Verification } from '../protocol/assignment.ts';
import type { Environment, JobContext } from '../protocol/job.ts';
import { readOutput, stepOutcome } from '../protocol/outputs.ts';

/** How a run ended, as far as its steps could tell. */
export type RunEnding =
  /** There is something to report. */
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'superseded'; readonly why: string }
  | { readonly kind: 'cancelled' }
  /** A step broke: no verdict on the work, which a pass concludes from the run's silence. */
  | { readonly kind: 'broken'; readonly step: string };

const STEPS = ['claim', 'baseline', 'brief', 'agent', 'verify', 'review', 'land'] as const;

/** What ends an attempt, in the order in which the steps come. */
const CONCLUSIONS = [
  'claim.conclusion',
  'baseline.conclusion',
  'agent.conclusion',
  'verify.conclusion',
  'review.conclusion',
  'land.conclusion',
] as const;

/** Reads what the steps left. The first that concluded decides. */
export function readEnding(
  environment: Environment,
  { job, assignment }: { readonly job: JobContext; readonly assignment: Assignment },
): RunEnding {
  const conclusion = CONCLUSIONS.map((key) => readOutput(environment, key)).find(Boolean);
  if (conclusion?.outcome === 'superseded')
    return { kind: 'superseded', why: conclusion.why ?? 'another run has the task' };
  if (conclusion) return { kind: 'result', result: resultOf(environment, { job, assignment, conclusion }) };
  const outcomes = STEPS.map((step) => [step, stepOutcome(environment, step)] as const);
  if (environment.JOB_STATUS === 'cancelled' || outcomes.some(([, outcome]) => outcome === 'cancelled'))
    return { kind: 'cancelled' };
  return { kind: 'broken', step: outcomes.find(([, outcome]) => outcome === 'failure')?.[0] ?? 'claim' };
}

/** What the steps left of the work, the newest first: a reviewer may have had it changed and verified again. */
export function readWork(environment: Environment): {
  readonly verification: Verification | undefined;
  readonly report: AgentReport | undefined;
} {
  return {
    verification: readOutput(environment, 'review.verification') ?? readOutput(environment, 'verify.verification'),
    report: readOutput(environment, 'review.report') ?? readOutput(environment, 'agent.report'),
  };
}

function resultOf(
  environment: Environment,
  {
    job,
    assignment,
    conclusion,
  }: { readonly job: JobContext; readonly assignment: Assignment; readonly conclusion: Conclusion },
): Result {
  const { verification, report } = readWork(environment);
  const review = readOutput(environment, 'review.review');
  const checks = conclusion.checks ?? verification?.checks ?? [];
  const findings = conclusion.findings ?? verification?.findings ?? [];
  return {
    ...assignment.dispatch,
    run: job.run,
    outcome: conclusion.outcome,
    ...(conclusion.commit ? { commit: conclusion.commit } : {}),
    ...(conclusion.pull ? { pull: conclusion.pull } : {}),
    checks: conclusion.outcome === 'completed' ? [...checks, { name: 'progress', status: 'waiting' }] : [...checks],
    summary: report?.summary ?? '',
    ...(conclusion.failure ? { failure: conclusion.failure } : {}),
    ...(conclusion.cause ? { cause: conclusion.cause } : {}),
    ...(findings.length > 0 ? { findings: [...findings] } : {}),
    ...(review ? { review } : {}),
    ...(conclusion.needs ? { needs: conclusion.needs } : {}),
    ...(conclusion.until === undefined ? {} : { until: conclusion.until }),
    agent: {
      type: assignment.agent.agent,
      model: assignment.agent.model,
      ...(report?.session === undefined ? {} : { session: report.session }),
      ...(report?.turns === undefined ? {} : { turns: report.turns }),
      ...(report?.tokens === undefined ? {} : { tokens: report.tokens }),
      ...(report?.models === undefined ? {} : { models: report.models }),
      ...(report?.cost_usd === undefined ? {} : { cost_usd: report.cost_usd }),
      ...(report ? { seconds: report.seconds } : {}),
      ...(report?.stalled ? { stalled: true } : {}),
    },
  };
}
