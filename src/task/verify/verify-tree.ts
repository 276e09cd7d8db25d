import type { Check, Finding } from '../../state/result.ts';
import { checklist, checksNothing, explainChecklist, type PlannedCheck } from '../checks/checklist.ts';
import { isDependencyFile } from '../checks/detect-install.ts';
import { concludeInstall, ensureInstalled, type InstallFailure, readInstalled } from '../checks/install.ts';
import { explainLeftOut, findLeftOut } from '../checks/left-out-folders.ts';
import { type CheckResult, runCheck } from '../checks/run-check.ts';
import { changedPaths } from '../git/base.ts';
import type { Repository } from '../git/git.ts';
import { globMatcher } from '../git/path-glob.ts';
import { readTree } from '../git/workspace.ts';
import { runIsolated } from '../isolation/run-isolated.ts';
import { childEnvironment } from '../process/child-environment.ts';
import { stepThatBrings } from '../process/missing-program.ts';
import {
  type Assignment,
  type AttemptFailure,
  type Conclusion,
  failure,
  type Verification,
} from '../protocol/assignment.ts';
import { logFile } from '../protocol/job-files.ts';
import { lacking } from '../protocol/lacking.ts';
import type { StepContext } from '../protocol/step.ts';
import { logFolded } from '../protocol/workflow-commands.ts';
import { inCleanSurroundings } from '../surroundings/clean.ts';
import { keepInstall } from '../surroundings/kept.ts';
import { guard } from './guard/guard.ts';
import { missingOutputs } from './missing-outputs.ts';

export interface VerifyRequest {
  readonly assignment: Assignment;
  readonly repository: Repository;
  /** The commit that it would land on, and the tree that would land; the checkout holds that tree. */
  readonly onto: string;
  readonly tree: string;
  /** Nothing was installed in this checkout yet: no agent has worked in it. */
  readonly untouched?: boolean;
  /** Whether the work itself leaves everything as it was. Absent: where the tree is that of `onto`. */
  readonly changesNothing?: boolean;
}

export interface VerifyResult extends Verification {
  /** Undefined when everything passed. */
  readonly failure: AttemptFailure | undefined;
  /** How the run ends, where what failed is none of the work's doing. */
  readonly blameless?: Conclusion | undefined;
}

/** How a run ends whose work did not pass. @param when When that was: "on the newest base". */
export function concludeFailure(
  { failure: failed, blameless }: Pick<VerifyResult, 'failure' | 'blameless'>,
  when?: string,
): Conclusion | undefined {
  if (blameless || !failed) return blameless;
  const what = when === undefined ? failed.what : `${when}, ${failed.what}`;
  return { outcome: 'verification', failure: failure(what, failed.output) };
}

/** Runs the checklist on what is in the checkout, with nothing around it that an agent has left. */
export async function verifyTree(context: StepContext, candidate: VerifyRequest): Promise<VerifyResult> {
  const { uninstalled, ...result } = await around(context, candidate, (isolated) =>
    verifyIsolated(isolated, candidate),
  );
  const ofTheWork = uninstalled && (await baseInstalls(context, candidate));
  return ofTheWork ? { ...result, blameless: undefined } : result;
}

function around<Value>(
  context: StepContext,
  candidate: VerifyRequest,
  work: (context: StepContext) => Promise<Value>,
): Promise<Value> {
  const { assignment, untouched } = candidate;
  return untouched ? runIsolated(context, assignment, work) : inCleanSurroundings(context, candidate, work);
}

/**
 * Whether the base that the work would land on can be installed, a moment later. Then what fails is neither the machine nor
 * a registry, but what the work has the installation build.
 */
async function baseInstalls(context: StepContext, candidate: VerifyRequest): Promise<boolean> {
  const { assignment, repository, tree, onto } = candidate;
  const { job } = context;
  await readTree(repository, { job, tree: onto });
  const broken = await around(context, candidate, (isolated) => ensureInstalled(isolated, { assignment }));
  await readTree(repository, { job, tree });
  return broken === undefined;
}

