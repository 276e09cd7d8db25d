import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Scope, textOf } from '../language/expressions.ts';
import type { RunStep } from '../language/steps.ts';
import { readShell } from '../machine/shell.ts';
import { type Ending, type Invocation, runProgram } from './invocation.ts';

/** Runs a `run` step. Throws when its shell is none. */
export async function runScript(
  invocation: Invocation,
  { step, scope }: { readonly step: RunStep; readonly scope: Scope },
): Promise<Ending> {
  const { job, numbers } = invocation.frame;
  // The defaults of a workflow end where a composite action begins.
  const defaults = numbers.length === 0 ? job.defaults : {};
  const shell = readShell(step.shell === undefined ? defaults.shell : textOf(step.shell, scope));
  const folder = step.workingDirectory === undefined ? defaults.workingDirectory : textOf(step.workingDirectory, scope);
  const script = textOf(step.script, scope);
  const file = join(job.folders.temp, `${randomUUID()}${shell.extension}`);
  await writeFile(file, `${script}\n`);
  const args = shell.args.map((arg) => arg.replaceAll('{0}', file));
  invocation.log.note(`##[group]Run ${script.split('\n')[0]}`);
  for (const line of script.trimEnd().split('\n')) invocation.log.note(line);
  invocation.log.note(`shell: ${shell.command} ${shell.args.join(' ')}`);
  invocation.log.note('##[endgroup]');
  return runProgram(invocation, { command: shell.command, args, cwd: resolve(job.folders.workspace, folder ?? '.') });
}
