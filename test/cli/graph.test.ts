import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { XMLValidator } from 'fast-xml-parser';
import { expect, it } from 'vitest';
import type { GraphData, ScheduleData } from '../../src/pictures/data.ts';
import { agentWaves, newFolder } from '../e2e/support/command.ts';

const SMALL = 'examples/small/docs/planning/tasks.json';
const DAW = 'examples/daw/docs/planning/tasks.json';

it('prints Mermaid without being told more than the plan', async () => {
  const { code, stdout, stderr } = await agentWaves(['graph', SMALL]);

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('flowchart LR');
  expect(stdout).toContain('t1 ==> t3');
});

it('takes the format from the ending of the file that it writes', async () => {
  const folder = await newFolder();
  const file = join(folder, 'plan.svg');

  const { code, stdout } = await agentWaves(['graph', DAW, '--gantt', '--agents', '4', '--out', file]);

  const svg = await readFile(file, 'utf8');
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${file}: 47 tasks\n` });
  expect(XMLValidator.validate(svg)).toBe(true);
  expect(svg).toContain('47 tasks on 4 agents');
});

it('tells programs every dependency, and which of them pictures leave out', async () => {
  const { code, stdout } = await agentWaves(['graph', DAW, '--json']);

  const { nodes, edges, critical_path } = JSON.parse(stdout) as GraphData;
  const path = ['CORE-001', 'CORE-002', 'MODEL-001', 'VALIDATOR-001', 'POLICY-001', 'POLICY-002'];
  expect(code).toBe(0);
  expect(critical_path).toEqual(path);
  expect(nodes).toHaveLength(47);
  expect(nodes[0]).toMatchObject({ id: 'CORE-001', wave: 1, estimate_min: 30, critical: true });
  for (const { x, y, width, height } of nodes) expect([x, y, width, height].every(Number.isFinite)).toBe(true);
  expect(edges.filter(({ implied }) => implied)).toHaveLength(11);
  expect(edges.filter(({ critical }) => critical).map(({ to }) => to)).toEqual(path.slice(1));
});

it('tells programs the schedule', async () => {
  const { code, stdout } = await agentWaves(['graph', SMALL, '--gantt', '--json']);

  const { agents, makespan_min, tasks } = JSON.parse(stdout) as ScheduleData;
  expect({ code, agents, makespan_min }).toEqual({ code: 0, agents: 8, makespan_min: 50 });
  expect(tasks[0]).toEqual({ id: 'A-001', agent_id: 'A1', start_min: 0, end_min: 10, wave: 1, critical: true });
  expect(tasks).toHaveLength(4);
});

it('schedules what is left to do, as simulate does', async () => {
  const file = join(await newFolder(), 'tasks.json');
  const tasks = [
    { id: 'A', title: 'A', status: 'completed' },
    { id: 'B', title: 'B', dependencies: ['A'], estimate: 30 },
    { id: 'C', title: 'C', dependencies: ['B'], estimate: 60 },
  ];
  await writeFile(file, JSON.stringify({ name: 'P', tasks }));

  const drawn = await agentWaves(['graph', file, '--gantt', '--format', 'svg']);
  const data = await agentWaves(['graph', file, '--gantt', '--json']);

  expect(drawn.stdout).toContain('2 tasks on 8 agents: done after 1.5h');
  expect(drawn.stdout).toContain('1 completed task left out');
  expect(JSON.parse(data.stdout)).toMatchObject({
    makespan_min: 90,
    tasks: [
      { id: 'B', start_min: 0, end_min: 30 },
      { id: 'C', start_min: 30, end_min: 90 },
    ],
  });
});

it.each([
  ['a schedule in DOT', ['--gantt', '--format', 'dot'], 'dot has no schedules'],
  ['agents without a schedule', ['--agents', '4'], 'add --gantt'],
  ['no agents', ['--gantt', '--agents', '0'], 'give a whole number from 1'],
  ['JSON and a format', ['--json', '--format', 'svg'], 'give one of them'],
  ['a format that it does not know', ['--format', 'png'], 'Allowed choices are mermaid, dot, svg, html'],
  ['the plan itself as the file to write', ['--out', SMALL], 'is the plan itself'],
  ['a file in a folder that is not there', ['--out', 'no/such/folder/plan.svg'], 'is in a folder that does not exist'],
])('refuses %s with exit code 2', async (_name, flags, message) => {
  const { code, stdout, stderr } = await agentWaves(['graph', SMALL, ...flags]);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

it('lists what is wrong with a broken plan, and exits with 1', async () => {
  const file = join(await newFolder(), 'tasks.json');
  await writeFile(file, '{ "name": "P", "tasks": [{ "id": "A", "title": "A", "dependencies": ["B"] }] }');

  const { code, stdout } = await agentWaves(['graph', file, '--json']);

  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ problems: [{ file, line: 1 }] });
});
