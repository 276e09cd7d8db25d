import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Conclusion, Verification } from '../../../src/task/protocol/assignment.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { CONFIG, inputsFor, liveRecord, PLAN, type Site, startSite } from '../support/site.ts';

let site: Site | undefined;
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => site?.close());

const WORK = { 'src/a.txt': 'walls\n' };

interface VerifyCase {
  readonly files?: Readonly<Record<string, string>>;
  readonly work?: Readonly<Record<string, string | null>>;
  readonly prepare?: (machine: Machine) => Promise<unknown>;
}

/** One repository, one piece of work, verified. */
async function verified({ files = {}, work = WORK, prepare }: VerifyCase) {
  site = await startSite({ files });
  const issue = await site.createIssue(liveRecord());
  const machine = await startMachine(site, { inputs: inputsFor(issue) });
  await machine.workBy(async (workspace) => {
    await workspace.write(work);
    await prepare?.(machine);
  });
  const end = await machine.step('verify');
  // What failed is in the conclusion.
  const { checks = [], findings = [] } = (end.outputs.verification ?? end.outputs.conclusion) as Partial<Verification>;
  return {
    checks,
    findings,
    statuses: Object.fromEntries(checks.map(({ name, status }) => [name, status])),
    conclusion: end.outputs.conclusion as Conclusion | undefined,
    next: end.outputs.next,
  };
}

/** The plan with its second task changed. */
function plan(changes: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const tasks = PLAN.tasks.map((task) => (task.id === 'A-001' ? { ...task, ...changes } : task));
  return { 'docs/planning/tasks.json': JSON.stringify({ ...PLAN, tasks }) };
}

test('work that passes every check goes on to landing', async () => {
  const { next, statuses } = await verified({});

  expect(next).toBe('land');
  expect(statuses).toEqual({
    compile: 'passed',
    test: 'passed',
    lint: 'absent',
    integration: 'absent',
    outputs: 'passed',
    guard: 'passed',
  });
});

test('a check that fails, then passes, is called flaky and lets the work through', async () => {
  const { next, checks } = await verified({
    files: { 'test.sh': 'test -f "$TMPDIR/again" || { touch "$TMPDIR/again"; exit 1; }\n' },
  });

  expect(next).toBe('land');
  expect(checks.find(({ name }) => name === 'test')).toMatchObject({ status: 'flaky', tries: 2, of: 3 });
});

test('of a flaky test the name is kept, though its work lands', async () => {
  const { next, findings } = await verified({
    files: {
      'test.sh':
        'test -f "$TMPDIR/again" || { touch "$TMPDIR/again"; printf "TAP version 13\nnot ok 1 - walls stand\n"; exit 1; }\n',
    },
  });

  expect(next).toBe('land');
  expect(findings).toEqual([{ check: 'test', name: 'walls stand', message: 'not ok' }]);
});

test('a check that keeps failing ends the attempt with the end of its output, without colours', async () => {
  const { conclusion, statuses } = await verified({
    files: { 'test.sh': 'printf "\\033[31mexpected 2, got 3\\033[0m\\n"; exit 1\n' },
  });

  expect(statuses.test).toBe('failed');
  expect(conclusion).toMatchObject({
    outcome: 'verification',
    failure: { what: 'test failed 3 times: `bash test.sh`', output: 'expected 2, got 3' },
  });
});

test('of a failing test its name, place and message are told, not the end of a log', async () => {
  const log = [
    'TAP version 13',
    '# Subtest: walls stand',
    'not ok 1 - walls stand',
    '  ---',
    "  location: '/somewhere/else/src/a.txt:1:1'",
    "  error: 'expected 2, got 3'",
    '  ...',
    'not ok 2 - roof holds',
    '  ---',
    "  location: 'src/ground.txt:4:1'",
    "  error: 'no roof'",
    '  ...',
    ...Array.from({ length: 2_000 }, (_, index) => `debug ${index}`),
  ].join('\n');

  const { conclusion, findings } = await verified({ files: { 'test.sh': 'cat log.txt; exit 1\n', 'log.txt': log } });

  expect(findings).toEqual([
    { check: 'test', name: 'walls stand', message: 'expected 2, got 3' },
    { check: 'test', file: 'src/ground.txt', line: 4, name: 'roof holds', message: 'no roof' },
  ]);
  expect(conclusion?.failure).toEqual({
    what: 'test failed 3 times: `bash test.sh`; 2 findings, first: walls stand: expected 2, got 3',
    output: 'walls stand: expected 2, got 3\nsrc/ground.txt:4 › roof holds: no roof',
  });
});

