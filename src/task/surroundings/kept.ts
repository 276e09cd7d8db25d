import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import * as z from 'zod/mini';
import { type Installed, readInstalled } from '../checks/install.ts';
import { isOfTheCheckout, parentOf } from '../checks/project-dir.ts';
import { privateRepository } from '../git/private-repository.ts';
import { MODULES } from '../git/write-checkout.ts';
import type { Privilege } from '../isolation/privilege.ts';
import { removePath } from '../isolation/remove-path.ts';
import type { JobContext } from '../protocol/job.ts';
import { homeFolder, keptFolder } from '../protocol/job-files.ts';
import { parseJson } from '../protocol/json.ts';
import type { StepContext } from '../protocol/step.ts';
import { copyPaths } from './copy-paths.ts';
import { untrackedPaths } from './untracked.ts';

/**
 * The surroundings of a tree are what programs find around it: the home folder, ignored files, dependencies, the
 * checkout's `.git`. What lay there before an agent began is kept where only we may go, and put back for its judge.
 */

/** Installations that are kept: by the base's own commands, before an agent began, and for the work that it left. */
const KEPT_INSTALLS = ['base', 'work'] as const;

type KeptInstall = (typeof KEPT_INSTALLS)[number];

const keptPaths = z.object({ paths: z.array(z.string()), fingerprint: z.optional(z.string()) });

type KeptPaths = Readonly<z.infer<typeof keptPaths>>;

/**
 * Keeps what lies around the tree now. No agent may have been at work, and none may be.
 * @throws where the disk is full, or files cannot be read.
 */
export async function keepSurroundings(context: Pick<StepContext, 'job' | 'user'>): Promise<void> {
  const folder = keptFolder(context.job);
  await removePath(folder);
  await mkdir(join(folder, 'git'), { recursive: true, mode: 0o700 });
  await Promise.all([keepPrepared(context), keepGitFolder(context), keepInstall(context, 'base')]);
}

async function keepPrepared({ job, user }: Pick<StepContext, 'job' | 'user'>): Promise<void> {
  const made = new Set(readInstalled(job)?.made);
  const paths = (await untrackedPaths(privateRepository(job), job)).filter((path) => !made.has(path));
  await keepPaths(job, { name: 'prepared', kept: { paths }, privilege: user?.privilege });
}

/** The rest of it is made anew, as the claim made it. */
async function keepGitFolder({ job, user }: Pick<StepContext, 'job' | 'user'>): Promise<void> {
  const from = join(job.workspace, '.git');
  const paths = ['index', MODULES].filter((name) => existsSync(join(from, name)));
  await copyPaths({ from, to: join(keptFolder(job), 'git'), paths, privilege: user?.privilege });
}

/** Folders that installations make, and that hold nothing made from the code of the repository. */
const DEPENDENCY_FOLDERS =
  /^(?:node_modules|\.venv|venv|__pypackages__|\.yarn|\.pnp\..*|\.pnpm-store|\.pdm-python|\.husky|_)$/;

/** What agents keep of their sessions lies in the home from the start. It is not of an installation. */
const OF_AGENTS = ['.claude', '.codex', '.copilot', '.gemini'];

/**
 * Keeps what was installed, for every checkout whose manifests and lock files are the same. Where the installation built
 * something from the code as well, it fits no other tree, and is not kept.
 */
export async function keepInstall({ job, user }: Pick<StepContext, 'job' | 'user'>, name: KeptInstall): Promise<void> {
  const done = readInstalled(job);
  if (!done || done.made.some((path) => !DEPENDENCY_FOLDERS.test(basename(path)))) return;
  const { made: paths, fingerprint } = done;
  await keepPaths(job, { name, kept: { paths, fingerprint }, privilege: user?.privilege });
  const home = homeFolder(job);
  const inHome = readdirSync(home).filter((entry) => !OF_AGENTS.includes(entry));
  await copyPaths({ from: home, to: join(keptFolder(job), name, 'home'), paths: inHome, privilege: user?.privilege });
}

/** An agent goes on: what was installed for its work is its own now. */
export async function forgetInstalledWork(job: JobContext): Promise<void> {
  await removePath(join(keptFolder(job), 'work'));
}

async function keepPaths(
  job: JobContext,
  { name, kept, privilege }: { readonly name: string; readonly kept: KeptPaths; readonly privilege?: Privilege },
): Promise<void> {
  const folder = join(keptFolder(job), name);
  await mkdir(folder, { recursive: true });
  await copyPaths({ from: job.workspace, to: join(folder, 'checkout'), paths: kept.paths, privilege });
  await writeFile(join(folder, 'kept.json'), JSON.stringify(kept));
}

/** Puts back what was prepared before the agent began. The checkout holds a tree, and nothing else. */
export async function putBackPrepared(job: JobContext): Promise<void> {
  await putBackPaths(job, 'prepared');
}

/** @returns What was installed, where one of the kept installations is the one that is wanted; it is back then. */
export async function putBackInstall(job: JobContext, wanted: string | undefined): Promise<Installed | undefined> {
  const name = KEPT_INSTALLS.find((each) => readKept(job, each)?.fingerprint === wanted);
  if (wanted === undefined || name === undefined) return undefined;
  await putBackPaths(job, name);
  const home = join(keptFolder(job), name, 'home');
  const paths = existsSync(home) ? readdirSync(home) : [];
  await copyPaths({ from: home, to: homeFolder(job), paths });
  return { fingerprint: wanted, made: [...(readKept(job, name)?.paths ?? [])] };
}

/** What the tree has is the tree's; and where it has a folder no more, nothing is in it. */
async function putBackPaths(job: JobContext, name: string): Promise<void> {
  const { paths } = readKept(job, name) ?? { paths: [] };
  const from = join(keptFolder(job), name, 'checkout');
  const ofTheCheckout = paths.filter((path) => isOfTheCheckout(job.workspace, parentOf(path)));
  const fitting = ofTheCheckout.flatMap((path) => withoutThoseOf(job.workspace, { from, path }));
  await copyPaths({ from, to: job.workspace, paths: fitting });
}

/** A folder that was ignored as a whole may hold a file of the tree by now: then what lies beside that is what is left. */
function withoutThoseOf(
  workspace: string,
  { from, path }: { readonly from: string; readonly path: string },
): readonly string[] {
  const there = lstatSync(join(workspace, path), { throwIfNoEntry: false });
  if (!there) return [path];
  if (!there.isDirectory() || !lstatSync(join(from, path)).isDirectory()) return [];
  return readdirSync(join(from, path)).flatMap((entry) =>
    withoutThoseOf(workspace, { from, path: posix.join(path, entry) }),
  );
}

function readKept(job: JobContext, name: string): KeptPaths | undefined {
  try {
    return parseJson(readFileSync(join(keptFolder(job), name, 'kept.json'), 'utf8'), keptPaths);
  } catch {
    // Nothing was kept under this name.
    return undefined;
  }
}
