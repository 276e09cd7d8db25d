import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentWaves, newFolder, removeFolder } from '../e2e/support/command.ts';

const SMALL = 'examples/small/docs/planning/tasks.json';
const CASES = 'test/planning/check/cases';

let folder: string;

beforeEach(async () => {
  folder = await newFolder();
});

afterEach(async () => {
  await removeFolder(folder);
});

async function written(text: string, name = 'tasks.json'): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

describe('agent-waves check', () => {
  it('sums up a plan without faults and exits 0', async () => {
    const { code, stdout, stderr } = await agentWaves(['check', SMALL]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      `4 tasks, 4 dependencies, 1 h 10 min of work; 0 errors, 0 warnings
critical path 50 min: A-001 → A-003 → A-004

general-purpose (claude, sonnet): 2 tasks, by the default routes
general-purpose (claude, haiku): 1 task, by the default routes
test-runner (claude, sonnet): 1 task, by the default routes
The default routes count until \`routes\` in .github/agent-waves.yml says who does what.
`,
    );
  });

  it('lists warnings at their places and exits 0', async () => {
    const { code, stdout } = await agentWaves(['check', `${CASES}/redundant-edges.json`]);

    expect(code).toBe(0);
    expect(stdout).toContain(
      `${CASES}/redundant-edges.json:6:59: warning: C waits for A anyway, through A → B → C; leave this dependency out (redundant-edge)\n`,
    );
    expect(stdout).toMatch(/; 0 errors, 3 warnings\n/);
  });

  it('exits 1 for warnings where --strict makes them count', async () => {
    const warned = await agentWaves(['check', '--strict', `${CASES}/redundant-edges.json`]);
    const clean = await agentWaves(['check', '--strict', SMALL]);

    expect([warned.code, clean.code]).toEqual([1, 0]);
  });

  it('lists errors on standard output and exits 1', async () => {
    const path = await written('{ "name": "Plan", "tasks": [{ "id": "A", "title": "T", "dependencies": ["A"] }] }');

    const { code, stdout, stderr } = await agentWaves(['check', path]);

    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^1 error, 0 warnings\n\n.*tasks\.json:1:73: error: .*\n$/);
  });

  it('lists every warning with --all', async () => {
    const { stdout } = await agentWaves(['check', '--all', `${CASES}/many-of-a-kind.json`]);

    expect(stdout.match(/\(isolated-task\)/g)).toHaveLength(25);
    expect(stdout).not.toContain('--all');
  });

  it('prints JSON for warnings and for errors', async () => {
    const broken = await written('{');

    const [warned, refused] = await Promise.all([
      agentWaves(['check', '--json', `${CASES}/redundant-edges.json`]),
      agentWaves(['check', '--json', broken]),
    ]);

    expect([warned.code, refused.code]).toEqual([0, 1]);
    expect(JSON.parse(warned.stdout)).toMatchObject({ tasks: 4, dependencies: 6, critical_path: ['A', 'B', 'C', 'D'] });
    expect(JSON.parse(refused.stdout)).toMatchObject({
      problems: [{ severity: 'error', file: broken, line: 1 }],
      tasks: null,
    });
  });

  it('uses the slice of the configuration around the plan', async () => {
    await mkdir(join(folder, '.github'));
    await written('slice: 2h', '.github/agent-waves.yml');
    const path = await written(
      '{"name":"P","tasks":[{"id":"A","title":"T","estimate":"3h","acceptance":["It works."]}]}',
    );

    const { stdout } = await agentWaves(['check', path]);

    expect(stdout).toContain('A takes 3 h, and an agent works for 2 h in one run (`slice`)');
  });

  it('refuses a check that the configuration around the plan does not have, as the orchestrator would', async () => {
    await mkdir(join(folder, '.github'));
    await written('landing: push', '.github/agent-waves.yml');
    const path = await written('{"name":"P","tasks":[{"id":"A","title":"T","integration":"api"}]}');

    const { code, stdout } = await agentWaves(['check', path]);

    expect(code).toBe(1);
    expect(stdout).toContain('error: `checks.integration` of the configuration has no `api`; add it there');
  });

  it('exits 2 for a plan that is not there, and for an option that is none', async () => {
    const missing = await agentWaves(['check', join(folder, 'none.json')]);
    const unknown = await agentWaves(['check', '--loud']);

    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/^there is no plan at .*none\.json; name another\n$/);
    expect(unknown.code).toBe(2);
  });
});
