import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runCheck } from '../../../src/task/checks/run-check.ts';
import { untilGone } from '../support/processes.ts';

let folder: string;
beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-check-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function check(run: string, { limitMs = 60_000, tries = 3, commands = [run] } = {}) {
  return runCheck(
    { name: 'test', commands: commands.map((each) => ({ run: each, paths: [], why: 'from a test' })) },
    {
      workspace: folder,
      environment: { PATH: process.env.PATH, HOME: folder },
      logOf: (name) => join(folder, 'logs', `${name}.log`),
      tries,
      limitMs,
      signal: new AbortController().signal,
    },
  );
}

test('a check that does not end is killed at its limit with all that it started, and is not tried again', async () => {
  const run = 'sleep 300 & echo $! >> pids; wait';

  const { check: ended, failure } = await check(run, { limitMs: 2_000 });

  expect(ended).toMatchObject({ status: 'failed', tries: 1 });
  expect(failure?.what).toContain(`(check_minutes): \`${run}\``);
  const [pid, ...others] = (await readFile(join(folder, 'pids'), 'utf8')).trim().split('\n').map(Number);
  expect(others).toEqual([]);
  await untilGone(pid ?? 0);
});

test('a check runs without what the shell of its home would say first', async () => {
  for (const name of ['.bashrc', '.bash_profile', '.profile']) await writeFile(join(folder, name), 'exit 0\n');

  const { failure } = await check('exit 3', { tries: 1 });

  expect(failure?.what).toBe('test failed: `exit 3`');
});

test('the report that a runner leaves tells more than its output, and an old one tells nothing', async () => {
  const report = (name: string) =>
    `<testsuite><testcase name="${name}" classname="walls"><failure message="fell"/></testcase></testsuite>`;
  const old = `mkdir -p old/test-results && echo '${report('old')}' > old/test-results/r.xml && touch -d '2020-01-01' old/test-results/r.xml`;
  const run = `${old}; mkdir -p a/reports && echo '${report('stand')}' > a/reports/r.xml; echo 'not ok 1 - stand'; exit 1`;

  const { findings, failure } = await check(run, { tries: 1 });

  expect(findings).toEqual([{ check: 'test', name: 'walls › stand', message: 'fell' }]);
  expect(failure?.output).toBe('walls › stand: fell');
});

test('output of a kind that nobody knows is kept by its last lines', async () => {
  const { failure, findings } = await check('seq 1 500; exit 1', { tries: 1 });

  expect(findings).toEqual([]);
  expect(failure?.output.split('\n')).toHaveLength(60);
  expect(failure?.output.endsWith('\n500')).toBe(true);
});

test('the commands of a check run in order, up to the one that fails', async () => {
  const { failure } = await check('', { commands: ['touch first', 'exit 3', 'touch third'], tries: 1 });

  expect(failure?.what).toBe('test failed: `exit 3`');
  await expect(readFile(join(folder, 'first'))).resolves.toBeDefined();
  await expect(readFile(join(folder, 'third'))).rejects.toThrow('ENOENT');
});

test('more findings than a reader reads are cut, and every one keeps within its bounds', async () => {
  const line = (index: number) => `not ok ${index} - ${index}${'n'.repeat(500)}`;
  const run = `cat <<'END'\n${Array.from({ length: 60 }, (_, index) => line(index)).join('\n')}\nEND\nexit 1`;

  const { findings, failure } = await check(run, { tries: 1 });

  expect(findings).toHaveLength(20);
  expect(Math.max(...findings.map(({ name = '' }) => name.length))).toBe(200);
  expect(failure?.what.length).toBeLessThanOrEqual(400);
  expect(failure?.output.length).toBeLessThanOrEqual(4_000);
});