test('every check that fails is told, not only the first', async () => {
  const config = CONFIG.replace('lint: none', 'lint: "echo src/ground.txt:1:2 untidy; exit 1"');

  const { conclusion, statuses } = await verified({
    files: { '.github/agent-waves.yml': config, 'test.sh': 'echo "walls fell"; exit 1\n' },
  });

  expect(statuses).toMatchObject({ test: 'failed', lint: 'failed' });
  expect(conclusion?.failure).toEqual({
    what: 'test failed 3 times: `bash test.sh`; lint failed 3 times: `echo src/ground.txt:1:2 untidy; exit 1`',
    output: 'test:\nwalls fell\n\nlint:\nsrc/ground.txt:1:2 untidy',
  });
});

test('in a repository of several projects only those that changed are checked, each in its folder', async () => {
  const detected = CONFIG.replace(/checks:[\s\S]*/, 'checks: { compile: none, lint: none }\n');
  const makefile = (word: string) => `test:\n\t@basename "$$PWD"; ${word}\n`;

  const { checks, next } = await verified({
    files: {
      '.github/agent-waves.yml': detected,
      'src/Makefile': makefile('test "$$(basename "$$PWD")" = src'),
      'web/Makefile': makefile('exit 1'),
    },
  });

  expect(next).toBe('land');
  expect(checks.find(({ name }) => name === 'test')).toMatchObject({ command: 'cd src && make test' });
});

test('what is installed is installed again when a lock file changed, and only then', async () => {
  const installing = CONFIG.replace('install: []', 'install: ["echo x >> \\"$HOME/installed\\""]').replace(
    'test: bash test.sh',
    'test: "test ! -f \\"$HOME/installed\\""',
  );
  const files = { '.github/agent-waves.yml': installing };

  const untouched = await verified({ files });
  await site?.close();
  const changed = await verified({ files, work: { ...WORK, 'web/package-lock.json': '{}' } });

  expect(untouched.statuses.test).toBe('passed');
  expect(changed.statuses.test).toBe('failed');
});

test('an installation that fails before the checks is the failure, and nothing is checked', async () => {
  const installing = CONFIG.replace('install: []', 'install: ["echo cannot resolve; exit 1"]');

  const { conclusion, statuses } = await verified({
    files: { '.github/agent-waves.yml': installing },
    work: { ...WORK, 'package-lock.json': '{}' },
  });

  expect(statuses).toEqual({ compile: 'skipped', test: 'skipped', lint: 'skipped', integration: 'skipped' });
  expect(conclusion?.failure).toEqual({
    what: 'before the checks, `echo cannot resolve; exit 1` failed',
    output: 'cannot resolve',
  });
});

test('what does not compile is not tested', async () => {
  const { statuses, conclusion } = await verified({ work: { ...WORK, 'src/ground.txt': null } });

  expect(statuses).toMatchObject({ compile: 'failed', test: 'skipped', lint: 'skipped' });
  expect(conclusion?.failure?.what).toContain('compile failed');
});

test('a repository where no check can be found does not pass', async () => {
  const { conclusion } = await verified({ files: { '.github/agent-waves.yml': CONFIG.replace(/checks:[\s\S]*/, '') } });

  expect(conclusion?.failure?.what).toContain('no compile, test or lint command was found');
});

test('a repository whose configuration says that there is nothing to check passes', async () => {
  const none = `${CONFIG.replace(/checks:[\s\S]*/, '')}checks: { compile: none, test: none, lint: none }\n`;

  const { next } = await verified({ files: { '.github/agent-waves.yml': none } });

  expect(next).toBe('land');
});

test('a task runs the integration check that it names', async () => {
  const { statuses } = await verified({ files: plan({ integration: 'api' }) });

  expect(statuses.integration).toBe('passed');
});

test('an integration check that the configuration does not know fails and names those that it knows', async () => {
  const { conclusion } = await verified({ files: plan({ integration: 'web' }) });

  expect(conclusion?.failure?.what).toBe(
    'the task names integration check `web`, and checks.integration in .github/agent-waves.yml has api; add it there',
  );
});

test('a declared output that is missing fails the task by name', async () => {
  const { conclusion } = await verified({ files: plan({ outputs: ['src/*.txt', 'docs/**/walls.md'] }) });

  expect(conclusion?.failure?.what).toBe('declared outputs are missing: docs/**/walls.md');
});

test('a declared output that git ignores does not count', async () => {
  const { conclusion } = await verified({ files: { '.gitignore': 'a.txt\n' } });

  expect(conclusion?.failure?.what).toBe('the agent changed nothing; declared outputs are missing: src/a.txt');
});