interface IsolatedResult extends VerifyResult {
  /** No program is missing, and no manifest or lock file differs, but installing failed. */
  readonly uninstalled?: boolean;
}

async function verifyIsolated(context: StepContext, candidate: VerifyRequest): Promise<IsolatedResult> {
  const { assignment, repository, tree, onto } = candidate;
  const changed = await changedPaths(repository, { from: onto, to: tree });
  // What is installed depends on all that differs from what was installed before, whoever changed it.
  const differing =
    onto === assignment.base.head ? changed : await changedPaths(repository, { from: assignment.base.head, to: tree });
  const before = readInstalled(context.job);
  const missing = await ensureInstalled(context, { assignment, changed: candidate.untouched ? undefined : differing });
  // For the next verification: no check has run yet, and so nothing of the tree but what the installation runs itself.
  if (!candidate.untouched && readInstalled(context.job)?.fingerprint !== before?.fingerprint)
    await keepInstall(context, 'work');
  if (missing) return { ...unchecked(missing.failure), tree, ...blameInstall(missing, differing) };
  const planned = checklist(context.job.workspace, { assignment, changed });
  // What asks git alone does so while the checks run.
  const [ends, delivered, guarded] = await Promise.all([
    runChecks(context, { assignment, planned: planned.map((check) => withinScope(check, changed)) }),
    verifyOutputs(candidate, changed),
    guard(repository, { assignment, onto, tree }),
  ]);
  const nothing = checksNothing(planned, assignment) ? failure(NOTHING_TO_CHECK) : undefined;
  return {
    checks: [...ends.map(({ check }) => check), delivered.check, guarded.check],
    findings: [...selectFindings(ends), ...guarded.findings.slice(0, MAX_GUARD_FINDINGS)],
    tree,
    failure: nothing ?? combineFailures([...ends, guarded]) ?? delivered.failure,
    blameless: guarded.failure ? undefined : lackingProgram(ends, context),
  };
}

/** Without a changed manifest or lock file, what cannot be installed is the base's, or the machine's: unless the base can. */
function blameInstall(
  broken: InstallFailure,
  differing: readonly string[],
): Pick<IsolatedResult, 'blameless' | 'uninstalled'> {
  if (broken.missing !== undefined) return { blameless: concludeInstall(broken) };
  if (differing.some(isDependencyFile)) return {};
  return { blameless: concludeInstall(broken), uninstalled: broken.brings === undefined && differing.length > 0 };
}

/** A check whose command names a program that is not on the runner says nothing of the work. */
export function lackingProgram(
  ends: readonly CheckResult[],
  machine: Pick<StepContext, 'job' | 'environment'>,
): Conclusion | undefined {
  const { check, failure: failed, missing } = ends.find((end) => end.missing !== undefined) ?? {};
  if (!check || missing === undefined) return undefined;
  const path = findLeftOut(machine, missing);
  const output = failed?.output ?? '';
  if (path !== undefined) {
    const what = `\`${missing}\`, which the check ${check.name} needs, is in the checkout, where PATH finds nothing`;
    return lacking({ what, fix: `name it by its path in checks of .github/agent-waves.yml: \`${path}\`` }, output);
  }
  const what = `\`${missing}\`, which the check ${check.name} needs, is not installed on the runner`;
  return lacking({ what, fix: stepThatBrings(missing) }, output);
}

const NOTHING_TO_CHECK =
  'no compile, test or lint command was found in the repository; set checks in .github/agent-waves.yml, or `none` where there is nothing to check';

/** Without its dependencies nothing can be said about the work but that. */
function unchecked({ what, output }: AttemptFailure): Omit<VerifyResult, 'tree'> {
  const skipped = (['compile', 'test', 'lint', 'integration'] as const).map(
    (name): Check => ({ name, status: 'skipped' }),
  );
  return { checks: skipped, findings: [], failure: failure(`before the checks, ${what}`, output) };
}

