import { execFile } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packTree, unpackTree } from '../../../src/task/handoff/bundle.ts';
import { adoptEarlierSteps } from '../../../src/task/handoff/earlier-steps.ts';
import { type Handoff, handoffFile, readHandoff, serializeHandoff } from '../../../src/task/handoff/handoff-schema.ts';
import { jobOutput, readJobOutputs } from '../../../src/task/handoff/job-outputs.ts';
import {
  type Assignment,
  type Conclusion,
  failedBecause,
  failure,
  type Verification,
} from '../../../src/task/protocol/assignment.ts';
import { importFolder, outputsFile } from '../../../src/task/protocol/job-files.ts';
import { lacking } from '../../../src/task/protocol/lacking.ts';
import { readOutput, type StepOutputs, stepOutcome, storeOutputs } from '../../../src/task/protocol/outputs.ts';
import { openGit } from '../support/git.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-handover-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const TREE = 'a'.repeat(40);
const REPORT = { summary: 'Done.', seconds: 1 };

describe('what the agent’s job says', () => {
  test('is read as it was written', async () => {
    const work: Handoff = { next: 'verify', report: { ...REPORT, session: 's-1', turns: 3 }, tree: TREE };

    await writeFile(handoffFile(folder), serializeHandoff(work));

    expect(readHandoff(folder)).toEqual(work);
  });

  test.each<[string, Conclusion]>([
    ['a slice that changed nothing', { outcome: 'continued' }],
    [
      'the last of so many slices that changed nothing',
      { outcome: 'agent', ...failedBecause({ kind: 'stalled', slices: 2 }, '') },
    ],
    [
      'the last slice that an attempt has time for',
      { outcome: 'agent', ...failedBecause({ kind: 'attempt-limit', minutes: 60 }, '') },
    ],
    [
      'a limit of the provider',
      { outcome: 'quota', failure: failure('claude', 'limit'), until: '2026-11-23T10:00:00.000Z' },
    ],
    [
      'an outage of the provider',
      { outcome: 'infrastructure', ...failedBecause({ kind: 'outage', agent: 'general-purpose', what: '529' }, '') },
    ],
    ['a program that is missing', lacking({ what: 'claude is missing', fix: 'install it', agent: 'reviewer' }, '')],
  ])('is handed on whole: %s', async (_, conclusion) => {
    const tokens = { input: 100, output: 7, cached: 90 };
    const report = {
      ...{ ...REPORT, session: 's-1', turns: 3, cost_usd: 0.5, stalled: true },
      ...{ tokens, models: { 'claude-opus-4-8': tokens } },
    };

    await writeFile(handoffFile(folder), serializeHandoff({ next: 'report', report, conclusion, tree: TREE }));

    expect(readHandoff(folder)).toEqual({ next: 'report', report, conclusion, tree: TREE });
  });

  test.each<[string, object]>([
    ['that a person has to decide', { next: 'report', conclusion: { outcome: 'agent', needs: 'person' } }],
    [
      'that a rule refused it',
      { next: 'report', conclusion: { outcome: 'agent', cause: { kind: 'rule-refused', refusal: 'x' } } },
    ],
    [
      'a model that is no name',
      { next: 'verify', report: { ...REPORT, models: { '<b>': { input: 1, output: 1, cached: 0 } } }, tree: TREE },
    ],
    ['that it has landed', { next: 'report', conclusion: { outcome: 'completed', commit: TREE } }],
    [
      'that people review it',
      { next: 'report', conclusion: { outcome: 'in-review', pull: { number: 1, head: TREE } } },
    ],
    ['that it is superseded', { next: 'report', conclusion: { outcome: 'superseded' } }],
    ['which commit it is', { next: 'report', conclusion: { outcome: 'agent', commit: TREE } }],
    ['that it passed', { next: 'verify', report: REPORT, tree: TREE, verification: { checks: [], tree: TREE } }],
    ['that it is another task', { next: 'verify', report: REPORT, tree: TREE, assignment: { dispatch: { issue: 7 } } }],
    ['that it is done and failed', { next: 'verify', report: REPORT, tree: TREE, conclusion: { outcome: 'quota' } }],
    ['a tree that is an option', { next: 'verify', report: REPORT, tree: '--upload-pack=evil' }],
    ['a session that is an option', { next: 'verify', report: { ...REPORT, session: '--dangerously' }, tree: TREE }],
    ['a summary without end', { next: 'verify', report: { ...REPORT, summary: 'x'.repeat(3_000) }, tree: TREE }],
    ['a cost below nothing', { next: 'verify', report: { ...REPORT, cost_usd: -1 }, tree: TREE }],
    ['nothing', {}],
    ['a list', []],
  ])('is not believed when it says %s', async (_, forged) => {
    await writeFile(handoffFile(folder), JSON.stringify(forged));

    expect(() => readHandoff(folder)).toThrow('this action did not write');
  });

  test('is not read from a link, and not when it is too large', async () => {
    await symlink('/etc/hostname', handoffFile(folder));
    expect(() => readHandoff(folder)).toThrow('ELOOP');
    await rm(handoffFile(folder));
    await writeFile(handoffFile(folder), '');
    await truncate(handoffFile(folder), 10_000_000);

    expect(() => readHandoff(folder)).toThrow('10000000 bytes');
  });
});

