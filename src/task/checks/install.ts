import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { childEnvironment } from '../process/child-environment.ts';
import { runProgram } from '../process/run-program.ts';
import { type Assignment, type AttemptFailure, failure } from '../protocol/assignment.ts';
import { logFile } from '../protocol/job-files.ts';
import type { StepContext } from '../protocol/step.ts';
import { closeGroup, openGroup, say } from '../protocol/workflow-commands.ts';
import { commandIn } from './command-in.ts';
import type { Ecosystem, SuggestedCommand } from './ecosystems/ecosystem.ts';
import { node } from './ecosystems/node.ts';
import { python } from './ecosystems/python.ts';
import { openDir, projectFolders } from './project-dir.ts';

/** The others fetch what they need while they build. */
const INSTALLING: readonly Ecosystem[] = [node, python];

/** Folders with dependencies of their own that are installed without being asked for. */
const MAX_FOLDERS = 10;
const LIMIT_MS = 30 * 60_000;

/** @returns Commands that bring a checkout's dependencies, each with the file it comes from; the root's first. */
export function detectInstallCommands(workspace: string): readonly SuggestedCommand[] {
  const found = projectFolders(workspace)
    .map((folder) => {
      const dir = openDir(workspace, folder);
      const commands = INSTALLING.flatMap((ecosystem) => ecosystem.install(dir));
      return commands.map(({ run, why }) => ({
        run: commandIn(folder, run),
        why: folder ? `${why} in ${folder}` : why,
      }));
    })
    .filter((commands) => commands.length > 0);
  return found.slice(0, MAX_FOLDERS).flat();
}

/** True for a file that says what is installed. */
export function isDependencyFile(path: string): boolean {
  const name = basename(path);
  return INSTALLING.some(({ manifests, locks }) =>
    [...manifests, ...locks].some((file) => file === name || file === path || path.endsWith(`/${file}`)),
  );
}

/**
 * Installs what the checkout needs, and remembers by which files it did: while they stay as they are, it is done.
 * @param changed Paths that differ from what the agent started with, where that is known: without a memory, a changed
 *   manifest or lock file is what asks for another installation.
 * @returns How it failed, or undefined when everything is installed.
 * @throws when the run is cancelled.
 */
export async function ensureInstalled(
  { job, environment, signal, user }: Pick<StepContext, 'job' | 'environment' | 'signal' | 'user'>,
  {
    assignment: { rules },
    changed,
  }: { readonly assignment: Pick<Assignment, 'rules'>; readonly changed?: readonly string[] | undefined },
): Promise<AttemptFailure | undefined> {
  const commands = rules.install?.map((run) => ({ run, why: 'from install in .github/agent-waves.yml' }));
  const planned = commands ?? detectInstallCommands(job.workspace);
  if (planned.length === 0) return undefined;
  const memory = join(job.folder, 'installed');
  const known = readFingerprint(memory);
  const fingerprint = fingerprintOf(job.workspace, planned);
  if (known === fingerprint) return undefined;
  if (known === undefined && changed !== undefined && !changed.some(isDependencyFile)) return undefined;
  for (const [index, { run, why }] of planned.entries()) {
    openGroup(`${run}, ${why}`);
    const end = await runProgram({
      argv: ['bash', '-c', run],
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
      return failure(`\`${run}\` ${how}; fix it, or set install in .github/agent-waves.yml`, end.tail);
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
  const names = [...new Set(INSTALLING.flatMap(({ manifests, locks }) => [...manifests, ...locks]))].sort();
  for (const folder of projectFolders(workspace)) {
    const dir = openDir(workspace, folder);
    for (const name of names) if (dir.has(name)) hash.update(`\0${join(folder, name)}\0${dir.digest(name)}`);
  }
  return hash.digest('hex');
}
