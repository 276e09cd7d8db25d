import type { Result } from '../../state/result.ts';
import { lastEffort } from '../land/landing-effort.ts';
import type { AgentReport, Assignment, Conclusion, Verification } from '../protocol/assignment.ts';
import { readOutput, stepOutcome } from '../protocol/outputs.ts';
import type { StepContext } from '../protocol/step.ts';

/** How a run ended, as far as its steps could tell. */
export type RunEnding =
  /** There is something to report. */
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'superseded'; readonly why: string }
  | { readonly kind: 'cancelled' }
  /** A step broke: no verdict on the work, which a pass concludes from the run's silence. */
  | { readonly kind: 'broken'; readonly step: string };

const STEPS = ['claim', 'baseline', 'agent', 'verify', 'scan', 'review', 'land'] as const;

/** What ends an attempt, in the order in which the steps come. */
const CONCLUSIONS = [
  'claim.conclusion',
  'baseline.conclusion',
  'agent.conclusion',
  'verify.conclusion',
  'scan.conclusion',
  'review.conclusion',
  'land.conclusion',
] as const;

type Reader = Pick<StepContext, 'job' | 'environment'>;

/** Reads what the steps left. The first that concluded decides. */
export function readEnding(context: Reader, assignment: Assignment): RunEnding {
  const conclusion = CONCLUSIONS.map((key) => readOutput(context, key)).find(Boolean);
  if (conclusion?.outcome === 'superseded')
    return { kind: 'superseded', why: conclusion.why ?? 'another run has the task' };
  if (conclusion) return { kind: 'result', result: resultOf(context, { assignment, conclusion }) };
  const outcomes = STEPS.map((step) => [step, stepOutcome(context, step)] as const);
  if (context.environment.JOB_STATUS === 'cancelled' || outcomes.some(([, outcome]) => outcome === 'cancelled'))
    return { kind: 'cancelled' };
  return { kind: 'broken', step: outcomes.find(([, outcome]) => outcome === 'failure')?.[0] ?? 'claim' };
}

/** What the steps left of the work, the newest first: a reviewer may have had it changed and verified again. */
export function readWork(context: Reader): {
  readonly verification: Verification | undefined;
  readonly report: AgentReport | undefined;
} {
  return {
    verification: readOutput(context, 'review.verification') ?? readOutput(context, 'verify.verification'),
    report: readOutput(context, 'review.report') ?? readOutput(context, 'agent.report'),
  };
}

function resultOf(
  context: Reader,
  { assignment, conclusion }: { readonly assignment: Assignment; readonly conclusion: Conclusion },
): Result {
  const { verification, report } = readWork(context);
  const review = readOutput(context, 'review.review');
  const landing = lastEffort(context);
  const verified = verification?.checks ?? [];
  const concluded = conclusion.checks ?? verified;
  // The scan ran beside the verification, and tells of itself alone.
  const checks = concluded.every(({ name }) => name === 'scan') ? [...verified, ...concluded] : concluded;
  const findings = conclusion.findings ?? verification?.findings ?? [];
  return {
    ...assignment.dispatch,
    run: context.job.run,
    outcome: conclusion.outcome,
    ...(conclusion.commit ? { commit: conclusion.commit } : {}),
    ...(conclusion.pull ? { pull: conclusion.pull } : {}),
    checks: conclusion.outcome === 'completed' ? [...checks, { name: 'progress', status: 'waiting' }] : [...checks],
    summary: report?.summary ?? '',
    ...(conclusion.failure ? { failure: conclusion.failure } : {}),
    ...(conclusion.cause ? { cause: conclusion.cause } : {}),
    ...(findings.length > 0 ? { findings: [...findings] } : {}),
    ...(review ? { review } : {}),
    ...(landing ? { landing } : {}),
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
      ...(report?.cost_partial ? { cost_partial: true } : {}),
      ...(report ? { seconds: report.seconds } : {}),
      ...(report?.stalled ? { stalled: true } : {}),
      ...(report?.reviewer && assignment.reviewer
        ? {
            reviewer: {
              type: assignment.reviewer.agent.agent,
              model: assignment.reviewer.agent.model,
              ...report.reviewer,
            },
          }
        : {}),
    },
  };
}
