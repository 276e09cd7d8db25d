import { basename } from 'node:path';
import { commandIn } from './command-in.ts';
import type { Ecosystem, SuggestedCommand } from './ecosystems/ecosystem.ts';
import { go } from './ecosystems/go.ts';
import { node } from './ecosystems/node.ts';
import { python } from './ecosystems/python.ts';
import { rust, TOOLCHAIN_FILES } from './ecosystems/rust.ts';
import { openDir, projectFolders } from './project-dir.ts';

/** The others fetch what they need while they build, but for a toolchain of the repository's own. */
const INSTALLING: readonly Ecosystem[] = [node, python, rust, go];

/** Of package managers that nobody but `install` in the configuration runs. */
const OF_OTHERS = [
  ...[
    'Gemfile',
    'Gemfile.lock',
    'composer.json',
    'composer.lock',
    'mix.exs',
    'mix.lock',
    'pubspec.yaml',
    'pubspec.lock',
  ],
  ...['packages.lock.json', 'Directory.Packages.props', 'deno.lock', 'environment.yml', 'conda-lock.yml'],
];

/** Files of any name that installing reads: patches of dependencies, and what Prisma writes a client for. */
const READ = ['patch', 'prisma'];

/** The same, as git finds them in any folder. */
export const READ_PATHSPECS: readonly string[] = READ.map((end) => `*.${end}`);

/** The files that say what is installed, by their paths from a project's folder. */
export const DEPENDENCY_FILES: readonly string[] = [
  ...new Set([
    ...[node, python].flatMap(({ manifests, locks }) => [...manifests, ...locks]),
    ...TOOLCHAIN_FILES,
    ...OF_OTHERS,
    ...['.pnpmfile.cjs', '.pnpmfile.mjs', 'prisma.config.ts'],
  ]),
].sort();

/** Folders with dependencies of their own that are installed without being asked for. */
const MAX_FOLDERS = 10;

/** @returns Commands that bring a checkout's dependencies, each with the file it comes from; the root's first. */
export function detectInstallCommands(workspace: string): readonly SuggestedCommand[] {
  const found = projectFolders(workspace)
    .map((folder) => {
      const dir = openDir(workspace, folder);
      const commands = INSTALLING.flatMap((ecosystem) => ecosystem.install(dir));
      return commands.map(({ run, why, ...rest }) => ({
        ...rest,
        run: commandIn(folder, run),
        why: folder ? `${why} in ${folder}` : why,
      }));
    })
    .filter((commands) => commands.length > 0);
  return found.slice(0, MAX_FOLDERS).flat();
}

/** True for one of the dependency files, in whatever folder. */
export function isDependencyFile(path: string): boolean {
  const name = basename(path);
  if (READ.some((end) => name.endsWith(`.${end}`))) return true;
  return DEPENDENCY_FILES.some((file) => file === name || file === path || path.endsWith(`/${file}`));
}
