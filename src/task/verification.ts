import type { Check } from '../state/result.ts';
import { type Assignment, type Failure, failure, type Verification } from './assignment.ts';
import { checklist, checksNothing, type PlannedCheck } from './checks/checklist.ts';
import { missingOutputs } from './checks/declared.ts';
import { type CheckEnd, runCheck } from './checks/run.ts';
import { childEnvironment } from './environment.ts';
import { logFile } from './folders.ts';
import { changedPaths } from './git/base.ts';
import type { Repository } from './git/git.ts';
import { globMatcher } from './glob.ts';
import type { StepContext } from './step.ts';

export interface Candidate {
  readonly assignment: Assignment;
  readonly repository: Repository;
  /** The commit that it would land on, and the tree that would land; the checkout holds that tree. */
  readonly onto: string;
  readonly tree: string;
}

export interface Verified extends Verification {
  /** Undefined when everything passed. */
  readonly failure: Failure | undefined;
}

/** Runs the checklist on what is in the checkout. */
export async function verifyTree(context: StepContext, candidate: Candidate): Promise<Verified> {
  const { assignment, repository, tree, onto } = candidate;
  const { job, environment, signal } = context;
  const changed = await changedPaths(repository, onto, tree);
  const planned = checklist(job.workspace, assignment);
  const ends: CheckEnd[] = [];
  for (const check of planned) {
    // Tests of something that does not compile only repeat the same error.
    if (ends.some((end) => end.check.name === 'compile' && end.failure))
      ends.push({ check: { name: check.name, status: 'skipped' }, failure: undefined });
    else {
      ends.push(
        await runCheck(scoped(check, changed), {
          workspace: job.workspace,
          environment: childEnvironment(job, environment),
          logOf: (name) => logFile(job, `check-${name}`),
          tries: assignment.rules.checkTries,
          signal,
        }),
      );
    }
  }
  const delivered = await verifyOutputs(candidate, changed);
  const checks: readonly Check[] = [...ends.map(({ check }) => check), delivered.check];
  const nothing = checksNothing(planned, assignment) ? failure(NOTHING_TO_CHECK) : undefined;
  return { checks, tree, failure: nothing ?? ends.find((end) => end.failure)?.failure ?? delivered.failure };
}

const NOTHING_TO_CHECK =
  'no compile, test or lint command was found in the repository; set checks in .github/agent-waves.yml, or `none` where there is nothing to check';

/** A command with paths runs only where one of them changed. */
function scoped(check: PlannedCheck, changed: readonly string[]): PlannedCheck {
  const applies = (paths: readonly string[]) =>
    paths.length === 0 || paths.map(globMatcher).some((matches) => changed.some(matches));
  return { ...check, commands: check.commands.filter(({ paths }) => applies(paths)) };
}

async function verifyOutputs(
  { assignment, repository, tree }: Candidate,
  changed: readonly string[],
): Promise<CheckEnd> {
  const { outputs } = assignment.task;
  if (outputs.length === 0) {
    const idle = changed.length === 0 ? failure('the agent changed nothing') : undefined;
    return { check: { name: 'outputs', status: idle ? 'failed' : 'absent' }, failure: idle };
  }
  const missing = await missingOutputs(repository, tree, outputs);
  if (missing.length === 0) return { check: { name: 'outputs', status: 'passed' }, failure: undefined };
  const idle = changed.length === 0 ? 'the agent changed nothing; ' : '';
  const what = `${idle}declared outputs are missing: ${missing.join(', ')}`;
  return {
    check: { name: 'outputs', status: 'failed' },
    failure: failure(what, 'A file that git ignores does not count.'),
  };
}
