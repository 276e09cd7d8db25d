import type { Assignment } from '../protocol/assignment.ts';
import { serializeOutputs } from '../protocol/outputs.ts';
import type { Handoff } from './handoff-schema.ts';
import type { JobOutputs } from './job-outputs.ts';

/** What jobs before have found, as if their steps had run in this job. */
type EarlierSteps = Readonly<Record<string, { readonly outcome: string; readonly outputs: Record<string, string> }>>;

interface HandedOn {
  readonly assignment: Assignment;
  /** What the agent's job left: its report and its excuse count, and nothing else of it. */
  readonly work?: Handoff | undefined;
}

/**
 * Claim, verification and landing speak for themselves, by the outputs of their jobs; the second round counts where
 * there was one. The agent's job is heard only where nobody else has judged its work.
 */
export function earlierSteps(jobs: JobOutputs, { assignment, work }: HandedOn): EarlierSteps {
  const claim = jobs.claim?.outputs ?? {};
  const verify = newest(jobs, 'verify');
  const judged = verify.outputs.verification !== undefined;
  const conclusion = work?.next === 'report' && !judged ? work.conclusion : undefined;
  return {
    claim: { outcome: 'success', outputs: { ...claim, ...serializeOutputs('claim', { assignment }) } },
    agent: {
      outcome: jobs.agent?.result ?? 'skipped',
      outputs: serializeOutputs('agent', { report: work?.report, conclusion }),
    },
    verify,
    land: newest(jobs, 'land'),
  };
}

function newest(jobs: JobOutputs, job: string): EarlierSteps[string] {
  const again = jobs[`${job}-again`];
  const { result, outputs } = (again && again.result !== 'skipped' ? again : jobs[job]) ?? {
    result: 'skipped',
    outputs: {},
  };
  return { outcome: result, outputs };
}
