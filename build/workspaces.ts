import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** @returns What can be imported from packages of this repository, each with the source file that it means, from the root. */
export function workspaceExports(root: string): ReadonlyMap<string, string> {
  const folder = join(root, 'packages');
  const folders = existsSync(folder) ? readdirSync(folder) : [];
  return new Map(folders.flatMap((name) => exportsOf(root, posix.join('packages', name))));
}

function exportsOf(root: string, folder: string): readonly (readonly [string, string])[] {
  const file = join(root, folder, 'package.json');
  if (!existsSync(file)) return [];
  const { name, exports = {} }: Manifest = JSON.parse(readFileSync(file, 'utf8'));
  return Object.entries(exports).map(([path, target]) => [posix.join(name, path), posix.join(folder, target)]);
}

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string>>;
}
