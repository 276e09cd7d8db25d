import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentWaves, newFolder } from '../e2e/support/command.ts';

const SMALL = 'examples/small/docs/planning/tasks.json';
const DAW = 'examples/daw/docs/planning/tasks.json';

describe.each([
  ['small', [SMALL, '--agents', '2,1', '--gantt']],
  ['small-json', [SMALL, '--agents', '2', '--json']],
  ['daw', [DAW, '--agents', '8,6,4,3', '--gantt']],
  ['daw-json', [DAW, '--agents', '8', '--json']],
  ['daw-runs', [DAW, '--agents', '8,4', '--runs', '100', '--failure-rate', '0.1', '--spread', '0.4', '--seed', '5']],
  ['small-runs-json', [SMALL, '--agents', '2', '--runs', '100', '--failure-rate', '0.2', '--json']],
])('agent-waves simulate, as in %s', (name, args) => {
  it('prints this, at most 100 columns wide', async () => {
    const { code, stdout, stderr } = await agentWaves(['simulate', ...args]);

    expect(stderr).toBe('');
    expect(code).toBe(0);
    const kind = args.includes('--json') ? 'json' : 'txt';
    await expect(stdout).toMatchFileSnapshot(`golden/simulate/${name}.${kind}`);
    if (kind === 'txt') for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(100);
  });
});

it('tells costs from the prices beside the plan, takes max_parallel where no agents are named, and folds long names', async () => {
  const folder = await repository(
    [
      { id: 'A', title: 'First', wave: 1, estimate: '90min' },
      {
        id: 'B-with-a-name-that-is-far-too-long-for-its-bar',
        title: 'Second',
        wave: 2,
        estimate: 45,
        dependencies: ['A'],
      },
      { id: 'C', title: 'Third', wave: 3, estimate: '100h', cost_per_hour: 2, status: 'completed' },
      { id: 'D', title: 'Fourth', wave: 2, estimate: '12h', cost_per_hour: 2.5 },
    ],
    'max_parallel: 2\nprices: { actions_minute: 0.008 }\n',
  );

  const { code, stdout } = await agentWaves(['simulate', folder, '--gantt', '--runs', '20']);

  expect(code).toBe(0);
  await expect(stdout).toMatchFileSnapshot('golden/simulate/priced.txt');
});

it('says that nothing is left of a plan that is done', async () => {
  const folder = await repository([{ id: 'A', title: 'First', estimate: 10, status: 'completed' }], '');

  const { code, stdout } = await agentWaves(['simulate', folder, '--agents', '3,4']);

  expect(code).toBe(0);
  expect(stdout).toBe('P: nothing is left to do, 1 of 1 done already\n');
});

it('lists what is wrong with a plan and exits 1, with --json as JSON', async () => {
  const folder = await repository([{ id: 'A', title: 'First', dependencies: ['B'] }], '');

  const plain = await agentWaves(['simulate', folder]);
  const json = await agentWaves(['simulate', folder, '--json']);

  expect([plain.code, json.code]).toEqual([1, 1]);
  expect(plain.stderr).toContain('`A` depends on `B`, which is not in the plan');
  expect(JSON.parse(json.stdout)).toMatchObject({ problems: [{ line: 1 }] });
});

describe('wrong use exits 2 and says what is meant', () => {
  it.each([
    [['--agents', '0'], 'Give agents as a whole number from 1 to 256.'],
    [['--agents', 'x'], 'Give agents as a whole number from 1 to 256.'],
    [['--agents', '300'], 'Give agents as a whole number from 1 to 256.'],
    [['--agents', '8,,4'], 'Give agents as a whole number from 1 to 256.'],
    [['--agents', Array.from({ length: 21 }, (_, n) => n + 1).join()], 'At most 20 numbers of agents'],
    [['--runs', '0'], 'Give runs as a whole number from 1 to 100000.'],
    [['--runs', '10', '--failure-rate', '1'], 'Give the failure rate as a number from 0 to 0.95'],
    [['--runs', '10', '--spread', '-1'], 'Give the spread as a number from 0 to 10'],
    [['--runs', '10', '--seed', '1.5'], 'Give the seed as a whole number from 0 to 4294967295.'],
    [['--failure-rate', '0.1'], '--failure-rate says how runs differ; say how many with --runs'],
    [['--seed', '0'], '--seed says how runs differ; say how many with --runs'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await agentWaves(['simulate', SMALL, ...args]);

    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });

  it('a plan that is not there', async () => {
    const { code, stderr } = await agentWaves(['simulate', join(await newFolder(), 'none.json')]);

    expect(code).toBe(2);
    expect(stderr).toContain('there is no plan at');
  });
});

/** @returns The path of a plan in a repository of its own. */
async function repository(tasks: readonly object[], config: string): Promise<string> {
  const folder = await newFolder();
  const path = join(folder, 'tasks.json');
  await writeFile(path, JSON.stringify({ name: 'P', tasks }));
  await mkdir(join(folder, '.github'));
  await writeFile(join(folder, '.github', 'agent-waves.yml'), config);
  return path;
}
