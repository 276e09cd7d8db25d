import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
