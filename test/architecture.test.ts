import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { importCircles } from '../build/house/circles.ts';
import { readSource } from '../build/house/source-file.ts';
import { importGraph, readTree } from '../build/house/tree.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A part of src/: one of its folders, or `reconcile`, the program on one page. */
type Part = keyof typeof MAY_IMPORT;

/** In the order in which they build on each other. */
const PURE = ['plan', 'state', 'text', 'decide', 'pictures', 'progress', 'planning'] as const;
const BELOW_HOSTS = [...PURE, 'github', 'reconcile'] as const;

/** Who may import whom; everybody may import from its own folder. */
const MAY_IMPORT = {
  plan: [],
  state: ['plan'],
  text: ['plan', 'state'],
  decide: ['plan', 'state', 'text'],
  pictures: ['plan', 'state', 'text', 'decide'],
  progress: ['plan', 'state', 'text', 'decide', 'pictures'],
  planning: ['plan', 'state', 'text', 'decide', 'pictures', 'progress'],
  github: PURE,
  reconcile: [...PURE, 'github'],
  hosts: BELOW_HOSTS,
  task: BELOW_HOSTS,
  cli: [...BELOW_HOSTS, 'hosts', 'task'],
  'embedded-github': [],
} satisfies Record<string, readonly string[]>;

/** They turn values into values. */
const PACKAGES_OF_PURE = [
  'zod',
  'zod/mini',
  'js-yaml',
  'jsonc-parser',
  'mdast',
  'mdast-util-from-markdown',
  'mdast-util-frontmatter',
  'mdast-util-gfm',
  'mdast-util-to-string',
  'micromark-extension-frontmatter',
  'micromark-extension-gfm',
];

