import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Assignment } from '../../../../src/task/protocol/assignment.ts';
import { guard } from '../../../../src/task/verify/guard/guard.ts';
import { type GitIn, openGit } from '../../support/git.ts';

let git: GitIn;
beforeEach(async () => {
  git = openGit(await mkdtemp(join(tmpdir(), 'agent-waves-guard-')));
  await git.run('init', '--quiet', '--initial-branch=main');
});
afterEach(() => rm(git.folder, { recursive: true, force: true }));

type Files = Readonly<Record<string, string | null>>;

async function commit(files: Files): Promise<string> {
  await git.write(files);
  await git.run('add', '--all', '--force');
  await git.run('commit', '--quiet', '-m', 'x');
  return git.run('rev-parse', 'HEAD');
}

/** What the guard finds between two states of a repository. */
async function found(before: Files, after: Files): Promise<readonly string[]> {
  const onto = await commit(before);
  const tree = `${await commit(after)}^{tree}`;
  const assignment = {
    task: { title: 'Walls', outputs: [], touches: [] },
    rules: { checks: { integration: {} }, guard: 'strict' },
  } as unknown as Assignment;
  const repository = { gitDir: join(git.folder, '.git'), remote: '', token: '' };
  const { findings } = await guard(repository, { assignment, onto, tree });
  return findings.map(({ file, message }) => `${file}: ${message}`);
}

test('a test that goes is seen, however many new files lie before it', async () => {
  const many = Array.from({ length: 2_100 }, (_, at) => [`.a/${at}.txt`, 'a'] as const);

  expect(
    await found({ 'z.test.ts': "test('one', () => {});\n" }, { ...Object.fromEntries(many), 'z.test.ts': null }),
  ).toEqual(['z.test.ts: 1 test fewer than before: 1, now 0']);
});

const TESTS = { 'test/a.test.ts': "test('one', () => {});\n", 'pkg/src/a.ts': 'a\n' };

describe('settings that were not there before, beside what they may leave out', () => {
  test.each<[string, Files, Files, string]>([
    [
      'of a test runner',
      {},
      { 'vitest.config.ts': 'a' },
      'vitest.config.ts: the configuration of the test runner is new',
    ],
    [
      'that go before those of a section',
      {},
      { 'pytest.ini': '[pytest]' },
      'the configuration of the test runner is new',
    ],
    ['in package.json', { 'package.json': '{}' }, { 'package.json': '{"jest":{"a":1}}' }, 'under `jest` are new'],
    [
      'in pyproject.toml',
      { 'pyproject.toml': '[project]\n' },
      { 'pyproject.toml': '[project]\n[tool.pytest.ini_options]\naddopts = "-k a"\n' },
      'the section `[tool.pytest.ini_options]` is new',
    ],
    [
      'within those of a build',
      { 'vite.config.ts': 'a({})' },
      { 'vite.config.ts': 'a({ test: { a: 1 } })' },
      'under `test`',
    ],
    ['that choose', {}, { 'test/conftest.py': 'collect_ignore_glob = ["*"]\n' }, 'a new hook chooses among the tests'],
    [
      'of a linter that has some already',
      { 'biome.json': '{}' },
      { 'pkg/biome.json': '{"root":false}' },
      'pkg/biome.json: the configuration of the linter is new',
    ],
  ])('%s', async (_, before, after, expected) => {
    const all = await found({ ...TESTS, ...before }, after);

    expect(all).toHaveLength(1);
    expect(all[0]).toContain(expected);
  });

  test.each<[string, Files]>([
    ['where a new part of the repository has its own', { 'new/vitest.config.ts': 'a', 'new/biome.json': '{}' }],
    ['where nothing was linted', { 'eslint.config.js': 'a' }],
    ['of fixtures alone', { 'test/conftest.py': '@pytest.fixture\ndef a(): pass\n' }],
  ])('and none %s', async (_, after) => {
    expect(await found({ ...TESTS }, after)).toEqual([]);
  });
});

describe('files that git keeps and is told to ignore, as linters do then', () => {
  test.each<[string, Files, string]>([
    ['a folder', { '.gitignore': 'dist\n/pkg/\n' }, '.gitignore: 1 file of the repository is ignored from now on'],
    ['names in any folder', { '.gitignore': '*.ts\n' }, '.gitignore: 2 files of the repository are ignored'],
    ['from within a folder', { 'pkg/.gitignore': 'src/*\n' }, 'pkg/.gitignore: 1 file of the repository is ignored'],
  ])('%s', async (_, after, expected) => {
    expect((await found({ ...TESTS, '.gitignore': 'dist\n' }, after)).join()).toContain(expected);
  });

  test.each<[string, Files]>([
    ['what is only made', { '.gitignore': 'dist\n.env\ncoverage/\n' }],
    ['what goes with it', { '.gitignore': 'dist\npkg/\n', 'pkg/src/a.ts': null }],
  ])('but not %s', async (_, after) => {
    expect(await found({ ...TESTS, '.gitignore': 'dist\n' }, after)).toEqual([]);
  });
});
