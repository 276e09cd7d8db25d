import type { ProjectDir } from '../project-dir.ts';
import type { SuggestedCommand } from './ecosystem.ts';

export interface PackageManager {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** Runs a script of package.json. */
  readonly script: (name: string) => string;
  /** Runs a program of a dependency. */
  readonly program: (words: string) => string;
}

const MANAGERS: Readonly<Record<PackageManager['name'], PackageManager>> = {
  npm: {
    name: 'npm',
    script: (name) => (name === 'test' ? 'npm test' : `npm run ${name}`),
    program: (words) => `npx ${words}`,
  },
  pnpm: {
    name: 'pnpm',
    script: (name) => (name === 'test' ? 'pnpm test' : `pnpm run ${name}`),
    program: (words) => `pnpm exec ${words}`,
  },
  yarn: {
    name: 'yarn',
    script: (name) => (name === 'test' ? 'yarn test' : `yarn run ${name}`),
    program: (words) => `yarn run ${words}`,
  },
  // `bun test` is Bun's own test runner, whatever the script says.
  bun: { name: 'bun', script: (name) => `bun run ${name}`, program: (words) => `bunx ${words}` },
};

/** npm last: its lock file is what a repository keeps by accident when it moves to another manager. */
export const NODE_LOCKS: readonly (readonly [file: string, manager: PackageManager['name']])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

/** By the `packageManager` field, then by lock file; a package of a workspace has its root's. */
export function packageManagerOf(dir: ProjectDir): PackageManager {
  for (const above of dir.selfAndAncestors) {
    const named = /"packageManager"\s*:\s*"(npm|pnpm|yarn|bun)@/.exec(above.text('package.json'))?.[1];
    if (named && isManager(named)) return MANAGERS[named];
    const lock = NODE_LOCKS.find(([file]) => above.has(file));
    if (lock) return MANAGERS[lock[1]];
  }
  return MANAGERS.npm;
}

function isManager(name: string): name is PackageManager['name'] {
  return Object.hasOwn(MANAGERS, name);
}

/** @returns How the dependencies in this folder are installed; nothing where it has none of its own. */
export function installByManager(dir: ProjectDir, hasDependencies: boolean): readonly SuggestedCommand[] {
  const manager = packageManagerOf(dir);
  const lock = NODE_LOCKS.find(([file, name]) => name === manager.name && dir.has(file))?.[0];
  if (lock) return [{ run: locked(manager.name, dir), why: `from ${lock}` }];
  const ofWorkspace = dir.selfAndAncestors.slice(1).some((above) => NODE_LOCKS.some(([file]) => above.has(file)));
  if (!hasDependencies || ofWorkspace || manager.name !== 'npm') return [];
  // A lock file that nobody asked for would land with the task.
  return [{ run: 'npm install --no-package-lock', why: 'from package.json, which has no lock file' }];
}

function locked(name: PackageManager['name'], dir: ProjectDir): string {
  switch (name) {
    case 'npm':
      return 'npm ci';
    case 'pnpm':
      return 'pnpm install --frozen-lockfile';
    case 'bun':
      return 'bun install --frozen-lockfile';
    case 'yarn':
      return /^# yarn lockfile v1$/m.test(dir.text('yarn.lock'))
        ? 'yarn install --frozen-lockfile'
        : 'yarn install --immutable';
  }
}
