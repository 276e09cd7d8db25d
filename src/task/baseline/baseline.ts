import { annotate } from '../checks/annotate.ts';
import type { Conclusion } from '../protocol/assignment.ts';
import { requireOutput } from '../protocol/outputs.ts';
import type { StepContext, StepEnd } from '../protocol/step.ts';
import { error } from '../protocol/workflow-commands.ts';
import { runBaseline } from './run-baseline.ts';

/** Runs the checks before the agent does, where the configuration asks for it. A broken base ends the run here: no attempt is used. */
export async function baseline(context: StepContext): Promise<StepEnd<'baseline'>> {
  const assignment = requireOutput(context, 'claim.assignment');
  const { failure, checks, findings, asked } = await runBaseline(context, assignment);
  if (!failure) return { outputs: {} };
  error('The base is broken', failure.what);
  annotate(findings, new Set(checks.map(({ name }) => name)));
  const conclusion: Conclusion = { ...(asked ?? { outcome: 'dependency', failure }), checks, findings };
  // A failed step: the ones that follow are skipped, up to the report.
  return { outputs: { conclusion }, failed: true };
}
