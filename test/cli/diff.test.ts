import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentWaves } from '../e2e/support/command.ts';

const PLAN = 'docs/planning/tasks.json';
const TASKS = [
  { id: 'A', title: 'First', estimate: '1h' },
  { id: 'B', title: 'Second', estimate: '2h', dependencies: ['A'] },
];

let folder: string;
const plan = () => join(folder, PLAN);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-diff-'));
  await write(PLAN, planText(TASKS));
  await write('.github/agent-waves.yml', 'max_parallel: 4\n');
  await git('init', '--quiet');
  await git('add', '--all');
  await git('-c', 'user.name=Lead', '-c', 'user.email=lead@example.com', 'commit', '--quiet', '-m', 'Begin');
});
afterAll(() => rm(folder, { recursive: true }));

describe('agent-waves diff', () => {
  it('says that nothing changed since the last commit', async () => {
    await write(PLAN, planText(TASKS));

    const { code, stdout } = await agentWaves(['diff', '--plan', plan()]);

    expect([code, stdout]).toEqual([0, 'Nothing that the app goes by would change.\n']);
  });

  it('compares the plan in the folder, and its configuration, with a commit', async () => {
    await write(PLAN, planText([...TASKS, { id: 'C', title: 'Third', dependencies: ['B'] }]));
    await write('.github/agent-waves.yml', 'max_parallel: 1\n');

    const { code, stdout } = await agentWaves(['diff', 'HEAD', '--plan', plan()]);
    await write('.github/agent-waves.yml', 'max_parallel: 4\n');

    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'max_parallel: 4 → 1',
      '',
      '+ C: Third',
      '',
      'tasks: 2 → 3',
      'work left: 3h → 4h',
      'critical path: 3h → 4h',
      'expected finish: 3h with 4 agents → 4h with one agent',
      'the path: A → B → C',
      '',
      'Plan: 1 to add, 0 to change, 0 to remove',
      '',
    ]);
  });

  it('compares with another file, and prints JSON', async () => {
    await write(PLAN, planText(TASKS.slice(0, 1)));
    const other = await write('other.json', planText(TASKS));

    const { code, stdout } = await agentWaves(['diff', other, '--plan', plan(), '--json']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      changed: true,
      removed: [{ id: 'B', title: 'Second' }],
      before: { tasks: 2, critical_path_min: 180 },
      after: { tasks: 1, forecast: { agents: 4, finish_min: 60, cost_usd: null } },
    });
  });

  it('exits 1 with every problem of a broken plan, and 2 where there is nothing to compare with', async () => {
    await write(PLAN, planText([{ id: 'A', title: 'First', deps: [] }]));
    const broken = await agentWaves(['diff', '--plan', plan()]);
    await write(PLAN, planText(TASKS));
    const nowhere = await agentWaves(['diff', 'no-such-branch', '--plan', plan()]);

    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain('a task has no `deps`; write `dependencies`');
    expect([nowhere.code, nowhere.stderr]).toEqual([2, 'no-such-branch is no commit and no file; name one\n']);
  });

  it('takes nothing that looks like an option for a commit', async () => {
    const { code } = await agentWaves(['diff', '--plan', plan(), '--', '--output=x']);

    expect(code).toBe(2);
  });
});

function planText(tasks: readonly object[]): string {
  return JSON.stringify({ name: 'Plan', tasks }, null, 2);
}

async function write(path: string, text: string): Promise<string> {
  const whole = join(folder, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, text);
  return whole;
}

function git(...args: readonly string[]) {
  return promisify(execFile)('git', [...args], { cwd: folder });
}