const IMPURE: readonly (readonly [RegExp, string])[] = [
  [/(?<![.\w])Date\.now\b|(?<![.\w])new Date\(\s*\)|(?<!new )(?<![.\w])Date\(/, 'reads a clock'],
  [/(?<![.\w])performance\b/, 'reads a clock'],
  [/\bMath\.random\b|(?<![.\w])crypto\./, 'is random'],
  [/(?<![.\w])process\b|(?<![.\w])globalThis\b/, 'looks at the process'],
  [/(?<![.\w])fetch\(/, 'speaks to the network'],
  [/(?<![.\w])(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/, 'waits'],
  [/(?<![.\w])console\b/, 'writes'],
];

/** Lines above which a file wants a second look, and the files that were given one. */
const MAX_LINES = 250;
const LONG: Readonly<Record<string, string>> = {
  'packages/embedded-github/src/actions/runs.ts': 'the life of a workflow run, from dispatch to end',
};

/** @param file Path from the root of the repository. @returns What breaks a rule, each as `file:line: what; which rule`. */
function violations(file: string, source: string): readonly string[] {
  const part = partOf(file);
  const text = withoutComments(source);
  const at = (index: number) => `${file}:${text.slice(0, index).split('\n').length}`;
  if (part === undefined)
    return [`${file}:1: is in no folder that docs/architecture.md knows; put it into one of ${parts()}`];
  const imports = importsOf(text).flatMap(({ name, index }) => {
    const broken = importProblem({ file, part, name });
    return broken === undefined ? [] : [`${at(index)}: ${broken}`];
  });
  if (!isPure(part)) return imports;
  const impure = impurities(text).map(([index, what]) => `${at(index)}: ${what}`);
  return [...imports, ...impure, ...memories(file, source)];
}

function importProblem({ file, part, name }: { file: string; part: Part; name: string }): string | undefined {
  if (name === 'embedded-github') {
    if (part === 'cli') return undefined;
    return `${part} imports ${name}; the command line alone starts it, so that nothing that ships depends on it`;
  }
  if (!name.startsWith('.')) {
    if (!isPure(part) || PACKAGES_OF_PURE.includes(name)) return undefined;
    return `${part} imports ${name}; pure folders import ${PACKAGES_OF_PURE.join(', ')} and nothing else from outside`;
  }
  if (!/\.(ts|json)$/.test(name)) return `imports ${name}; imports of our own files end in .ts`;
  const target = relative(ROOT, resolve(ROOT, dirname(file), name));
  const other = partOf(target);
  const allowed: readonly string[] = MAY_IMPORT[part];
  if (other === part || (other !== undefined && allowed.includes(other))) return undefined;
  return `${part} imports ${target}; ${part} may import ${allowed.join(', ') || 'nothing but its own folder'}`;
}

function impurities(text: string): readonly (readonly [number, string])[] {
  const code = text.replace(/'(?:\\.|[^'\\\n])*'/g, blank);
  return IMPURE.flatMap(([pattern, what]) =>
    [...code.matchAll(new RegExp(pattern, 'g'))].map(
      ({ 0: found, index }) =>
        [index, `\`${found}\` ${what}; in pure folders time comes in as snapshot.now, and nothing goes out`] as const,
    ),
  );
}

function memories(file: string, source: string): readonly string[] {
  return readSource(file, source).mutables.map(
    ({ line, name, what }) =>
      `${file}:${line}: \`${name}\` (${what}) outlives a call; in pure folders what is remembered is handed in and returned, and the host keeps it`,
  );
}

function importsOf(text: string): readonly { name: string; index: number }[] {
  const statements = /^(?:import|export)\b(?:[^;'"]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;
  const expressions = /\bimport\(\s*(?:'([^']*)'|"([^"]*)"|([^)\s]+))/g;
  return [
    ...[...text.matchAll(statements)].map(({ 1: name = '', index }) => ({ name, index })),
    ...[...text.matchAll(expressions)].map(({ 1: single, 2: double, 3: computed = '', index }) => ({
      name: single ?? double ?? `./${computed}`,
      index,
    })),
  ];
}

/** Blanks comments and keeps every line where it is. Text in quotes may hold what looks like a comment. */
function withoutComments(source: string): string {
  const tokens = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  return source.replace(tokens, (token) => (token.startsWith('/') ? blank(token) : token));
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

function partOf(file: string): Part | undefined {
  const name = /^(?:src\/(?:(reconcile)\.ts$|(\w+)\/)|packages\/([\w-]+)\/src\/)/.exec(file);
  const part = name?.[1] ?? name?.[2] ?? name?.[3];
  return part !== undefined && Object.hasOwn(MAY_IMPORT, part) ? (part as Part) : undefined;
}

function isPure(part: Part): boolean {
  return PURE.some((name) => name === part);
}

function parts(): string {
  return Object.keys(MAY_IMPORT).join(', ');
}

const FILES = ['src', 'packages/embedded-github/src']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((name) => name.endsWith('.ts'))
  .sort();

test('every file of src keeps the rules of its folder', () => {
  const broken = FILES.flatMap((file) => violations(file, readFileSync(join(ROOT, file), 'utf8')));

  expect(FILES.length).toBeGreaterThan(100);
  expect(broken).toEqual([]);
});

test('no file reaches itself by imports, of types or of values', () => {
  const graph = importGraph(readTree(ROOT, ['src', 'packages']));

  expect([...graph.keys()].sort()).toEqual(FILES);
  expect(importCircles(graph).map((path) => path.join(' → '))).toEqual([]);
});

test(`a file of more than ${MAX_LINES} lines is listed with its reason, and no other is`, () => {
  const lines = (file: string) => readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n').length;
  const long = FILES.filter((file) => lines(file) > MAX_LINES);

  expect(long).toEqual(Object.keys(LONG).sort());
});

describe('the rules', () => {
  it.each([
    ['src/plan/load.ts', "import { Subject } from '../state/subjects.ts';", 'plan may import nothing but its own'],
    ['src/state/classify.ts', "import type { Effect } from '../decide/effects/effect.ts';", 'state may import plan'],
    ['src/github/write/apply.ts', "export { reconcile } from '../../reconcile.ts';", 'github may import plan, state'],
    [
      'src/hosts/server/app.ts',
      "import { claim } from '../../task/claim/claim.ts';",
      'hosts imports src/task/claim/claim.ts',
    ],
    [
      'src/task/run-step.ts',
      "const app = await import('../hosts/server/app.ts');",
      'task imports src/hosts/server/app.ts',
    ],
    [
      'packages/embedded-github/src/actions/runs.ts',
      "import { LABEL } from '../../../src/state/names.ts';",
      'embedded-github may import nothing but',
    ],
    [
      'src/reconcile.ts',
      "import { serve } from './hosts/server/serve.ts';",
      'reconcile imports src/hosts/server/serve.ts',
    ],
    ['src/cli/main.ts', "import { version } from '../../package.ts';", 'cli imports package.ts'],
    ['src/state/names.ts', "import {\n  LABEL,\n} from './label';", 'end in .ts'],
    ['src/task/run-step.ts', 'await import(name);', 'imports ./name'],
    ['src/plan/load.ts', "import 'node:fs';", 'pure folders import zod'],
    ['src/decide/decide.ts', "import { Octokit } from '@octokit/rest';", 'pure folders import zod'],
    ['src/utils/text.ts', 'export const a = 1;', 'is in no folder'],
  ])('in %s refuse %s', (file, source, message) => {
    const [found = '', ...more] = violations(file, source);

    expect(found).toMatch(new RegExp(`^${file}:1: `));
    expect(found).toContain(message);
    expect(more).toEqual([]);
  });

  it.each([
    'Date.now()',
    'new Date()',
    'Date()',
    'performance.now()',
    'Math.random()',
    'crypto.randomUUID()',
    'process.env.HOME',
    'fetch(url)',
    'setTimeout(done, 1)',
    'console.log(1)',
  ])('refuse %s in a pure folder at its line, and nowhere else', (expression) => {
    const source = `// ${expression}\nexport const text = '${expression}';\nexport const value = ${expression};\n`;

    const pure = violations('src/decide/decide.ts', source);

    expect(pure).toHaveLength(1);
    expect(pure[0]).toMatch(/^src\/decide\/decide\.ts:3: /);
    expect(violations('src/github/read/read.ts', source)).toEqual([]);
  });

  it.each([
    'let latest = 0;',
    'const known = new WeakMap<Plan, Graph>();',
    'export const seen = new Set<string>();',
    'const counts = new Map([[1, 0]]); export const count = () => counts.set(1, 2);',
    'const order: string[] = []; export const remember = (name: string) => order.push(name);',
  ])('refuse what a pure folder keeps between calls: %s', (statement) => {
    const source = `// A cache.\n${statement}\n`;

    const pure = violations('src/decide/decide.ts', source);

    expect(pure).toHaveLength(1);
    expect(pure[0]).toMatch(/^src\/decide\/decide\.ts:2: `\w+` \(\w+\) outlives a call/);
    expect(violations('src/github/read/observe.ts', source)).toEqual([]);
  });

  it('allow tables at the top level, and collections that live as long as a call', () => {
    const source = [
      "const TABLE = new Map([['a', 1]]);",
      "const WORDS: ReadonlySet<string> = new Set(['a']);",
      'export function distinct(words: readonly string[]) { let seen = new Set<string>(); seen.add(WORDS, TABLE); return seen; }',
    ].join('\n');

    const found = violations('src/state/snapshot.ts', source);

    expect(found).toEqual([]);
  });

  it('allow what is computed from what came in', () => {
    const source = [
      "import * as z from 'zod';",
      "import { TaskId } from '../plan/plan.ts'; // from '../hosts/server/app.ts'",
      "const at = new Date(now).toISOString() + Date.parse(text) + input.process + 'https://github.com';",
      "/* import '../hosts/server/app.ts' */",
    ].join('\n');

    const found = violations('src/state/snapshot.ts', source);

    expect(found).toEqual([]);
  });
});
