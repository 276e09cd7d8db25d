import type { Assignment } from '../protocol/assignment.ts';
import type { HandedWork } from './handoff-schema.ts';
import type { Handover } from './job-outputs.ts';

/** What jobs before have found, as if their steps had run in this job. */
export type StepsBefore = Readonly<
  Record<string, { readonly outcome: string; readonly outputs: Readonly<Record<string, string>> }>
>;

export interface Before {
  readonly assignment: Assignment;
  /** What the agent's job left: its report and its excuse count, and nothing else of it. */
  readonly work?: HandedWork | undefined;
}

/**
 * Claim, verification and landing speak for themselves, by the outputs of their jobs; the second round counts where
 * there was one. The agent's job is heard only where nobody else has judged its work.
 */
export function stepsBefore(handed: Handover, { assignment, work }: Before): StepsBefore {
  const claim = handed.claim?.outputs ?? {};
  const verify = newest(handed, 'verify');
  const judged = verify.outputs.verification !== undefined;
  const conclusion = work?.next === 'report' && !judged ? work.conclusion : undefined;
  return {
    claim: { outcome: 'success', outputs: { ...claim, assignment: JSON.stringify(assignment) } },
    agent: {
      outcome: handed.agent?.result ?? 'skipped',
      outputs: {
        ...(work?.report ? { report: JSON.stringify(work.report) } : {}),
        ...(conclusion ? { conclusion: JSON.stringify(conclusion) } : {}),
      },
    },
    verify,
    land: newest(handed, 'land'),
  };
}

function newest(handed: Handover, job: string): StepsBefore[string] {
  const again = handed[`${job}-again`];
  const { result, outputs } = (again && again.result !== 'skipped' ? again : handed[job]) ?? {
    result: 'skipped',
    outputs: {},
  };
  return { outcome: result, outputs };
}
