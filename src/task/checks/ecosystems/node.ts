import { readNpmManifest } from '../npm-manifest.ts';
import type { ProjectDir } from '../project-dir.ts';
import { type DetectableCheck, type Ecosystem, firstFile, type SuggestedCommand, withoutEmpty } from './ecosystem.ts';
import { installByManager, NODE_LOCKS, packageManagerOf } from './package-manager.ts';

/** JavaScript and TypeScript: the scripts of package.json, then tools by their configuration. */
export const node: Ecosystem = {
  name: 'JavaScript or TypeScript',
  manifests: ['package.json'],
  locks: [...NODE_LOCKS.map(([file]) => file), 'pnpm-workspace.yaml', '.npmrc', '.yarnrc.yml'],
  checks: (dir) => {
    const manifest = readManifest(dir.text('package.json'));
    const choose = (name: DetectableCheck) => [script(dir, { manifest, name }) ?? tool(dir, { manifest, name })];
    return withoutEmpty({ compile: choose('compile'), test: choose('test'), lint: choose('lint') });
  },
  install: (dir) => {
    if (!dir.has('package.json') && !NODE_LOCKS.some(([file]) => dir.has(file))) return [];
    return installByManager(dir, readManifest(dir.text('package.json')).dependencies.size > 0);
  },
};

interface Manifest {
  readonly scripts: ReadonlyMap<string, string>;
  readonly dependencies: ReadonlySet<string>;
}

function readManifest(text: string): Manifest {
  const { scripts, dependencies, devDependencies } = readNpmManifest(text);
  const commands = Object.entries(scripts).flatMap(([name, script]) =>
    typeof script === 'string' ? [[name, script] as const] : [],
  );
  return {
    scripts: new Map(commands),
    dependencies: new Set([...Object.keys(dependencies), ...Object.keys(devDependencies)]),
  };
}

const SCRIPTS: Readonly<Record<DetectableCheck, readonly string[]>> = {
  compile: ['compile', 'typecheck', 'type-check', 'check-types', 'types', 'tsc', 'build'],
  test: ['test', 'tests', 'test:unit'],
  lint: ['lint', 'eslint'],
};

function script(
  dir: ProjectDir,
  { manifest: { scripts }, name }: { readonly manifest: Manifest; readonly name: DetectableCheck },
): SuggestedCommand | undefined {
  const found = SCRIPTS[name].find((candidate) => !isPlaceholder(scripts.get(candidate) ?? ''));
  if (found === undefined) return undefined;
  return { run: packageManagerOf(dir).script(found), why: `from the \`${found}\` script of package.json` };
}

/** What `npm init` writes, and whatever else only talks: such a script checks nothing. */
function isPlaceholder(script: string): boolean {
  return script.split(/&&|\|\||;/).every((part) => /^\s*(?:echo\b.*|exit(?:\s+\d+)?|true|:|)\s*$/.test(part));
}

const ESLINT = [
  ...['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map((end) => `eslint.config.${end}`),
  ...['.json', '.js', '.cjs', '.yml', '.yaml', ''].map((end) => `.eslintrc${end}`),
];

function tool(
  dir: ProjectDir,
  { manifest: { dependencies }, name }: { readonly manifest: Manifest; readonly name: DetectableCheck },
): SuggestedCommand | undefined {
  const { program } = packageManagerOf(dir);
  const by = (file: string | undefined, words: string) => file && { run: program(words), why: `from ${file}` };
  const needs = (dependency: string, words: string) =>
    dependencies.has(dependency)
      ? { run: program(words), why: `from ${dependency} among the dependencies of package.json` }
      : undefined;
  switch (name) {
    case 'compile':
      return by(firstFile(dir, ['tsconfig.json']), 'tsc --noEmit') || undefined;
    case 'test':
      return needs('vitest', 'vitest run') ?? needs('jest', 'jest') ?? needs('mocha', 'mocha');
    case 'lint':
      return (
        by(firstFile(dir, ['biome.json', 'biome.jsonc']), 'biome lint') ||
        by(firstFile(dir, ESLINT), 'eslint .') ||
        undefined
      );
  }
}