describe('the work itself', () => {
  /** Two repositories with one base in common: the agent's job, and the one that lands. */
  async function begin() {
    const [theirs, ours] = ['theirs', 'ours'].map((name) => join(folder, name)) as [string, string];
    await mkdir(theirs);
    const agent = openGit(theirs);
    await agent.run('init', '--quiet');
    await agent.write({ 'base.txt': 'base\n' });
    await agent.run('add', '--all');
    await agent.run('commit', '--quiet', '-m', 'base');
    const base = await agent.run('rev-parse', 'HEAD');
    await openGit(folder).run('clone', '--quiet', '--bare', theirs, ours);
    const repository = (gitDir: string) => ({ gitDir, remote: '', token: '' });
    return { agent, base, from: repository(join(theirs, '.git')), to: repository(ours) };
  }

  test('comes as the tree that was promised, and whatever else came with it counts for nothing', async () => {
    const { agent, base, from, to } = await begin();
    await agent.write({ 'work.txt': 'work\n' });
    await agent.run('add', '--all');
    const tree = await agent.run('write-tree');
    await packTree(from, { tree, base, folder });

    expect(await unpackTree(to, { folder, base, tree })).toBe(tree);
    await expect(unpackTree(to, { folder, base, tree: TREE })).rejects.toThrow(`and ${TREE} was promised`);
  });

  test.each([
    ['a folder named .git', '040000 tree', '.git'],
    ['a path that leaves the tree', '040000 tree', '..'],
    ['a link in place of .gitmodules', '120000 blob', '.gitmodules'],
  ])('is refused as it comes in when it holds %s', async (_, kind, name) => {
    const { agent, base, from, to } = await begin();
    const object = kind.endsWith('tree')
      ? await agent.run('rev-parse', 'HEAD^{tree}')
      : await agent.run('rev-parse', 'HEAD:base.txt');
    const raw = Buffer.concat([
      Buffer.from(`${kind.split(' ')[0]?.replace(/^0/, '')} ${name}\0`),
      Buffer.from(object, 'hex'),
    ]);
    const file = join(folder, 'tree');
    await writeFile(file, raw);
    const tree = await agent.run('hash-object', '-t', 'tree', '-w', '--literally', file);
    await packTree(from, { tree, base, folder });

    await expect(unpackTree(to, { folder, base, tree })).rejects.toThrow('is not taken');
  });

  test('is refused when it is no bundle, or a link to one', async () => {
    const { base, to } = await begin();
    const bundle = join(folder, 'work.bundle');
    await writeFile(bundle, 'no bundle');
    await expect(unpackTree(to, { folder, base, tree: TREE })).rejects.toThrow('is not taken');
    await rm(bundle);
    await symlink('/etc/hostname', bundle);

    await expect(unpackTree(to, { folder, base, tree: TREE })).rejects.toThrow('no file that is read');
    expect(await promisify(execFile)('git', ['-C', to.gitDir, 'for-each-ref', 'refs/agent-waves'])).toMatchObject({
      stdout: '',
    });
  });
});

