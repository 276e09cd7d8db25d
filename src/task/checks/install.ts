import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { gitText } from '../git/git.ts';
import { privateRepository } from '../git/private-repository.ts';
import { childEnvironment } from '../process/child-environment.ts';
import { missingProgram, stepThatBrings } from '../process/missing-program.ts';
import { runProgram } from '../process/run-program.ts';
import { shell } from '../process/shell.ts';
import { type Assignment, type AttemptFailure, type Conclusion, failure } from '../protocol/assignment.ts';
import type { JobContext } from '../protocol/job.ts';
import { indexFile, installedFile, logFile } from '../protocol/job-files.ts';
import { parseJson } from '../protocol/json.ts';
import { lacking } from '../protocol/lacking.ts';
import type { StepContext } from '../protocol/step.ts';
import { closeGroup, openGroup, say } from '../protocol/workflow-commands.ts';
import { untrackedPaths } from '../surroundings/untracked.ts';
import { DEPENDENCY_FILES, detectInstallCommands, isDependencyFile, READ_PATHSPECS } from './detect-install.ts';
import type { SuggestedCommand } from './ecosystems/ecosystem.ts';
import { reachesIntoCode } from './install-reach.ts';
import { openDir, projectFolders } from './project-dir.ts';

const LIMIT_MS = 30 * 60_000;

type InstallRules = Pick<Assignment['rules'], 'install'>;

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
  if (missing === undefined) return { outcome: 'infrastructure', failure: forPeople(failed) };
  const what = missing === '' ? failed.what : `\`${missing}\` is not installed on the runner`;
  return lacking({ what, fix: stepThatBrings(missing) }, failed.output);
}

/** With what a person can do who may change the configuration. */
export function forPeople({ what, output }: AttemptFailure): AttemptFailure {
  return failure(`${what}; fix it, or set install in .github/agent-waves.yml`, output);
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
  const planned = plannedInstall(job, rules);
  if (planned.length === 0) return undefined;
  const known = readInstalled(job);
  const fingerprint = await fingerprintOf(job, { planned, rules });
  if (known?.fingerprint === fingerprint) return undefined;
  if (known === undefined && changed !== undefined && !changed.some(isDependencyFile)) return undefined;
  const before = new Set(await untrackedPaths(privateRepository(job), job));
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
        ? { failure: failure(`\`${run}\` ${how}`, end.tail) }
        : { failure: failure(`\`${run}\` found a program missing`, end.tail), missing };
    }
  }
  const after = await untrackedPaths(privateRepository(job), job);
  writeInstalled(job, { fingerprint, made: after.filter((path) => !before.has(path)) });
  say('Everything is installed');
  return undefined;
}

/** What is installed around the checkout now. */
const installed = z.object({
  /** Stands for the commands, and for the manifests and lock files that they read. Empty: it fits no checkout. */
  fingerprint: z.string(),
  /** Paths of the checkout that were not there before. */
  made: z.array(z.string()),
});

export type Installed = Readonly<z.infer<typeof installed>>;

/** @returns undefined where nothing was installed in this job yet. */
export function readInstalled(job: Pick<JobContext, 'folder'>): Installed | undefined {
  try {
    return parseJson(readFileSync(installedFile(job), 'utf8'), installed);
  } catch {
    return undefined;
  }
}

export function writeInstalled(job: Pick<JobContext, 'folder'>, value: Installed): void {
  writeFileSync(installedFile(job), JSON.stringify(value));
}

/** @returns What stands for the installation that the checkout asks for; undefined where it asks for none. */
export async function wantedFingerprint(job: JobContext, rules: InstallRules): Promise<string | undefined> {
  const planned = plannedInstall(job, rules);
  return planned.length === 0 ? undefined : fingerprintOf(job, { planned, rules });
}

function plannedInstall({ workspace }: JobContext, { install }: InstallRules): readonly SuggestedCommand[] {
  const why = 'from install in .github/agent-waves.yml';
  return install?.map((run): SuggestedCommand => ({ run, why })) ?? detectInstallCommands(workspace);
}

/** One line for the commands and for what they read: manifests, lock files and their kin, or all of the tree in our index. */
async function fingerprintOf(
  job: JobContext,
  { planned, rules }: { readonly planned: readonly SuggestedCommand[]; readonly rules: InstallRules },
): Promise<string> {
  const { workspace } = job;
  const hash = createHash('sha256').update(JSON.stringify(planned.map(({ run }) => run)));
  for (const folder of projectFolders(workspace)) {
    const dir = openDir(workspace, folder);
    for (const name of DEPENDENCY_FILES) if (dir.has(name)) hash.update(`\0${join(folder, name)}\0${dir.digest(name)}`);
  }
  const paths = reachesIntoCode(workspace, rules.install) ? [] : READ_PATHSPECS;
  const files = { workTree: workspace, index: indexFile(job) };
  const read = await gitText(privateRepository(job), ['ls-files', '--stage', '-z', '--', ...paths], { files });
  return hash.update(`\0${read}`).digest('hex');
}
