import type { Check } from '../../state/result.ts';
import { type Failure, failure } from '../assignment.ts';
import { closeGroup, openGroup, say } from '../log.ts';
import { type ProgramEnd, runProgram } from '../process.ts';
import type { PlannedCheck } from './checklist.ts';

/** A check that hangs must not hold the slot until the job's own limit. */
const LIMIT_MS = 60 * 60_000;

export interface CheckSurroundings {
  readonly workspace: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Where the output of a check is kept in full. */
  readonly logOf: (name: string) => string;
  readonly tries: number;
  readonly signal: AbortSignal;
}

export interface CheckEnd {
  readonly check: Check;
  readonly failure: Failure | undefined;
}

/** Runs a check's commands, all of which must pass; one that fails is tried again, and then called flaky. */
export async function runCheck(
  { name, commands, problem }: PlannedCheck,
  surroundings: CheckSurroundings,
): Promise<CheckEnd> {
  if (problem) return { check: { name, status: 'failed' }, failure: failure(problem) };
  if (commands.length === 0) return { check: { name, status: 'absent' }, failure: undefined };
  const shown = commands
    .map(({ run }) => run)
    .join(' && ')
    .slice(0, 1_000);
  let seconds = 0;
  for (let tries = 1; ; tries++) {
    const end = await tryOnce({ name, commands, tries }, surroundings);
    seconds += end.seconds;
    const check = { name, command: shown, seconds: Math.round(seconds * 10) / 10, tries };
    if (!end.failed) return { check: { ...check, status: tries === 1 ? 'passed' : 'flaky' }, failure: undefined };
    if (tries >= surroundings.tries) {
      return {
        check: { ...check, status: 'failed' },
        failure: failure(failed(name, end.failed, tries), end.failed.end.tail),
      };
    }
  }
}

interface Failed {
  readonly command: string;
  readonly end: ProgramEnd;
}

async function tryOnce(
  { name, commands, tries }: Pick<PlannedCheck, 'name' | 'commands'> & { readonly tries: number },
  { workspace, environment, logOf, signal }: CheckSurroundings,
): Promise<{ readonly failed: Failed | undefined; readonly seconds: number }> {
  let seconds = 0;
  for (const [index, { run }] of commands.entries()) {
    openGroup(`${name}: ${run}${tries > 1 ? ` (try ${tries})` : ''}`);
    const log = logOf([name, ...(index > 0 ? [index + 1] : []), ...(tries > 1 ? [`try${tries}`] : [])].join('-'));
    const end = await runProgram({
      argv: ['bash', '-c', run],
      cwd: workspace,
      environment,
      log,
      limitMs: LIMIT_MS,
      signal,
    });
    closeGroup();
    seconds += end.seconds;
    if (end.why === 'cancelled') throw new Error(`the run was cancelled during ${name}`);
    if (end.code !== 0) {
      say(`${name} failed: exit code ${end.code ?? 'none'}`);
      return { failed: { command: run, end }, seconds };
    }
  }
  return { failed: undefined, seconds };
}

function failed(name: string, { command, end }: Failed, tries: number): string {
  const how = end.why === 'limit' ? `was not finished after ${LIMIT_MS / 60_000} minutes` : 'failed';
  return `${name} ${how}${tries > 1 ? ` ${tries} times` : ''}: \`${command}\``;
}
