import { expect, test } from 'vitest';
import { globMatcher } from '../../../src/task/git/path-glob.ts';

test.each([
  ['src/core/**', 'src/core/a/b.ts', true],
  ['src/core/**', 'src/corex/a.ts', false],
  ['src/*.ts', 'src/a.ts', true],
  ['src/*.ts', 'src/a/b.ts', false],
  ['**/AGENTS.md', 'AGENTS.md', true],
  ['**/AGENTS.md', 'web/app/AGENTS.md', true],
  ['**/AGENTS.md', 'MYAGENTS.md', false],
  ['docs/', 'docs/a/b.md', true],
  ['./src/a.ts', 'src/a.ts', true],
  ['src/{a,b*}.ts', 'src/bee.ts', true],
  ['src/{a,b}.ts', 'src/c.ts', false],
  ['.github/**', '.github', true],
  ['a.b', 'axb', false],
  ['src/a?.ts', 'src/a1.ts', true],
  ['src/[id]/(page).tsx', 'src/[id]/(page).tsx', true],
])('%s and %s: %s', (glob, path, matches) => {
  expect(globMatcher(glob)(path)).toBe(matches);
});
