import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeForAgent } from '../brief/write.ts';
import { git } from '../git/git.ts';
import { readTree, writeTree } from '../git/workspace.ts';
import { childEnvironment } from '../process/child-environment.ts';
import { runProgram } from '../process/run-program.ts';
import { shell } from '../process/shell.ts';
import { logFile } from '../protocol/job-files.ts';
import type { StepContext } from '../protocol/step.ts';
import { closeGroup, openGroup, say } from '../protocol/workflow-commands.ts';
import { inCleanSurroundings } from '../surroundings/clean.ts';
import type { LandingWork } from './candidate.ts';

/** Files that a program writes from others, and the command that writes them anew without running code of packages. */
const REGENERATE: Readonly<Record<string, string>> = {
  'package-lock.json': 'npm install --package-lock-only --ignore-scripts --no-audit --no-fund',
  'npm-shrinkwrap.json': 'npm install --package-lock-only --ignore-scripts --no-audit --no-fund',
  'pnpm-lock.yaml': 'pnpm install --lockfile-only --ignore-scripts',
  'yarn.lock':
    'case "$(yarn --version)" in 1.*) yarn install --ignore-scripts;; *) yarn install --mode=update-lockfile;; esac',
  'uv.lock': 'uv lock',
  'poetry.lock': 'poetry lock',
  'Cargo.lock': 'cargo update --workspace',
  'go.sum': 'go mod tidy',
  'Gemfile.lock': 'bundle lock',
};

const LIMIT_MS = 10 * 60_000;

/** @returns Whether every one of these files can be written anew by its package manager. */
export function areLockFiles(paths: readonly string[]): boolean {
  return paths.length > 0 && paths.every((path) => Object.hasOwn(REGENERATE, basename(path)));
}

/**
 * Resolves a merge whose only conflicts are in lock files: each package manager writes its own anew, from the newest
 * base's version and the merged manifests.
 *
 * @param merge.tree The merged tree, with conflict markers in the lock files; @param merge.head The newest base.
 * @returns The tree to be verified, with nothing new but these files; undefined where a package manager is not there or
 *   says no.
 */
export async function resolveLockFiles(
  context: StepContext,
  {
    work: { assignment, repository },
    merge,
  }: {
    readonly work: Pick<LandingWork, 'assignment' | 'repository'>;
    readonly merge: { readonly tree: string; readonly head: string; readonly files: readonly string[] };
  },
): Promise<string | undefined> {
  const { job } = context;
  await readTree(repository, { job, tree: merge.tree });
  for (const path of merge.files) {
    const file = join(job.workspace, path);
    const theirs = await git(repository, ['cat-file', 'blob', `${merge.head}:${path}`]);
    if (theirs.ok) await writeForAgent(file, theirs.stdout);
    else await rm(file, { force: true });
  }
  // A package manager obeys its user's configuration: the agent's is none of ours.
  const written = await inCleanSurroundings(context, { assignment, repository }, async (isolated) => {
    for (const path of merge.files) if (!(await regenerate(isolated, path))) return false;
    return true;
  });
  if (!written) return undefined;
  say(`Conflicts in ${merge.files.join(', ')} are resolved by the package manager`);
  // What else lies there now was written by code of the work, which some of them run: it is none that was looked at.
  return writeTree(repository, job, merge.files);
}

async function regenerate({ job, environment, signal, user }: StepContext, path: string): Promise<boolean> {
  const command = REGENERATE[basename(path)] ?? 'false';
  openGroup(`${path}: ${command}`);
  const end = await runProgram({
    argv: shell(command),
    cwd: join(job.workspace, dirname(path)),
    environment: childEnvironment(job, environment),
    log: logFile(job, `lock-${basename(path)}`),
    limitMs: LIMIT_MS,
    signal,
    user,
  });
  closeGroup();
  if (end.why === 'cancelled') throw new Error(`the run was cancelled while ${path} was written anew`);
  return end.code === 0;
}