test('a link out of the repository delivers nothing', async () => {
  const { conclusion } = await verified({
    work: {},
    prepare: ({ workspace }) => symlink('../../../etc/hostname', join(workspace.folder, 'src/a.txt')),
  });

  expect(conclusion?.failure?.what).toBe('changes that a task may not make: src/a.txt links out of the repository');
});

test('an agent that changed nothing fails where the task declares no outputs', async () => {
  const { conclusion } = await verified({ files: plan({ outputs: [] }), work: {} });

  expect(conclusion?.failure?.what).toBe('the agent changed nothing');
});

test('a command that is scoped by paths runs only where one of them changed', async () => {
  const scoped = CONFIG.replace(
    'test: bash test.sh',
    'test: [{ run: "exit 1", paths: ["web/**"] }, { run: "test -f src/a.txt", paths: ["src/**"] }]',
  );

  const { checks } = await verified({ files: { '.github/agent-waves.yml': scoped } });

  expect(checks.find(({ name }) => name === 'test')).toMatchObject({ status: 'passed', command: 'test -f src/a.txt' });
});

test('an agent that cripples the tests in its own git folder changes nothing about what is verified', async () => {
  const { statuses } = await verified({
    prepare: async ({ workspace }) => {
      await rm(join(workspace.folder, '.git/index'));
      await mkdir(join(workspace.folder, '.git/info'), { recursive: true });
      await writeFile(join(workspace.folder, '.git/info/exclude'), '*\n');
    },
  });

  expect(statuses.outputs).toBe('passed');
});

const TESTS = "test('one', () => {});\ntest('two', () => {});\n";

test('work that skips a test is refused with file and count, though all that still runs passes', async () => {
  const { conclusion, findings, statuses } = await verified({
    files: { 'src/a.test.js': TESTS },
    work: { ...WORK, 'src/a.test.js': TESTS.replace('test(', 'test.skip(') },
  });

  expect(statuses).toMatchObject({ test: 'passed', guard: 'failed' });
  expect(findings).toEqual([
    { check: 'guard', file: 'src/a.test.js', message: '1 more place where tests are skipped or left out' },
  ]);
  expect(conclusion).toMatchObject({
    outcome: 'verification',
    failure: {
      what: 'the checks would look at less than before: src/a.test.js: 1 more place where tests are skipped or left out',
      output: expect.stringContaining('names it in its `touches` or `outputs`'),
    },
  });
});

test('work that replaces what a check runs is refused', async () => {
  const { findings, next } = await verified({ work: { ...WORK, 'test.sh': 'exit 0\n' } });

  expect(next).toBe('report');
  expect(findings).toMatchObject([{ check: 'guard', file: 'test.sh' }]);
});

test('a file of tests that is moved and written anew passes the guard', async () => {
  const { next, findings } = await verified({
    files: { 'src/a.test.js': TESTS },
    work: { ...WORK, 'src/a.test.js': null, 'src/walls.test.js': TESTS.replaceAll('{}', '{ stand(); }') },
  });

  expect(next).toBe('land');
  expect(findings).toEqual([]);
});

test('a task that names the file may change what a check runs', async () => {
  const { next } = await verified({ files: plan({ touches: ['test.sh'] }), work: { ...WORK, 'test.sh': 'true\n' } });

  expect(next).toBe('land');
});

test('a guard that is off finds nothing, and says that it is off', async () => {
  const { next, checks } = await verified({
    files: { '.github/agent-waves.yml': `${CONFIG}guard: off\n` },
    work: { ...WORK, 'test.sh': 'true\n' },
  });

  expect(next).toBe('land');
  expect(checks.find(({ name }) => name === 'guard')).toEqual({ name: 'guard', status: 'absent', note: 'guard: off' });
});

test('work of megabytes is no reason to break', async () => {
  const { next } = await verified({ work: { ...WORK, 'src/big.test.bin': 'x'.repeat(3_000_000) } });

  expect(next).toBe('land');
});

test('where a reviewer looks at the work, what the guard found is for that one to judge', async () => {
  const agents = CONFIG.replace(
    'agents:',
    'review: code-reviewer\nagents:\n  code-reviewer: { run: command, command: "true" }',
  );

  const { next, checks, findings } = await verified({
    files: { '.github/agent-waves.yml': agents },
    work: { ...WORK, 'test.sh': 'true\n' },
  });

  expect(next).toBe('review');
  expect(findings).toMatchObject([{ check: 'guard', file: 'test.sh' }]);
  expect(checks.find(({ name }) => name === 'guard')).toMatchObject({
    status: 'passed',
    note: 'one finding, for the reviewer to judge',
  });
});
