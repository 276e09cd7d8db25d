import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childEnvironment } from '../process/child-environment.ts';
import { missingProgram, stepThatBrings } from '../process/missing-program.ts';
import { runProgram } from '../process/run-program.ts';
import { shell } from '../process/shell.ts';
import { type Assignment, type AttemptFailure, type Conclusion, failure } from '../protocol/assignment.ts';
import { logFile } from '../protocol/job-files.ts';
import { lacking } from '../protocol/lacking.ts';
import type { StepContext } from '../protocol/step.ts';
import { closeGroup, openGroup, say } from '../protocol/workflow-commands.ts';
import { DEPENDENCY_FILES, detectInstallCommands, isDependencyFile } from './detect-install.ts';
import type { SuggestedCommand } from './ecosystems/ecosystem.ts';
import { openDir, projectFolders } from './project-dir.ts';

const LIMIT_MS = 30 * 60_000;

export interface InstallFailure {
  readonly failure: AttemptFailure;
  /** The program that is not on the runner, where that is why; empty where nobody said which. */
  readonly missing?: string;
  /** What a person has to bring, where that is known here. */
  readonly brings?: SuggestedCommand['brings'];
}

/** How a run ends that cannot install: nothing that was done in it is to blame. */
export function concludeInstall({ failure: failed, missing, brings }: InstallFailure): Conclusion {
  if (brings) return lacking(brings, failed.output);
  if (missing === undefined) return { outcome: 'infrastructure', failure: failed };
  const what = missing === '' ? failed.what : `\`${missing}\` is not installed on the runner`;
  return lacking({ what, fix: stepThatBrings(missing) }, failed.output);
}

/**
 * Installs what the checkout needs, and remembers by which files it did: while they stay as they are, it is done.
 * @param changed Paths that differ from what the agent started with, where that is known: without a memory, a changed
 *   manifest or lock file is what asks for another installation.
 * @returns How it failed; undefined when everything is installed.
 * @throws when the run is cancelled.
 */
export async function ensureInstalled(
  { job, environment, signal, user }: Pick<StepContext, 'job' | 'environment' | 'signal' | 'user'>,
  {
    assignment: { rules },
    changed,
  }: { readonly assignment: Pick<Assignment, 'rules'>; readonly changed?: readonly string[] | undefined },
): Promise<InstallFailure | undefined> {
  const commands = rules.install?.map(
    (run): SuggestedCommand => ({ run, why: 'from install in .github/agent-waves.yml' }),
  );
  const planned = commands ?? detectInstallCommands(job.workspace);
  if (planned.length === 0) return undefined;
  const memory = join(job.folder, 'installed');
  const known = readFingerprint(memory);
  const fingerprint = fingerprintOf(job.workspace, planned);
  if (known === fingerprint) return undefined;
  if (known === undefined && changed !== undefined && !changed.some(isDependencyFile)) return undefined;
  for (const [index, { run, why, brings }] of planned.entries()) {
    openGroup(`${run}, ${why}`);
    const end = await runProgram({
      argv: shell(run),
      cwd: job.workspace,
      environment: childEnvironment(job, environment),
      log: logFile(job, `install-${index + 1}`),
      limitMs: LIMIT_MS,
      signal,
      user,
    });
    closeGroup();
    if (end.why === 'cancelled') throw new Error(`the run was cancelled during \`${run}\``);
    if (end.code !== 0) {
      const how = end.why === 'limit' ? `was not finished after ${LIMIT_MS / 60_000} minutes` : 'failed';
      const missing = missingProgram(end);
      if (brings && missing === undefined) return { failure: failure(`\`${run}\` ${how}`, end.tail), brings };
      return missing === undefined
        ? { failure: failure(`\`${run}\` ${how}; fix it, or set install in .github/agent-waves.yml`, end.tail) }
        : { failure: failure(`\`${run}\` found a program missing`, end.tail), missing };
    }
  }
  writeFileSync(memory, fingerprint);
  say('Everything is installed');
  return undefined;
}

function readFingerprint(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Nothing was installed in this job yet.
    return undefined;
  }
}

/** One line for the commands and every manifest and lock file of the checkout. */
function fingerprintOf(workspace: string, planned: readonly SuggestedCommand[]): string {
  const hash = createHash('sha256').update(JSON.stringify(planned.map(({ run }) => run)));
  for (const folder of projectFolders(workspace)) {
    const dir = openDir(workspace, folder);
    for (const name of DEPENDENCY_FILES) if (dir.has(name)) hash.update(`\0${join(folder, name)}\0${dir.digest(name)}`);
  }
  return hash.digest('hex');
}
