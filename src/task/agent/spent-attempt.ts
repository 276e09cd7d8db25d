import { captureWorkspace } from '../checkpoint/capture-workspace.ts';
import { gitText } from '../git/git.ts';
import { privateRepository } from '../git/private-repository.ts';
import type { AgentReport, Assignment, Conclusion } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { say } from '../protocol/workflow-commands.ts';

/** Why a slice that ended at its limit is the last of its attempt; undefined where another may go on. */
export function spentAttempt(
  { left, rules }: Assignment,
  { stalled, isTimeUp }: Pick<AgentReport, 'stalled'> & { readonly isTimeUp: boolean },
): NonNullable<Conclusion['cause']> | undefined {
  if (stalled && left.stalledSlices <= 1) return { kind: 'stalled', slices: rules.stalledSlices };
  if (isTimeUp && left.minutes <= rules.sliceMinutes) return { kind: 'attempt-limit', minutes: rules.attemptMinutes };
  return undefined;
}

/** Whether the files are as the slice found them. Where that cannot be told, they are taken for changed. */
export async function isAsItWas({ job }: StepContext, { base, startTree }: Assignment): Promise<boolean> {
  const repository = privateRepository(job);
  try {
    const { tree } = await captureWorkspace(repository, job);
    return tree === (startTree ?? (await gitText(repository, ['rev-parse', `${base.head}^{tree}`])));
  } catch (problem) {
    say(`whether the agent changed a file cannot be told: ${problem instanceof Error ? problem.message : problem}`);
    return false;
  }
}