/** Runs a checklist line by line; what does not compile is not tested. */
export async function runChecks(
  { job, environment, signal, user }: Pick<StepContext, 'job' | 'environment' | 'signal' | 'user'>,
  {
    assignment: { rules },
    planned,
  }: { readonly assignment: Pick<Assignment, 'rules'>; readonly planned: readonly PlannedCheck[] },
): Promise<readonly CheckResult[]> {
  const lines = [...explainChecklist(planned), ...explainLeftOut({ job, environment })];
  logFolded('The checklist, and where it comes from', lines.join('\n'));
  const ends: CheckResult[] = [];
  for (const check of planned) {
    // Tests of something that does not compile only repeat the same error.
    const pointless = ends.some((end) => end.check.name === 'compile' && end.failure);
    const end: CheckResult = pointless
      ? { check: { name: check.name, status: 'skipped' }, failure: undefined, findings: [] }
      : await runCheck(check, {
          workspace: job.workspace,
          environment: childEnvironment(job, environment),
          logOf: (name) => logFile(job, `check-${name}`),
          tries: rules.checkTries,
          limitMs: rules.checkMinutes * 60_000,
          signal,
          user,
        });
    ends.push(end);
  }
  return ends;
}

/** Findings that a result carries: enough to see what is wrong, few enough to be read. */
const MAX_FINDINGS = 15;
const MAX_FLAKY_FINDINGS = 3;
const MAX_GUARD_FINDINGS = 5;

/** What failed first, then a little of what was flaky. */
function selectFindings(ends: readonly CheckResult[]): readonly Finding[] {
  const failed = ends.filter((end) => end.failure).flatMap(({ findings }) => findings);
  const flaky = ends.filter((end) => !end.failure).flatMap(({ findings }) => findings.slice(0, MAX_FLAKY_FINDINGS));
  return [...failed, ...flaky].slice(0, MAX_FINDINGS);
}

/** One failure out of those of all checks: the first leads, and every one is named. */
export function combineFailures(ends: readonly CheckResult[]): AttemptFailure | undefined {
  const failures = ends.flatMap((end) => (end.failure ? [{ name: end.check.name, ...end.failure }] : []));
  const [first, ...others] = failures;
  if (!first || others.length === 0) return first && { what: first.what, output: first.output };
  const share = Math.floor(3_800 / failures.length);
  const output = failures.map((each) => `${each.name}:\n${each.output.slice(0, share)}`).join('\n\n');
  const what = failures.map((each) => each.what.slice(0, Math.floor(390 / failures.length))).join('; ');
  return failure(what, output);
}

/** A command with paths runs only where one of them changed. */
function withinScope(check: PlannedCheck, changed: readonly string[]): PlannedCheck {
  const applies = (paths: readonly string[]) =>
    paths.length === 0 || paths.map(globMatcher).some((matches) => changed.some(matches));
  return { ...check, commands: check.commands.filter(({ paths }) => applies(paths)) };
}

async function verifyOutputs(
  { assignment, repository, tree, changesNothing }: VerifyRequest,
  changed: readonly string[],
): Promise<Omit<CheckResult, 'findings'>> {
  const { outputs } = assignment.task;
  // Others may have landed the same change meanwhile.
  const isIdle = changesNothing ?? changed.length === 0;
  if (outputs.length === 0) {
    const idle = isIdle ? failure('the agent changed nothing') : undefined;
    return { check: { name: 'outputs', status: idle ? 'failed' : 'absent' }, failure: idle };
  }
  const missing = await missingOutputs(repository, { tree, outputs });
  if (missing.length === 0) return { check: { name: 'outputs', status: 'passed' }, failure: undefined };
  const idle = isIdle ? 'the agent changed nothing; ' : '';
  const what = `${idle}declared outputs are missing: ${missing.join(', ')}`;
  return {
    check: { name: 'outputs', status: 'failed' },
    failure: failure(what, 'A file that git ignores does not count.'),
  };
}
