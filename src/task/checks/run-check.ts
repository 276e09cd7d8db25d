import type { Check, Finding } from '../../state/result.ts';
import { missingInCommand } from '../process/missing-program.ts';
import { type ProgramResult, runProgram } from '../process/run-program.ts';
import { shell } from '../process/shell.ts';
import { type AttemptFailure, failure } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { closeGroup, openGroup, say } from '../protocol/workflow-commands.ts';
import type { PlannedCheck, PlannedCommand } from './checklist.ts';
import { digest, summarizeFindings } from './findings-digest.ts';

export interface CheckContext {
  readonly workspace: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Where the output of a check is kept in full. */
  readonly logOf: (name: string) => string;
  readonly tries: number;
  /** Longest that one command may take. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  readonly user?: StepContext['user'];
}

export interface CheckResult {
  readonly check: Check;
  /** Undefined when it passed, or there is nothing to run. */
  readonly failure: AttemptFailure | undefined;
  /** What it found wrong; of a flaky check, when it last failed. */
  readonly findings: readonly Finding[];
  /** The program that its command names and the runner lacks. */
  readonly missing?: string | undefined;
}

/** Runs a check's commands, all of which must pass; one that fails is tried again, and then called flaky. */
export async function runCheck(planned: PlannedCheck, context: CheckContext): Promise<CheckResult> {
  const { name, commands, problem, note } = planned;
  if (problem) return { check: { name, status: 'failed' }, failure: failure(problem), findings: [] };
  if (commands.length === 0) return { check: { name, status: 'absent' }, failure: undefined, findings: [] };
  let seconds = 0;
  let findings: readonly Finding[] = [];
  for (let tries = 1; ; tries++) {
    const end = await tryOnce({ name, commands, tries }, context);
    seconds += end.seconds;
    const check = {
      name,
      command: shownCommand(commands),
      seconds: Math.round(seconds * 10) / 10,
      tries,
      ...(note ? { note } : {}),
    };
    if (!end.failed) {
      const status = tries === 1 ? { status: 'passed' as const } : { status: 'flaky' as const, of: context.tries };
      return { check: { ...check, ...status }, failure: undefined, findings };
    }
    findings = end.failed.findings;
    const missing = missingInCommand(end.failed.end);
    // What hangs once hangs again, and holds the slot meanwhile; what is not there is not there the next time.
    if (tries < context.tries && end.failed.end.why !== 'limit' && missing === undefined) continue;
    return {
      check: { ...check, status: 'failed' },
      failure: failureOf(name, { failed: end.failed, tries, context }),
      findings,
      missing,
    };
  }
}

/** Longest that a command is shown, in characters. */
const MAX_COMMAND = 1_000;

function shownCommand(commands: readonly PlannedCommand[]): string {
  return commands
    .map(({ run }) => run)
    .join(' && ')
    .slice(0, MAX_COMMAND);
}

interface FailedTry {
  readonly command: string;
  readonly end: ProgramResult;
  readonly findings: readonly Finding[];
}

async function tryOnce(
  { name, commands, tries }: Pick<PlannedCheck, 'name' | 'commands'> & { readonly tries: number },
  { workspace, environment, logOf, limitMs, signal, user }: CheckContext,
): Promise<{ readonly failed: FailedTry | undefined; readonly seconds: number }> {
  let seconds = 0;
  for (const [index, { run, folder = '', why }] of commands.entries()) {
    openGroup(`${name}: ${run}, ${why}${tries > 1 ? ` (try ${tries})` : ''}`);
    const log = logOf([name, ...(index > 0 ? [index + 1] : []), ...(tries > 1 ? [`try${tries}`] : [])].join('-'));
    const since = Date.now();
    const end = await runProgram({
      argv: shell(run),
      cwd: workspace,
      environment,
      log,
      limitMs,
      signal,
      user,
    });
    closeGroup();
    seconds += end.seconds;
    if (end.why === 'cancelled') throw new Error(`the run was cancelled during ${name}`);
    if (end.code !== 0) {
      say(
        `${name} failed: ${end.why === 'limit' ? 'it was killed at its time limit' : `exit code ${end.code ?? 'none'}`}`,
      );
      // What reads the reports of twenty tools is loaded for those that failed.
      const { findingsOf } = await import('./findings.ts');
      return {
        failed: { command: run, end, findings: findingsOf({ check: name, workspace, folder, log, since }) },
        seconds,
      };
    }
  }
  return { failed: undefined, seconds };
}

/** Lines of output that are kept where it is of a kind that nobody here can read. */
const MAX_LAST_LINES = 60;

function failureOf(
  name: string,
  {
    failed: { command, end, findings },
    tries,
    context,
  }: { readonly failed: FailedTry; readonly tries: number; readonly context: CheckContext },
): AttemptFailure {
  const minutes = Math.round(context.limitMs / 6_000) / 10;
  const late = end.why === 'limit';
  const how = late
    ? `was killed after ${minutes} minutes (check_minutes)`
    : `failed${tries > 1 ? ` ${tries} times` : ''}`;
  const found = summarizeFindings(findings);
  const output = digest(findings) || end.tail.trimEnd().split('\n').slice(-MAX_LAST_LINES).join('\n');
  return failure(`${name} ${how}: \`${command}\`${found ? `; ${found}` : ''}`, output);
}