describe('what counts of it', () => {
  const assignment = { dispatch: { issue: 1 } } as Assignment;
  const verification: Verification = { checks: [], findings: [], tree: TREE };
  const ours = () => ({ folder: join(folder, 'agent-waves') });
  const claimFile = () => JSON.parse(readFileSync(outputsFile(ours(), 'claim'), 'utf8'));

  /** What a job's step leaves: its file in the job's artifact, and what GitHub keeps as the job's outputs. */
  function leave<Id extends 'claim' | 'verify' | 'agent'>(jobName: string, step: Id, outputs: StepOutputs<Id>) {
    const machine = { folder: join(folder, 'machines', jobName) };
    const kept = storeOutputs(machine, step, outputs);
    cpSync(join(machine.folder, 'outputs'), importFolder(ours(), jobName), { recursive: true });
    return { result: 'success', outputs: { handover: JSON.stringify(kept) } };
  }

  function begin(more: object = {}) {
    const needs = {
      claim: leave('claim', 'claim', { next: 'agent', assignment }),
      agent: leave('agent', 'agent', { next: 'report', conclusion: { outcome: 'agent' } }),
      verify: leave('verify', 'verify', { next: 'land', verification }),
      ...more,
    };
    const jobs = readJobOutputs(JSON.stringify(needs), ours());
    const adopt = (work?: Handoff) => {
      const steps = adoptEarlierSteps({ job: ours(), jobs, assignment, work });
      return { job: ours(), environment: { STEPS: JSON.stringify(steps) } };
    };
    return { jobs, adopt };
  }

  test('is never the agent’s word on claim, verification or landing', () => {
    const { adopt } = begin();
    const forged = { verification: { ...verification, tree: 'b'.repeat(40) }, assignment };
    for (const step of ['verify', 'claim', 'land'])
      writeFileSync(join(importFolder(ours(), 'agent'), `${step}.json`), JSON.stringify(forged));

    const context = adopt({ next: 'report', conclusion: { outcome: 'agent' }, report: REPORT });

    expect(claimFile()).toEqual({ assignment });
    expect(readOutput(context, 'verify.verification')).toEqual(verification);
    expect(readOutput(context, 'agent.report')).toEqual(REPORT);
    // Somebody else has judged the work: the agent's excuse comes too late.
    expect(readOutput(context, 'agent.conclusion')).toBeUndefined();
  });

  test('is the second round where there was one', () => {
    const second = { ...verification, tree: 'c'.repeat(40) };
    const { adopt } = begin({
      'verify-again': leave('verify-again', 'verify', { next: 'land', verification: second }),
    });

    expect(readOutput(adopt(), 'verify.verification')?.tree).toBe(second.tree);
  });

  test('is no verification that somebody put in the place of the one that its job left', () => {
    const { jobs, adopt } = begin();
    const forged = JSON.stringify({ verification: { ...verification, tree: 'b'.repeat(40) } });
    writeFileSync(join(importFolder(ours(), 'verify'), 'verify.json'), forged);

    expect(() => jobOutput(jobs.verify, 'verify.verification')).toThrow('somebody changed it');
    const context = adopt();
    expect(readOutput(context, 'verify.verification')).toBeUndefined();
    expect(stepOutcome(context, 'verify')).toBe('failure');
  });

  test('is a broken step where what its job found was lost on the way', () => {
    const { adopt } = begin();
    rmSync(importFolder(ours(), 'verify'), { recursive: true });

    const context = adopt({ next: 'verify', report: REPORT, tree: TREE });

    expect(stepOutcome(context, 'verify')).toBe('failure');
    expect(claimFile()).toEqual({ assignment });
  });

  test.each(['', '{}x', '[]', '{"claim":{"result":"won"}}'])(
    'is nothing at all without what GitHub says of the jobs: %j',
    (text) => {
      expect(() => readJobOutputs(text, ours())).toThrow('toJSON(needs)');
    },
  );
});
