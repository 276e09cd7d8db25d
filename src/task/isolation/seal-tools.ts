import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { rustup } from '../process/child-environment.ts';
import type { JobContext } from '../protocol/job.ts';
import { isWithin } from './lock-tool-folders.ts';
import { asRoot, type Privilege, runSystem } from './privilege.ts';

/**
 * A program is more than its file: hosted runners let all users write to the packages of Node, Python and others, and
 * what an agent writes there would run in the checks. Trees of tools are read-only for the other user's programs, in a
 * name space of mounts that is theirs alone: no file of the machine is touched.
 */

/** Variables beside PATH by which programs of others find a tree of tools. */
const ROOTS = ['JAVA_HOME', 'GOROOT', 'RUSTUP_HOME'] as const;

/** @returns The trees to be sealed; none where this machine cannot: in most containers not even root may. */
export async function findToolTrees(
  privilege: Privilege,
  { workspace, folder }: Pick<JobContext, 'workspace' | 'folder'>,
): Promise<readonly string[]> {
  const own = await Promise.all([workspace, folder].map(real));
  const named = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  const roots = ROOTS.flatMap((name) => rustup(process.env)[name] ?? process.env[name] ?? []);
  const folders = [...new Set(await Promise.all(named.map(real)))];
  const behind = (await Promise.all(folders.map(treesBehindLinks))).flat();
  const linked = behind.filter((tree) => !own.some((each) => isWithin(each, tree)));
  const trees = new Map<string, number>();
  for (const path of [...folders.map(treeOf), ...linked, ...(await Promise.all(roots.map(real)))]) {
    const found = await stat(path).catch(() => undefined); // What is not there needs no protection.
    if (found?.isDirectory() && path !== '/' && !own.some((each) => isWithin(path, each))) trees.set(path, found.dev);
  }
  // What is mounted inside of a tree is a tree of its own.
  const isInside = (path: string, dev: number) =>
    [...trees].some(([other, itsDev]) => other !== path && itsDev === dev && isWithin(other, path));
  const outermost = [...trees].flatMap(([path, dev]) => (isInside(path, dev) ? [] : [path])).sort();
  const canSeal = async (some: readonly string[]) =>
    (await runSystem(asRoot(privilege, [...sealing(some), 'true']))).ok;
  if (await canSeal(outermost)) return outermost;
  const can = await Promise.all(outermost.map((path) => canSeal([path])));
  return outermost.filter((_, at) => can[at]);
}

/** @returns What is put before a command that runs as root, for it and all that it starts. */
export function sealing(trees: readonly string[]): readonly [string, ...string[]] | readonly [] {
  if (trees.length === 0) return [];
  return ['unshare', '--mount', '--propagation', 'private', '--', 'sh', '-c', SEAL, 'sh', ...trees, '--'];
}

const SEAL = `while [ "$1" != -- ]; do
  mount --rbind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 1
  shift
done
shift
exec "$@"`;

/** Writing is allowed to everybody; and, in a folder, of what is there only to whom it belongs. */
const [OTHERS_WRITE, STICKY] = [0o002, 0o1000];

/**
 * A folder of programs may hold links alone, as that of pipx does, to trees that everybody may write to. Others need no
 * mount of their own.
 */
async function treesBehindLinks(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // What is not there has none.
  const links = entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => real(join(folder, name)));
  const files = [...new Set(await Promise.all(links))].filter((file) => dirname(file) !== folder);
  const open = await Promise.all(
    files.map(async (file) => {
      const tree = treeOf(dirname(file));
      const found = await Promise.all([tree, dirname(file), file].map((path) => stat(path).catch(() => undefined)));
      // `/tmp` and its kin are for everybody.
      if (((found[0]?.mode ?? 0) & STICKY) !== 0) return [];
      return found.some((each) => ((each?.mode ?? 0) & OTHERS_WRITE) !== 0) ? [tree] : [];
    }),
  );
  return [...new Set(open.flat())];
}

/** Programs lie in a folder of a tree by convention; where they do not, their folder is all there is. */
function treeOf(folder: string): string {
  return /^s?bin$/.test(basename(folder)) ? dirname(folder) : folder;
}

async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
