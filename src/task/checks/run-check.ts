import type { Check, Finding } from '../../state/result.ts';
import { type ProgramEnd, runProgram } from '../process/run-program.ts';
import { type Failure, failure } from '../protocol/assignment.ts';
import { closeGroup, openGroup, say } from '../protocol/log.ts';
import type { StepContext } from '../protocol/step.ts';
import type { PlannedCheck, PlannedCommand } from './checklist.ts';
import { digest, headline } from './digest.ts';
import { findingsOf } from './findings.ts';

export interface CheckSurroundings {
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

export interface CheckEnd {
  readonly check: Check;
  /** Undefined when it passed, or there is nothing to run. */
  readonly failure: Failure | undefined;
  /** What it found wrong; of a flaky check, when it last failed. */
  readonly findings: readonly Finding[];
}

/** Runs a check's commands, all of which must pass; one that fails is tried again, and then called flaky. */
export async function runCheck(planned: PlannedCheck, surroundings: CheckSurroundings): Promise<CheckEnd> {
  const { name, commands, problem, note } = planned;
  if (problem) return { check: { name, status: 'failed' }, failure: failure(problem), findings: [] };
  if (commands.length === 0) return { check: { name, status: 'absent' }, failure: undefined, findings: [] };
  let seconds = 0;
  let findings: readonly Finding[] = [];
  for (let tries = 1; ; tries++) {
    const end = await tryOnce({ name, commands, tries }, surroundings);
    seconds += end.seconds;
    const check = {
      name,
      command: shown(commands),
      seconds: Math.round(seconds * 10) / 10,
      tries,
      ...(note ? { note } : {}),
    };
    if (!end.failed) {
      const status = tries === 1 ? { status: 'passed' as const } : { status: 'flaky' as const, of: surroundings.tries };
      return { check: { ...check, ...status }, failure: undefined, findings };
    }
    findings = end.failed.findings;
    // What hangs once hangs again, and holds the slot meanwhile.
    if (tries < surroundings.tries && end.failed.end.why !== 'limit') continue;
    return {
      check: { ...check, status: 'failed' },
      failure: failureOf(name, end.failed, { tries, surroundings }),
      findings,
    };
  }
}

/** Longest that a command is shown, in characters. */
const SHOWN = 1_000;

function shown(commands: readonly PlannedCommand[]): string {
  return commands
    .map(({ run }) => run)
    .join(' && ')
    .slice(0, SHOWN);
}

interface Failed {
  readonly command: string;
  readonly end: ProgramEnd;
  readonly findings: readonly Finding[];
}

async function tryOnce(
  { name, commands, tries }: Pick<PlannedCheck, 'name' | 'commands'> & { readonly tries: number },
  { workspace, environment, logOf, limitMs, signal, user }: CheckSurroundings,
): Promise<{ readonly failed: Failed | undefined; readonly seconds: number }> {
  let seconds = 0;
  for (const [index, { run, folder = '', why }] of commands.entries()) {
    openGroup(`${name}: ${run}, ${why}${tries > 1 ? ` (try ${tries})` : ''}`);
    const log = logOf([name, ...(index > 0 ? [index + 1] : []), ...(tries > 1 ? [`try${tries}`] : [])].join('-'));
    const since = Date.now();
    const end = await runProgram({
      ...{ argv: ['bash', '-c', run], cwd: workspace, environment, log, limitMs, signal, user },
    });
    closeGroup();
    seconds += end.seconds;
    if (end.why === 'cancelled') throw new Error(`the run was cancelled during ${name}`);
    if (end.code !== 0) {
      say(
        `${name} failed: ${end.why === 'limit' ? 'it was killed at its time limit' : `exit code ${end.code ?? 'none'}`}`,
      );
      return {
        failed: { command: run, end, findings: findingsOf({ check: name, workspace, folder, log, since }) },
        seconds,
      };
    }
  }
  return { failed: undefined, seconds };
}

/** Lines of output that are kept where it is of a kind that nobody here can read. */
const LAST_LINES = 60;

function failureOf(
  name: string,
  { command, end, findings }: Failed,
  { tries, surroundings }: { readonly tries: number; readonly surroundings: CheckSurroundings },
): Failure {
  const minutes = Math.round(surroundings.limitMs / 6_000) / 10;
  const late = end.why === 'limit';
  const how = late
    ? `was killed after ${minutes} minutes (check_minutes)`
    : `failed${tries > 1 ? ` ${tries} times` : ''}`;
  const found = headline(findings);
  const output = digest(findings) || end.tail.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  return failure(`${name} ${how}: \`${command}\`${found ? `; ${found}` : ''}`, output);
}
