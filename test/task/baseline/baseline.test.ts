import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { dispatchTitle } from '../../../src/state/names.ts';
import type { Conclusion } from '../../../src/task/protocol/assignment.ts';
import { startMachine } from '../support/machine.ts';
import { CONFIG, inputsFor, liveRecord, ROOT, type Site, startSite } from '../support/site.ts';

let site: Site;
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => site.close());

const WITH_BASELINE = { '.github/agent-waves.yml': `baseline: true\n${CONFIG}` };

async function claimed(files: Readonly<Record<string, string>>, slice = 1) {
  site = await startSite({ files: { ...WITH_BASELINE, ...files } });
  const issue = await site.createIssue(liveRecord({ slice }));
  const machine = await startMachine(site, { inputs: inputsFor(issue, { slice }) });
  await machine.step('claim');
  return { issue, machine };
}

test('a base that is sound goes on to the agent, and its checkout is as it was', async () => {
  const leaves = 'test -f src/ground.txt && echo more >> src/ground.txt && mkdir -p out && touch out/left.txt\n';
  const { machine } = await claimed({ 'test.sh': leaves });
  const before = await readdir(machine.workspace.folder, { recursive: true });

  const end = await machine.step('baseline');

  expect(end).toEqual({ outputs: {} });
  expect(await readFile(join(machine.workspace.folder, 'src/ground.txt'), 'utf8')).toBe('ground\n');
  const after = await readdir(machine.workspace.folder, { recursive: true });
  expect(after.filter((path) => !path.startsWith('.git/') && !before.includes(path))).toEqual([]);
  expect(await readdir(join(machine.job.folder, 'logs'))).toEqual(['check-compile.log', 'check-test.log']);
});

test('a base that is broken ends the run as a dependency, says what is broken, and asks no agent', async () => {
  const { issue, machine } = await claimed({ 'test.sh': 'echo "walls fell"; exit 1\n' });

  const end = await machine.step('baseline');
  await machine.steps('agent', 'verify', 'land', 'report');

  expect(end.failed).toBe(true);
  expect(end.outputs.conclusion as Conclusion).toMatchObject({
    outcome: 'dependency',
    failure: { what: 'the base is broken before any work: test failed 3 times: `bash test.sh`', output: 'walls fell' },
  });
  expect(site.issue(issue)).toMatchObject({ state: 'open', results: [{ outcome: 'dependency' }] });
  expect(machine.outputs.agent).toBeUndefined();
});

test('an installation that fails on the base is the base’s fault', async () => {
  const config = `baseline: true\n${CONFIG.replace('install: []', 'install: ["echo no such package; exit 1"]')}`;
  const { machine } = await claimed({ '.github/agent-waves.yml': config });

  const { outputs } = await machine.step('baseline');

  expect((outputs.conclusion as Conclusion).failure?.what).toBe(
    'the base is broken before any work: `echo no such package; exit 1` failed; fix it, or set install in .github/agent-waves.yml',
  );
});

test('work of an attempt that failed is not taken for the base, and the next attempt goes on from it', async () => {
  const { issue, machine: first } = await claimed({
    'test.sh': 'grep -q ground src/ground.txt\n',
    'agent.sh': 'echo sky > src/ground.txt; exit 1\n',
  });
  await first.steps('baseline', 'agent', 'report');
  const past = {
    ...{ dispatch: 1, attempt: 1, slice: 1, agent: 'A1', outcome: 'agent' as const },
    ...{ sent: '2026-11-23T10:00:00Z', ended: '2026-11-23T10:01:00Z' },
  };
  await site.writeRecord(issue, liveRecord({ attempt: 2, dispatch: 2, history: [past] }));
  const machine = await startMachine(site, { inputs: inputsFor(issue, { attempt: 2, dispatch: 2 }), run: 101 });
  await machine.step('claim');

  const end = await machine.step('baseline');

  expect(machine.output('claim.assignment')?.startTree).toBeDefined();
  expect(end).toEqual({ outputs: {} });
  expect(await readFile(join(machine.workspace.folder, 'src/ground.txt'), 'utf8')).toBe('sky\n');
});

test('an installation that fails on the base leaves the work of an attempt before where it was', async () => {
  const { issue, machine: first } = await claimed({
    '.github/agent-waves.yml': `baseline: true\n${CONFIG.replace('install: []', 'install: ["test ! -e ../../gone"]')}`,
    'test.sh': 'true\n',
    'agent.sh': 'echo sky > src/ground.txt; exit 1\n',
  });
  await first.steps('baseline', 'agent', 'report');
  const past = {
    ...{ dispatch: 1, attempt: 1, slice: 1, agent: 'A1', outcome: 'agent' as const },
    ...{ sent: '2026-11-23T10:00:00Z', ended: '2026-11-23T10:01:00Z' },
  };
  await site.writeRecord(issue, liveRecord({ attempt: 2, dispatch: 2, history: [past] }));
  const machine = await startMachine(site, { inputs: inputsFor(issue, { attempt: 2, dispatch: 2 }), run: 101 });
  await machine.step('claim');
  await writeFile(join(site.folder, 'gone'), '');

  const { outputs } = await machine.step('baseline');

  expect((outputs.conclusion as Conclusion).failure?.what).toContain('the base is broken before any work');
  expect(await readFile(join(machine.workspace.folder, 'src/ground.txt'), 'utf8')).toBe('sky\n');
});

test('a later slice starts from no untouched base, which is not looked at again', async () => {
  const { machine } = await claimed({ 'test.sh': 'exit 1\n' }, 2);

  const end = await machine.step('baseline');

  expect(end).toEqual({ outputs: {} });
});

test('under the workflow that users copy, a broken base is reported and the agent is never started', async () => {
  const workflow = await readFile(join(ROOT, 'templates/agent-task.yml'), 'utf8');
  site = await startSite({
    files: {
      ...WITH_BASELINE,
      '.github/workflows/agent-task.yml': workflow,
      'test.sh': 'echo "walls fell"; exit 1\n',
      'agent.sh': 'curl http://never.invalid\n',
    },
  });
  const inputs = inputsFor(await site.createIssue(liveRecord()));
  await site.octokit.rest.actions.createWorkflowDispatch({
    owner: 'acme',
    repo: 'small',
    workflow_id: 'agent-task.yml',
    ref: 'main',
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)])),
  });

  const run = await site.github.waitForRun(
    ({ displayTitle, status }) => displayTitle === dispatchTitle(inputs) && status === 'completed',
  );

  expect(run.conclusion).toBe('failure');
  expect(site.issue(inputs.issue)).toMatchObject({
    state: 'open',
    results: [{ outcome: 'dependency', agent: { type: 'general-purpose' } }],
  });
  expect(site.issue(inputs.issue).results[0]?.agent.seconds).toBeUndefined();
});
