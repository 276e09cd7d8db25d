import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import {
  type CommandFiles,
  createCommandFiles,
  parseLines,
  parsePairs,
  refusedVariable,
} from '../machine/command-files.ts';
import type { StepLog } from '../machine/step-log.ts';
import { type GithubContext, githubVariables, runnerVariables } from './contexts.ts';
import type { Frame, JobState, StepOutcome } from './job-state.ts';

/** One step at work. */
export interface Invocation {
  readonly frame: Frame;
  /** `env` of the step and of the steps around it. */
  readonly env: Readonly<Record<string, string>>;
  readonly log: StepLog;
  /** Ends the step: its job is cancelled, or its time or that of a step around it is used up. */
  readonly stop: AbortSignal;
  /** Time alone: on a cancellation the steps of a composite action decide for themselves. */
  readonly limit: AbortSignal;
}

export interface Ending {
  readonly outcome: Exclude<StepOutcome, 'skipped'>;
  readonly outputs: Readonly<Record<string, string>>;
}

export const failed: Ending = { outcome: 'failure', outputs: {} };

/** Runs a step's program, then obeys its command files: also those of a program that failed, as GitHub does. */
export async function runProgram(
  invocation: Invocation,
  program: {
    readonly command: string;
    readonly args: readonly string[];
    readonly cwd: string;
    readonly variables?: Readonly<Record<string, string>>;
  },
): Promise<Ending> {
  const { frame, log, stop } = invocation;
  const { job } = frame;
  const files = await createCommandFiles(job.folders.temp, randomUUID());
  const code = await job.machine.run({
    command: program.command,
    args: program.args,
    cwd: program.cwd,
    env: { ...stepEnvironment(invocation), ...program.variables, ...files.variables },
    onLine: log.output,
    stop,
  });
  const outputs = await applyCommandFiles(job, { files, log });
  if (code !== 0) log.note(`##[error]Process completed with exit code ${code}.`);
  const sound = code === 0 && outputs !== undefined && log.refusal() === undefined;
  return { outcome: sound ? 'success' : 'failure', outputs: outputs ?? {} };
}

/** The environment of a step, made from nothing: what this process holds in its own never reaches a job. */
export function stepEnvironment(invocation: Invocation): Record<string, string> {
  const { job, contexts } = invocation.frame;
  const user = { ...job.env, ...invocation.env };
  const machine = [...job.settings.tools, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
  return {
    LANG: 'C.UTF-8',
    CI: 'true',
    ...job.settings.environment,
    ...user,
    HOME: user.HOME ?? job.folders.home,
    PATH: [...job.paths, user.PATH ?? machine].join(delimiter),
    GITHUB_ACTIONS: 'true',
    ...githubVariables(contexts.github as GithubContext),
    ...runnerVariables(contexts.runner as Readonly<Record<string, string>>),
  };
}

async function applyCommandFiles(
  job: JobState,
  { files, log }: { readonly files: CommandFiles; readonly log: StepLog },
): Promise<Record<string, string> | undefined> {
  const read = await Promise.all((['env', 'path', 'output', 'step_summary'] as const).map(files.read));
  const [env = '', path = '', output = '', summary = ''] = read;
  await files.remove();
  if (summary !== '') await appendFile(join(job.folders.logs, 'summary.md'), job.masks.hide(summary));
  try {
    for (const [name, value] of parsePairs(env, 'GITHUB_ENV')) {
      if (refusedVariable(name)) throw new Error(`Can't store ${name} output parameter using '$GITHUB_ENV' command.`);
      job.env[name] = value;
    }
    job.paths.unshift(...parseLines(path).toReversed());
    return Object.fromEntries(parsePairs(output, 'GITHUB_OUTPUT'));
  } catch (error) {
    log.note(`##[error]${(error as Error).message}`);
    return undefined;
  }
}
