import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Conclusion, Verification } from '../../src/task/assignment.ts';
import { type Machine, startMachine } from './support/machine.ts';
import { CONFIG, inputsFor, liveRecord, PLAN, type Site, startSite } from './support/site.ts';

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
  const { checks } = end.outputs.verification as Verification;
  return {
    checks,
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
  });
});

test('a check that fails, then passes, is called flaky and lets the work through', async () => {
  const { next, checks } = await verified({
    files: { 'test.sh': 'test -f "$TMPDIR/again" || { touch "$TMPDIR/again"; exit 1; }\n' },
  });

  expect(next).toBe('land');
  expect(checks.find(({ name }) => name === 'test')).toMatchObject({ status: 'flaky', tries: 2 });
});

test('a check that keeps failing ends the attempt with the end of its output, without colours', async () => {
  const { conclusion, statuses } = await verified({
    files: { 'test.sh': 'printf "\\033[31mexpected 2, got 3\\033[0m\\n"; exit 1\n' },
  });

  expect(statuses.test).toBe('failed');
  expect(conclusion).toEqual({
    outcome: 'verification',
    failure: { what: 'test failed 3 times: `bash test.sh`', output: 'expected 2, got 3' },
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

  expect(conclusion?.failure?.what).toBe('declared outputs are missing: src/a.txt');
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
      await writeFile(join(workspace.folder, '.git/info/exclude'), '*\n');
    },
  });

  expect(statuses.outputs).toBe('passed');
});
