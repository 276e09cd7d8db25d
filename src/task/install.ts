import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A lock file says which tool installs, and exactly what. */
const LOCKED: readonly (readonly [file: string, command: string])[] = [
  ['package-lock.json', 'npm ci'],
  ['npm-shrinkwrap.json', 'npm ci'],
  ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile'],
  ['yarn.lock', 'yarn install --immutable'],
  ['bun.lock', 'bun install --frozen-lockfile'],
  ['uv.lock', 'uv sync --frozen'],
  ['poetry.lock', 'poetry install'],
];

/** @returns Commands that bring a checkout's dependencies: none where no lock file says how. */
export function detectInstall(workspace: string): readonly string[] {
  const commands = LOCKED.filter(([file]) => existsSync(join(workspace, file))).map(([, command]) => command);
  return [...new Set(commands)];
}
