import type { Assignment } from '../protocol/assignment.ts';
import type { JobContext } from '../protocol/job.ts';
import { outputsFile } from '../protocol/job-files.ts';
import { adoptOutputFile } from '../protocol/output-file.ts';
import { DIGEST, storeOutputs } from '../protocol/outputs.ts';
import { warning } from '../protocol/workflow-commands.ts';
import type { Handoff } from './handoff-schema.ts';
import { type JobOutputs, jobOutput, outputsFileOf } from './job-outputs.ts';

/** What jobs before have found, as if their steps had run in this job. */
type EarlierSteps = Readonly<Record<string, { readonly outcome: string; readonly outputs: Record<string, string> }>>;

interface HandedOn {
  readonly job: Pick<JobContext, 'folder'>;
  readonly jobs: JobOutputs;
  readonly assignment: Assignment;
  /** What the agent's job left: its report and its excuse count, and nothing else of it. */
  readonly work?: Handoff | undefined;
}

/**
 * Claim, verification and landing speak for themselves, by what their jobs left; the second round counts where there was
 * one. The agent's job is heard only where nobody else has judged its work. Their files become files of this job.
 */
export function adoptEarlierSteps({ job, jobs, assignment, work }: HandedOn): EarlierSteps {
  const { claim } = jobs;
  const claimed = { next: jobOutput(claim, 'claim.next'), conclusion: jobOutput(claim, 'claim.conclusion') };
  const verify = adoptNewest(job, { jobs, step: 'verify' });
  const judged = verify.outputs[DIGEST] !== undefined;
  const conclusion = work?.next === 'report' && !judged ? work.conclusion : undefined;
  return {
    claim: { outcome: 'success', outputs: storeOutputs(job, 'claim', { ...claimed, assignment }) },
    agent: {
      outcome: jobs.agent?.result ?? 'skipped',
      outputs: storeOutputs(job, 'agent', { report: work?.report, conclusion }),
    },
    verify,
    scan: adoptNewest(job, { jobs, step: 'scan' }),
    land: adoptNewest(job, { jobs, step: 'land' }),
  };
}

function adoptNewest(
  job: Pick<JobContext, 'folder'>,
  { jobs, step }: { readonly jobs: JobOutputs; readonly step: 'verify' | 'scan' | 'land' },
): EarlierSteps[string] {
  const again = jobs[`${step}-again`];
  const newest = again && again.result !== 'skipped' ? again : jobs[step];
  if (!newest) return { outcome: 'skipped', outputs: {} };
  const { result, outputs } = newest;
  const digest = outputs[DIGEST];
  if (digest === undefined) return { outcome: result, outputs };
  try {
    adoptOutputFile(outputsFile(job, step), { from: outputsFileOf(newest, step), digest });
  } catch (problem) {
    // Then it is as if the step had broken: nothing lands, and the report still says so.
    warning(`What ${step} found is lost`, problem instanceof Error ? problem.message : String(problem));
    return { outcome: 'failure', outputs: {} };
  }
  return { outcome: result, outputs };
}
