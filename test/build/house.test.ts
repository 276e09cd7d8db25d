import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { importCircles } from '../../build/house/circles.ts';
import { describeHouse, type Room } from '../../build/house/report.ts';
import { readSource } from '../../build/house/source-file.ts';
import { readTree } from '../../build/house/tree.ts';

const HOUSE = fileURLToPath(new URL('../../build/house.ts', import.meta.url));

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** @param files Their texts by path. @returns The folder. */
function house(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'house-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const describe = (files: Readonly<Record<string, string>>) => describeHouse(readTree(house(files)));
const lines = (count: number) => '//\n'.repeat(count);
const names = (exports: readonly { name: string }[]) => exports.map(({ name }) => name);

test('a folder below a part is a room of its own, with all that lies in it', () => {
  const { rooms, total } = describe({
    'src/reconcile.ts': lines(1),
    'src/plan/load.ts': lines(2),
    'src/plan/graph.ts': lines(4),
    'src/decide/fold/events.ts': lines(5),
    'src/decide/fold/more/deep.ts': lines(9),
    'packages/embedded/src/git/ref.ts': lines(3),
    'packages/embedded/test/git/ref.test.ts': lines(70),
    'test/plan/load.test.ts': lines(80),
  });

  expect(rooms).toEqual([
    room({ room: 'packages/embedded/src/git', files: 1, lines: 3, median: 3, longest: ['git/ref.ts', 3] }),
    room({ room: 'src', files: 1, lines: 1, median: 1, longest: ['reconcile.ts', 1] }),
    room({ room: 'src/decide/fold', files: 2, lines: 14, median: 7, longest: ['more/deep.ts', 9] }),
    room({ room: 'src/plan', files: 2, lines: 6, median: 3, longest: ['graph.ts', 4] }),
  ]);
  expect(total).toMatchObject({ files: 6, lines: 24, median: 3.5 });
});

function room({
  longest: [path, lines],
  ...rest
}: Omit<Room, 'longest' | 'manyParameters'> & { longest: [string, number] }) {
  return { ...rest, manyParameters: 0, longest: { path: expect.stringMatching(`${path}$`), lines } };
}

test('types, import() and what is passed on close a circle like any other import', () => {
  const { circles } = describe({
    'src/plan/a.ts': "import type { B } from './b.ts';\nexport type A = B;\n",
    'src/plan/b.ts': "export type B = import('./c.ts').C;\n",
    'src/plan/c.ts': "export * from './d.ts';\nexport type C = 1;\n",
    'src/plan/d.ts': "export const load = () => import('./a.ts');\n",
    'src/plan/e.ts': "import './a.ts';\nimport './e.ts';\n",
    'packages/embedded/package.json': '{ "name": "embedded", "exports": { "./runner": "./src/runner.ts" } }',
    'packages/embedded/src/runner.ts': "import '../../../src/state/f.ts';\n",
    'src/state/f.ts': "import 'embedded/runner';\n",
  });

  expect(circles).toEqual([
    ['packages/embedded/src/runner.ts', 'src/state/f.ts', 'packages/embedded/src/runner.ts'],
    ['src/plan/a.ts', 'src/plan/b.ts', 'src/plan/c.ts', 'src/plan/d.ts', 'src/plan/a.ts'],
    ['src/plan/e.ts', 'src/plan/e.ts'],
  ]);
});

test('of files that all reach each other one shortest circle is shown, and a diamond is none', () => {
  const circles = importCircles(
    new Map([
      ['a', ['b', 'd']],
      ['b', ['c']],
      ['c', ['a']],
      ['d', ['a', 'zod']],
      ['top', ['left', 'right']],
      ['left', ['bottom']],
      ['right', ['bottom']],
      ['bottom', []],
    ]),
  );

  expect(circles).toEqual([['a', 'd', 'a']]);
});

test('a function of 41 lines is long, one of 40 is not, and a callback is part of the function around it', () => {
  const body = (count: number) => '\n'.repeat(count - 1);
  const { functions } = describe({
    'src/plan/a.ts': `export function fits() {${body(40)}}\n\nexport function long() {${body(41)}}\n`,
    'src/plan/b.ts': `class B {\n  method() {\n    list.map(() => {${body(50)}});\n  }\n}\nconst held = () => {${body(45)}};\n`,
  });

  expect(functions).toEqual({
    count: 4,
    long: 3,
    longest: [
      { at: 'src/plan/b.ts:2 method', lines: 52 },
      { at: 'src/plan/b.ts:55 held', lines: 45 },
      { at: 'src/plan/a.ts:42 long', lines: 41 },
    ],
  });
});

test('three positional parameters are too many; an object, `this` and what a callback takes are not', () => {
  const { total } = describe({
    'src/plan/a.ts': [
      'export function three(a: 1, b: 2, c: 3) {}',
      'export const held = (a: 1, b: 2, ...rest: 3[]) => {};',
      'export function two({ a, b, c }: Abc, d: 4) {}',
      'export function bound(this: Abc, a: 1, b: 2) {}',
      'list.reduce((a, b, c) => a);',
      'export class A { constructor(a: 1, b: 2, c: 3) {} #hidden(a: 1, b: 2, c: 3) {} }',
      '',
    ].join('\n'),
  });

  expect(total.manyParameters).toBe(4);
});

test('a type name counts as shared when two files declare it, not when one passes it on', () => {
  const { sharedTypeNames } = describe({
    'src/plan/a.ts': 'export type Step = 1;\nexport interface Only {}\nexport const Value = 1;\n',
    'src/plan/b.ts': "export interface Step {}\nexport type { Only } from './a.ts';\ntype Value = 2;\n",
    'test/c.test.ts': 'export type Only = 1;\n',
  });

  expect(sharedTypeNames).toEqual([{ name: 'Step', files: ['src/plan/a.ts', 'src/plan/b.ts'] }]);
});

test('an export is used when the command line, the action or a program in build reaches it', () => {
  const { usedByTestsOnly, usedByNobody } = describe({
    'src/cli/main.ts': "const { a } = await import('../plan/a.ts');\n(await import('../plan/b.ts')).b();\n",
    'src/plan/a.ts': "import { type Inner } from './inner.ts';\nexport const a = 1;\nexport const unasked = 2;\n",
    'src/plan/b.ts': "export function b() {}\nexport { passed, kept } from './inner.ts';\n",
    'src/plan/inner.ts':
      'export type Inner = 1;\nexport const passed = 1;\nexport const kept = 2;\nexport const built = 3;\n',
    'src/plan/island.ts': "import { passed } from './b.ts';\nexport const island = passed;\n",
    'build/all.ts': "import * as inner from '../src/plan/built.ts';\n",
    'src/plan/built.ts': "export { built as renamed } from './inner.ts';\n",
    'test/plan/a.test.ts':
      "import { unasked } from '../../src/plan/a.ts';\nimport { kept } from '../../src/plan/b.ts';\n",
  });

  expect(names(usedByTestsOnly)).toEqual(['unasked', 'kept', 'kept']);
  expect(names(usedByNobody)).toEqual(['passed', 'passed', 'island']);
});

test('what a module keeps between calls is found at its top level only', () => {
  const { mutables } = readSource(
    'src/plan/a.ts',
    [
      'let count = 0;',
      'const cache = new WeakMap();',
      'export const seen = new Set<string>();',
      'const order: string[] = [];',
      'const TABLE = new Map([[1, 2]]);',
      'const settings = { a: 1 };',
      'const known = new WeakMap<object, number>();',
      'const filled = new Map();',
      'const FIXED = new Set(["a"]);',
      'function use() { let own = 1; const inner = new Map(); inner.set(own, 1); order.push("a"); fill(filled); }',
      'cache.set({}, 1); seen.add("b"); settings.a = 2; TABLE.get(1);',
      '',
    ].join('\n'),
  );

  expect(mutables.map(({ line, name, what }) => `${line} ${name} ${what}`)).toEqual([
    '1 count let',
    '2 cache WeakMap',
    '3 seen Set',
    '4 order Array',
    '6 settings object',
    '7 known WeakMap',
    '8 filled Map',
  ]);
});

test('a file that is no TypeScript is named', () => {
  expect(() => readSource('src/plan/a.ts', 'export const = 1;')).toThrow('src/plan/a.ts: ');
});

const CIRCLE = { 'src/plan/a.ts': "import './b.ts';\n", 'src/plan/b.ts': "import './a.ts';\n" };

test('the program prints tables for people, and fails by circles only when it is asked to check', async () => {
  const root = house(CIRCLE);

  const { stdout } = await run('--root', root);

  expect(stdout).toContain('src/plan      2      2       1  1 a.ts');
  expect(stdout).toContain('1 import circles, types included\n  src/plan/a.ts → src/plan/b.ts → src/plan/a.ts\n');
  await expect(run('--root', root, '--check')).rejects.toMatchObject({
    code: 1,
    stderr: '1 import circles: move what both sides need into a file of its own below them\n',
  });
});

test('the program prints JSON for machines', async () => {
  const { stdout } = await run('--root', house({ 'src/plan/a.ts': '' }), '--json', '--check');

  expect(JSON.parse(stdout)).toMatchObject({ total: { files: 1, lines: 0 }, circles: [] });
});

function run(...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [HOUSE, ...args]);
}
