import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { workspaceExports } from '../workspaces.ts';
import type { ImportGraph } from './circles.ts';
import { readSource, type SourceFile } from './source-file.ts';

/** Every file of our own in TypeScript, by what it is for. */
export interface Tree {
  readonly root: string;
  readonly files: ReadonlyMap<string, SourceFile>;
  /** What packages of this repository export by which name. */
  readonly packages: ReadonlyMap<string, string>;
}

const FOLDERS = ['src', 'packages', 'build', 'bench', 'test'];

/** @param folders Those that are read; what is asked of imports among src/ and packages needs no other. */
export function readTree(root: string, folders: readonly string[] = FOLDERS): Tree {
  const paths = [...folders.flatMap((folder) => typescriptIn(root, folder)), ...topLevel(root)];
  const files = paths.sort().map((path) => [path, readSource(path, readFileSync(join(root, path), 'utf8'))] as const);
  return { root, files: new Map(files), packages: workspaceExports(root) };
}

/** Whether a file is what the numbers are about: src/ and the sources of packages. */
export function isCounted(path: string): boolean {
  return /^(?:src|packages\/[^/]+\/src)\//.test(path);
}

export function isTest(path: string): boolean {
  return /^(?:test|packages\/[^/]+\/test)\//.test(path);
}

/** @returns The file that an import means; undefined where it is none of this tree. */
export function resolveImport(tree: Tree, path: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return tree.packages.get(specifier);
  const target = posix.join(posix.dirname(path), specifier);
  return tree.files.has(target) ? target : undefined;
}

/** Imports among the files of src/ and packages, types and `import()` included. */
export function importGraph(tree: Tree): ImportGraph {
  const counted = [...tree.files.values()].filter(({ path }) => isCounted(path));
  return new Map(
    counted.map(({ path, imports, exports }) => {
      const specifiers = [...imports, ...exports.flatMap(({ from }) => from ?? [])].map(({ specifier }) => specifier);
      const targets = specifiers.flatMap((specifier) => resolveImport(tree, path, specifier) ?? []);
      return [path, [...new Set(targets)].sort()];
    }),
  );
}

function typescriptIn(root: string, folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).replaceAll(sep, '/'))
    .filter((path) => path.endsWith('.ts') && !path.includes('node_modules/') && !isFixture(path));
}

/** What tests read or run as somebody else's. */
function isFixture(path: string): boolean {
  return /\/(?:cases|golden|fixtures)\//.test(path);
}

function topLevel(root: string): readonly string[] {
  return readdirSync(root).filter((name) => name.endsWith('.ts'));
}
