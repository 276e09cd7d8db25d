import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readInstalled, wantedFingerprint, writeInstalled } from '../checks/install.ts';
import { gitText, type Repository } from '../git/git.ts';
import { readTree } from '../git/workspace.ts';
import { MODULES, writeGitFolder } from '../git/write-checkout.ts';
import { endIsolation } from '../isolation/isolation.ts';
import { removePath, removeUnreadable } from '../isolation/remove-path.ts';
import { runIsolated } from '../isolation/run-isolated.ts';
import type { Assignment } from '../protocol/assignment.ts';
import type { JobContext } from '../protocol/job.ts';
import { asideFolder, homeFolder, indexFile, keptFolder, temporaryFolder } from '../protocol/job-files.ts';
import type { StepContext } from '../protocol/step.ts';
import { copyPaths } from './copy-paths.ts';
import { putBackInstall, putBackPrepared } from './kept.ts';
import { findUntracked } from './untracked.ts';

/** A checkout that holds the tree of our index, beside whatever an agent has left. */
interface Worked {
  readonly assignment: Assignment;
  readonly repository: Repository;
}

/**
 * Runs programs on the agent's tree, and on nothing else of the agent's: the checkout holds what is in the tree and what
 * lay there before the agent began, home and temporary folder are new, and the user is another one. Afterwards the
 * agent's own home is back.
 * @throws as `runIsolated` does, and where something of the agent's cannot be removed.
 */
export async function inCleanSurroundings<Value>(
  context: StepContext,
  { assignment, repository }: Worked,
  work: (context: StepContext) => Promise<Value>,
): Promise<Value> {
  const { job } = context;
  await endIsolation(job);
  await moveHomeAside(job);
  try {
    await Promise.all([clearCheckout(job, repository), renewGitFolder(job, { assignment, repository })]);
    await putBack(job, assignment);
    return await runIsolated(context, assignment, work);
  } finally {
    await moveHomeBack(job);
  }
}

async function clearCheckout(job: JobContext, repository: Repository): Promise<void> {
  const { paths, unreadable } = await findUntracked(repository, job);
  await Promise.all(paths.map((path) => removePath(join(job.workspace, path))));
  for (const path of unreadable) await removeUnreadable(path, job.workspace);
  if (paths.some((path) => basename(path) === '.gitattributes')) await writeAnew(job, repository);
}

/**
 * Git obeys attributes that lie in the checkout and not in the tree: by them it may have taken other bytes than there
 * are, and what is judged would not be what lands.
 */
async function writeAnew(job: JobContext, repository: Repository): Promise<void> {
  const tree = await gitText(repository, ['write-tree'], { files: { workTree: job.workspace, index: indexFile(job) } });
  // An index that knows no file writes every one.
  await rm(indexFile(job));
  await readTree(repository, { job, tree });
}

/** As it was when the agent began, with objects of our own. */
async function renewGitFolder(job: JobContext, { assignment: { base }, repository }: Worked): Promise<void> {
  const kept = join(keptFolder(job), 'git');
  if (!existsSync(kept)) return;
  const gitDir = join(job.workspace, '.git');
  // What it was is of no use, and may be large: our folder is emptied with the job.
  const former = join(await mkdtemp(join(asideFolder(job), 'git-')), 'git');
  await rename(gitDir, former).catch(() => removePath(gitDir));
  const hasSubmodules = existsSync(join(kept, MODULES));
  await writeGitFolder(repository, { gitDir, commit: base.head, base, hasSubmodules });
  await cp(join(kept, 'index'), join(gitDir, 'index'));
  if (hasSubmodules) await copyPaths({ from: kept, to: gitDir, paths: [MODULES] });
}

async function putBack(job: JobContext, { rules }: Assignment): Promise<void> {
  await putBackPrepared(job);
  const before = readInstalled(job);
  const installed = await putBackInstall(job, await wantedFingerprint(job, rules));
  if (installed) writeInstalled(job, installed);
  // Something was installed, and is gone now.
  else if (before) writeInstalled(job, { fingerprint: '', made: [] });
}

function ownFolders(job: JobContext): readonly string[] {
  return [homeFolder(job), temporaryFolder(job)];
}

async function moveHomeAside(job: JobContext): Promise<void> {
  await mkdir(asideFolder(job), { recursive: true, mode: 0o700 });
  for (const folder of ownFolders(job)) {
    const aside = join(asideFolder(job), basename(folder));
    // What is aside already is the agent's: a step before was killed.
    if (existsSync(aside)) await removePath(folder);
    else if (existsSync(folder)) await rename(folder, aside);
    await mkdir(folder, { recursive: true });
  }
}

async function moveHomeBack(job: JobContext): Promise<void> {
  const back = ownFolders(job).map(async (folder) => {
    const aside = join(asideFolder(job), basename(folder));
    await removePath(folder);
    if (existsSync(aside)) await rename(aside, folder);
  });
  await Promise.all(back);
}
