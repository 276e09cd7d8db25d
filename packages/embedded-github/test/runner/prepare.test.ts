import { expect, test } from 'vitest';
import type { PreparedWorkflow } from '../../src/model/runner.ts';
import { createRunner } from '../../src/runner/runner.ts';
import { job, requestFor, run } from './support/run.ts';

const runner = createRunner({ actions: { 'agent-waves/agent-waves': '/nowhere' }, tools: [] });

function prepare(source: string, inputs: Readonly<Record<string, string>> = {}): PreparedWorkflow {
  return runner.prepare({ ...requestFor(source), inputs });
}

test('gives what narrows its events down, as lists', () => {
  const prepared = prepare(
    `on:
  push: { branches: main, paths-ignore: ['docs/**'] }
  pull_request: { types: [opened, closed] }
  merge_group:
jobs: { one: { runs-on: ubuntu-latest, steps: [{ run: 'true' }] } }
`,
    {},
  );

  expect([prepared.problems, prepared.events]).toEqual([[], ['push', 'pull_request', 'merge_group']]);
  expect(prepared.filters).toEqual({
    push: { branches: ['main'], 'paths-ignore': ['docs/**'] },
    pull_request: { types: ['opened', 'closed'] },
  });
});

test('gives name, title, events and inputs of a workflow', () => {
  const prepared = prepare(
    `name: Task
run-name: '\${{ inputs.task }} #\${{ inputs.issue }} · attempt \${{ inputs.attempt }}'
on:
  workflow_dispatch:
    inputs:
      task: { required: true, type: string }
      issue: { required: true, type: number }
      attempt: { type: string, default: '1' }
  schedule: [{ cron: '5 4 * * *' }]
jobs: { one: { runs-on: ubuntu-latest, steps: [{ uses: agent-waves/agent-waves@v1 }] } }
`,
    { task: 'CORE-002', issue: '12' },
  );

  expect(prepared).toEqual({
    name: 'Task',
    displayTitle: 'CORE-002 #12 · attempt 1',
    problems: [],
    events: ['workflow_dispatch', 'schedule'],
    filters: {},
    schedules: ['5 4 * * *'],
    dispatchInputs: [
      { name: 'task', required: true },
      { name: 'issue', required: true },
      { name: 'attempt', required: false, default: '1' },
    ],
  });
});

test('a workflow without a name is called by its path', () => {
  expect(prepare(job('- run: exit 0'))).toMatchObject({
    name: '.github/workflows/task.yml',
    displayTitle: '.github/workflows/task.yml',
  });
});

const head = 'on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n';
const end = '    steps: [{ run: exit 0 }]\n';

test.each([
  ['an unknown key', `${head}    colour: red\n${end}`, /Line: 5, Col: 5.*colour/],
  ['broken YAML', 'on: [push\n', /Flow sequence/],
  ['an unknown need', `${head}    needs: two\n${end}`, /at least one job/],
  ['a context where there is none', `${head}    if: secrets.X\n${end}`, /Unrecognized named-value: 'secrets'/],
  ['concurrency of a job', `${head}    concurrency: one\n${end}`, /Line: 5, Col: 5\).*'concurrency' of job 'one'/],
  ['a container', `${head}    container: node\n${end}`, /'container' of job 'one'/],
  ['another machine', head.replace('ubuntu', 'windows') + end, /'windows-latest' is not among them/],
  ['a reusable workflow', 'on: push\njobs: { one: { uses: a/b/.github/workflows/c.yml@v1 } }\n', /'uses' of job 'one'/],
  [
    'an action that is not carried',
    `${head}    steps: [{ uses: actions/setup-python@v6 }]\n`,
    /Line: 5, Col: 21\): the embedded runner supports actions\/checkout, actions\/setup-node, actions\/upload-artifact, actions\/download-artifact, agent-waves\/agent-waves; actions\/setup-python@v6/,
  ],
  [
    'a container image as action',
    `${head}    steps: [{ uses: 'docker://node' }]\n`,
    /docker:\/\/node is not among them/,
  ],
])('refuses %s by name', async (_situation, source, problem) => {
  const { problems } = prepare(source);
  const { conclusion, jobs, started } = await run(source);

  expect(problems.join('\n')).toMatch(problem);
  expect([conclusion(), jobs, started()]).toEqual(['startup_failure', [], 0]);
});
