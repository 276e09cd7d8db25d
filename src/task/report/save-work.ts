import type { Result } from '../../state/result.ts';
import { readFinishedTree } from '../checkpoint/finished-tree.ts';
import { removeCheckpoint, saveCheckpoint } from '../checkpoint/save-checkpoint.ts';
import type { Assignment } from '../protocol/assignment.ts';
import { readOutput } from '../protocol/outputs.ts';
import type { StepContext } from '../protocol/step.ts';
import { redact } from '../scan/redact-result.ts';
import { readWork } from './ending.ts';

/**
 * What the agent did is there for the run that goes on; what a pull request holds needs no checkpoint any more.
 * @returns The commit with it, where it was saved here and lies in the repository.
 */
export async function saveWork(
  context: StepContext,
  { assignment, result }: { readonly assignment: Assignment; readonly result: Result },
): Promise<string | undefined> {
  const { report, verification } = readWork(context);
  if (!report) return undefined;
  // A checkpoint is a ref that everybody reads who may read the repository.
  const isRefused = result.checks.some(({ name, status }) => name === 'scan' && status === 'failed');
  if (result.outcome === 'in-review' || isRefused) {
    await forgetCheckpoint(context, assignment);
    return undefined;
  }
  const handed = readOutput(context, 'import-handoff.work');
  // The agent step has saved it at the end of its slice.
  if (result.outcome === 'continued' && !result.failure && !handed && !verification) return undefined;
  // Another job had the checkout, and its work could not be handed on.
  if (handed && !handed.tree) return undefined;
  const answered = readOutput(context, 'review.work');
  const session = report.session;
  const judged = readOutput(context, 'verify.work');
  const work = handed ?? answered ?? judged ?? { tree: verification?.tree };
  const finished = hasOnlyToLand(result) ? { summary: result.summary } : undefined;
  return saveCheckpoint(context, { assignment, work: { session, finished, ...work } });
}

/** It had no turn to land, or a rule of the repository refused it: neither is for its agent to mend. */
function hasOnlyToLand({ cause }: Result): boolean {
  return cause?.kind === 'base-busy' || cause?.kind === 'rule-refused';
}

/** Of a run that ended while its work was judged or waited to land, what its agent was done with. */
export async function saveInterrupted(context: StepContext, assignment: Assignment): Promise<void> {
  const tree = readOutput(context, 'import-handoff.work')?.tree ?? readFinishedTree(context.job);
  if (!tree) return;
  const { report } = readWork(context);
  const isDone = report && !readOutput(context, 'agent.conclusion');
  const finished = isDone ? { summary: await redact(report.summary) } : undefined;
  await saveCheckpoint(context, { assignment, work: { session: report?.session, tree, finished } });
}

/** Only a run that saved one, or went on from one, has one to remove: looking costs time. */
export async function forgetCheckpoint(context: StepContext, assignment: Assignment): Promise<void> {
  const saved = (['agent.saved', 'review.saved'] as const).some((key) => readOutput(context, key) === true);
  if (saved || assignment.resumed) await removeCheckpoint(context, assignment);
}
