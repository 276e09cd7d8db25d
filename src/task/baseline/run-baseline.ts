import type { Finding } from '../../state/result.ts';
import { checklist } from '../checks/checklist.ts';
import { concludeInstall, ensureInstalled, forPeople } from '../checks/install.ts';
import type { CheckResult } from '../checks/run-check.ts';
import { privateRepository } from '../git/private-repository.ts';
import { readTree, writeTree } from '../git/workspace.ts';
import { runIsolated } from '../isolation/run-isolated.ts';
import { type Assignment, type AttemptFailure, type Conclusion, failure } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { combineFailures, lackingProgram, runChecks } from '../verify/verify-tree.ts';

export interface Baseline {
  readonly checks: readonly CheckResult['check'][];
  readonly findings: readonly Finding[];
  /** Undefined when the base is sound. */
  readonly failure: AttemptFailure | undefined;
  /** How the run ends where the base may be sound, and a person is asked for what is missing to tell. */
  readonly asked?: Conclusion | undefined;
}

const SOUND: Baseline = { checks: [], findings: [], failure: undefined };

/**
 * Runs compile, test and lint on the base before anybody works on it, and leaves the checkout as it was: with the work
 * of an attempt before, say. Integration checks are left out: the task itself may be what makes them pass. A later
 * slice, or work that goes on from a pull request, is work that has begun, and its base is not looked at.
 */
export async function runBaseline(context: StepContext, assignment: Assignment): Promise<Baseline> {
  const { job } = context;
  if (!assignment.rules.baseline || assignment.dispatch.slice > 1 || assignment.review) return SOUND;
  const repository = privateRepository(job);
  const { base, startTree } = assignment;
  if (startTree !== undefined) await readTree(repository, { job, tree: base.head });
  const ends = await runIsolated(context, assignment, async (isolated) => {
    const missing = await ensureInstalled(isolated, { assignment });
    if (missing) return missing;
    const planned = checklist(job.workspace, { assignment }).filter(({ name }) => name !== 'integration');
    return runChecks(isolated, { assignment, planned });
  });
  // What an installation or the checks made is in the index then, and goes with it.
  await writeTree(repository, job);
  await readTree(repository, { job, tree: startTree ?? base.head });
  if ('failure' in ends) {
    const asked = ends.missing === undefined ? undefined : concludeInstall(ends);
    return { ...SOUND, failure: broken(asked ? ends.failure : forPeople(ends.failure)), asked };
  }
  const wrong = combineFailures(ends);
  return {
    checks: ends.map(({ check }) => check),
    findings: ends.flatMap((end) => (end.failure ? end.findings : [])).slice(0, 15),
    failure: wrong && broken(wrong),
    asked: lackingProgram(ends, context),
  };
}

function broken({ what, output }: AttemptFailure): AttemptFailure {
  return failure(`the base is broken before any work: ${what}`, output);
}
