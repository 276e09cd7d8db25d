import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { globMatcher } from '../../../src/task/git/path-glob.ts';
import { ALWAYS_PROTECTED } from '../../../src/task/land/always-protected.ts';

test.each([
  ['src/core/**', 'src/core/a/b.ts', true],
  ['src/core/**', 'src/corex/a.ts', false],
  ['src/*.ts', 'src/a.ts', true],
  ['src/*.ts', 'src/a/b.ts', false],
  ['src/**.ts', 'src/a/b.ts', true],
  ['src/**.ts', 'src/b.ts', true],
  ['**/AGENTS.md', 'AGENTS.md', true],
  ['**/AGENTS.md', 'web/app/AGENTS.md', true],
  ['**/AGENTS.md', 'MYAGENTS.md', false],
  ['docs/', 'docs/a/b.md', true],
  ['./src/a.ts', 'src/a.ts', true],
  ['src/{a,b*}.ts', 'src/bee.ts', true],
  ['src/{a,b}.ts', 'src/c.ts', false],
  ['{src,{lib,test}}/a.ts', 'test/a.ts', true],
  ['src/{a}.ts', 'src/a.ts', true],
  ['.github/**', '.github', true],
  ['a.b', 'axb', false],
  ['src/a?.ts', 'src/a1.ts', true],
  ['src/[id]/(page).tsx', 'src/[id]/(page).tsx', true],
  ['src/[id].ts', 'src/i.ts', false],
  ['!src/a.ts', 'src/b.ts', false],
  ['!src/a.ts', '!src/a.ts', true],
  ['+(a).ts', 'a.ts', false],
  ['a\\b.ts', 'a\\b.ts', true],
  ['a/b.ts', 'a\\b.ts', false],
  ['a\\%.ts', 'a\\%.ts', true],
  ['a\\%.ts', 'a%.ts', false],
  ['a{1..3}.ts', 'a2.ts', false],
])('%s and %s: %s', (glob, path, matches) => {
  expect(globMatcher(glob)(path)).toBe(matches);
});

it.each(['./', '/', '', '{,}'])('a pattern that may be nothing, as %j, matches no path and breaks nothing', (glob) => {
  expect(globMatcher(glob)('a')).toBe(false);
});

it('a choice that may be nothing leaves the others', () => {
  expect(globMatcher('{a,}')('a')).toBe(true);
});

it('a pattern that stands for too many is refused and not tried', () => {
  expect(() => globMatcher('{a,b}'.repeat(40))).toThrow('stands for more than 1000 patterns; write fewer');
  expect(() => globMatcher('a**/'.repeat(40))).toThrow('stands for more than 1000 patterns; write fewer');
});

describe('a name that is meant to slip past', () => {
  it.each(['.github/.hidden/a.yml', '.github/workflows/a\n.yml', '.github/\n', '.github/workflows/\u2028.yml'])(
    'is below the folder that it is in: %j',
    (path) => {
      expect(globMatcher('.github/**')(path)).toBe(true);
    },
  );

  it.each(['AGENTS.md', '.a/AGENTS.md', 'a/\n/AGENTS.md', '..a/AGENTS.md'])('is found at any depth: %j', (path) => {
    expect(globMatcher('**/AGENTS.md')(path)).toBe(true);
  });
});

/** The matcher of 0.1, which every pattern that we ship was written for. */
function matcherOfOld(glob: string): (path: string) => boolean {
  const tokens = /\*\*\/|\/\*\*$|\*+|\?|\{[^{}]*\}|[^*?{}/]+|./gsu;
  const translate = (text: string): string => (text.match(tokens) ?? []).map(token).join('');
  const token = (text: string): string => {
    if (text === '**/') return '(?:[^/]+/)*';
    if (text === '/**') return '(?:/.*)?';
    if (text === '**') return '.*';
    if (text.startsWith('*')) return '[^/]*';
    if (text === '?') return '[^/]';
    if (text.startsWith('{') && text.endsWith('}'))
      return `(?:${text.slice(1, -1).split(',').map(translate).join('|')})`;
    return text.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  };
  const clean = glob.replace(/^\.?\//, '');
  const pattern = new RegExp(`^${translate(clean.endsWith('/') ? `${clean}**` : clean)}$`, 'u');
  return (path) => pattern.test(path);
}

describe('the patterns that we ship', () => {
  const shipped = [
    ...ALWAYS_PROTECTED,
    ...['**/.claude/**', '**/.mcp.json', '**/AGENTS.md', '.gitmodules', '**/.npmrc', '**/.husky/**'],
    'docs/planning/tasks.json',
    'PROGRESS.md',
    'src/core/**',
    'docs/',
    'src/*.ts',
  ];
  const names = shipped.flatMap((glob) => glob.split('/')).filter((name) => name && !name.includes('*'));
  const segment = fc.oneof(
    fc.constantFrom(...names, 'a', '.a', 'a.ts', '...', '[a]', '(a)', '!a', 'a b', 'ä', '💣', '\\', '-', '#'),
    fc.string({ minLength: 1, unit: 'grapheme' }),
  );
  // What git can hold: no empty names, and neither `.` nor `..`.
  const path = fc
    .array(segment, { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join('/'))
    .filter((text) =>
      text
        .split('/')
        .every((part) => part !== '' && part !== '.' && part !== '..' && !/[\n\r\u2028\u2029\0]/.test(part)),
    );

  it.each(shipped)('%s matches what it matched before', (glob) => {
    const [now, before] = [globMatcher(glob), matcherOfOld(glob)];

    fc.assert(fc.property(path, (text) => now(text) === before(text)));
    fc.assert(
      fc.property(
        path,
        (text) =>
          globMatcher(glob.toLowerCase())(text.toLowerCase()) === matcherOfOld(glob.toLowerCase())(text.toLowerCase()),
      ),
    );
  });

  it('a pattern of anybody guards at least what it guarded before', () => {
    const part = fc.constantFrom(
      '**',
      '*',
      'a',
      '.a',
      'a*',
      'a**',
      '*.ts',
      '?',
      '{a,b}',
      '{a,*.ts}',
      '**.ts',
      'a**b',
      '[a]',
    );
    const glob = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const short = fc
      .array(fc.constantFrom('a', 'b', '.a', 'ab', 'a.ts', '.ts', '[a]', 'axb'), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join('/'));

    fc.assert(
      fc.property(glob, short, (pattern, text) => !matcherOfOld(pattern)(text) || globMatcher(pattern)(text)),
      { numRuns: 3_000 },
    );
  });

  it('find what they guard in the same paths: the property is no comparison of nothing', () => {
    const hits = fc.sample(path, 1_000).filter((text) => shipped.some((glob) => globMatcher(glob)(text)));

    expect(hits.length).toBeGreaterThan(50);
  });
});
