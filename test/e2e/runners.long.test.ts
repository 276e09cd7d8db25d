import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunner, type Runner, startGitHub } from 'embedded-github';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/github/octokit.ts';
import { ACT, type ActMachine, actMachine } from './support/act/act-machine.ts';
import { PROBE_ACTION, PROBE_WORKFLOW, readProbe, readVariables } from './support/act/probe.ts';
import { runLog } from './support/world.ts';

if (ACT === '') console.warn('SKIPPED: act beside the embedded runner; set ACT_PROGRAM to the path of act');

const OPTIONS = { actions: {}, tools: [], environment: { OF_THE_MACHINE: 'yes' } };

/** What act says otherwise than GitHub, which the embedded runner follows: what it says, and what is right. */
const FAULTS_OF_ACT: Readonly<Record<string, readonly [act: string, right: string]>> = {
  // A job whose failure is forgiven counts as a success: https://github.com/actions/runner/issues/1161.
  'needs.forgiven.result': ['failure', 'success'],
  // A job without outputs has an empty object of them.
  'toJSON(needs.skipped.outputs)': ['null', '{}'],
};

describe.skipIf(ACT === '')('act and the embedded runner', () => {
  let folder: string;
  let machine: ActMachine;
  const seen = new Map<string, { readonly log: string; readonly jobs: Readonly<Record<string, string>> }>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agent-waves-runners-'));
    machine = await actMachine();
    seen.set('act', await probe(machine.makeRunner(OPTIONS), join(folder, 'act')));
    seen.set('embedded', await probe(createRunner(OPTIONS), join(folder, 'embedded')));
  });
  afterAll(async () => {
    await machine.remove();
    await rm(folder, { recursive: true, force: true });
  });
  const told = (runner: string) => Object.fromEntries(readProbe(seen.get(runner)?.log ?? ''));

  it('see the same in contexts, expressions, outputs and composite actions, but for what act gets wrong', () => {
    const right = told('embedded');

    const byAct = Object.entries(FAULTS_OF_ACT).map(([name, [act]]) => [name, act]);
    const byGitHub = Object.entries(FAULTS_OF_ACT).map(([name, [, correct]]) => [name, correct]);
    expect(told('act')).toEqual({ ...right, ...Object.fromEntries(byAct) });
    expect(right).toEqual({ ...right, ...Object.fromEntries(byGitHub) });
    expect(right).toMatchObject({ 'composite inputs.given': 'T', 'composite job.status': 'failure', LATER: 'by file' });
    expect(Object.keys(right).length).toBeGreaterThan(75);
  });

  it('conclude the same of every job', () => {
    const { skipped, ...others } = seen.get('embedded')?.jobs ?? {};

    expect(skipped).toBe('skipped');
    expect(seen.get('act')?.jobs).toEqual(others);
  });

  it.each(['act', 'embedded'])('%s hands nothing of this process’s environment to a job', (runner) => {
    const known = ['PATH', 'HOME', 'LANG', 'CI', 'PWD', 'SHLVL', '_'];
    const names = readVariables(seen.get(runner)?.log ?? '');

    expect(names).toContain('OF_THE_MACHINE');
    expect(names.filter((name) => name in process.env && !known.includes(name))).toEqual([]);
  });
});

async function probe(runner: Runner, out: string) {
  const github = await startGitHub({ folder: out, runner });
  try {
    const { token } = github.createUser({ login: 'lead' });
    await github.createRepository({ owner: 'acme', name: 'daw' });
    github.addCollaborator({ repository: 'acme/daw', login: 'lead', permission: 'admin' });
    github.setSecret('acme/daw', { name: 'KEY', value: 'a secret' });
    github.setVariable('acme/daw', { name: 'COLOUR', value: 'green' });
    await github.commitFiles({
      repository: 'acme/daw',
      by: 'lead',
      message: 'Begin',
      files: {
        'README.md': '# Daw\n',
        '.github/workflows/probe.yml': PROBE_WORKFLOW,
        '.github/probe/action.yml': PROBE_ACTION,
      },
    });
    await github.idle();
    const at = { owner: 'acme', repo: 'daw', workflow_id: 'probe.yml' };
    await createClient({ token, baseUrl: github.apiUrl }).request(
      'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
      { ...at, ref: 'main', inputs: { task: 'T' } },
    );
    const run = await github.waitForRun(({ status }) => status === 'completed');
    await github.idle();
    return {
      log: await runLog(out, run.id),
      jobs: Object.fromEntries(run.jobs.map(({ name, conclusion }) => [name, conclusion])),
    };
  } finally {
    await github.close();
  }
}
