import type { Assignment, Conclusion, Verification } from '../assignment.ts';
import { annotate } from '../checks/annotate.ts';
import { privateRepository } from '../git/private.ts';
import { writeTree } from '../git/workspace.ts';
import { error } from '../log.ts';
import { needOutput, type StepContext, type StepEnd } from '../step.ts';
import { verifyTree } from '../verification.ts';

/** Takes the agent's work as a tree first, so that what the checks write while they run does not land. */
export async function verify(context: StepContext): Promise<StepEnd> {
  const assignment = needOutput<Assignment>(context.environment, 'claim', 'assignment');
  const repository = privateRepository(context.job);
  const tree = await writeTree(repository, context.job);
  const candidate = { assignment, repository, tree, onto: assignment.base.head };
  const { failure, checks, findings } = await verifyTree(context, candidate);
  const verification: Verification = { checks, findings, tree };
  annotate(findings, new Set(checks.filter(({ status }) => status === 'failed').map(({ name }) => name)));
  if (!failure) return { outputs: { next: 'land', verification } };
  error('Verification failed', failure.what);
  const conclusion: Conclusion = { outcome: 'verification', failure };
  return { outputs: { next: 'report', verification, conclusion } };
}
