import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packTree, unpackTree } from '../../../src/task/handoff/bundle.ts';
import { earlierSteps } from '../../../src/task/handoff/earlier-steps.ts';
import { type Handoff, handoffFile, readHandoff, serializeHandoff } from '../../../src/task/handoff/handoff-schema.ts';
import { readJobOutputs } from '../../../src/task/handoff/job-outputs.ts';
import {
  type Assignment,
  type Conclusion,
  failedBecause,
  failure,
  type Verification,
} from '../../../src/task/protocol/assignment.ts';
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

    expect(await readHandoff(folder)).toEqual(work);
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
  ])('is handed on whole: %s', async (_, conclusion) => {
    const tokens = { input: 100, output: 7, cached: 90 };
    const report = {
      ...{ ...REPORT, session: 's-1', turns: 3, cost_usd: 0.5, stalled: true },
      ...{ tokens, models: { 'claude-opus-4-8': tokens } },
    };

    await writeFile(handoffFile(folder), serializeHandoff({ next: 'report', report, conclusion, tree: TREE }));

    expect(await readHandoff(folder)).toEqual({ next: 'report', report, conclusion, tree: TREE });
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

    await expect(readHandoff(folder)).rejects.toThrow('this action did not write');
  });

  test('is not read from a link, and not when it is too large', async () => {
    await symlink('/etc/hostname', handoffFile(folder));
    await expect(readHandoff(folder)).rejects.toThrow('ELOOP');
    await rm(handoffFile(folder));
    await writeFile(handoffFile(folder), '');
    await truncate(handoffFile(folder), 10_000_000);

    await expect(readHandoff(folder)).rejects.toThrow('10000000 bytes');
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
  const needs = (verify: object, more: object = {}) =>
    JSON.stringify({
      claim: { result: 'success', outputs: { handover: JSON.stringify({ next: 'brief', assignment: '{}' }) } },
      agent: {
        result: 'success',
        outputs: { handover: JSON.stringify({ verification: 'forged', conclusion: 'forged' }) },
      },
      verify: { result: 'success', outputs: { handover: JSON.stringify(verify) } },
      ...more,
    });

  test('is never the agent’s word on claim, verification or landing', () => {
    const handed = readJobOutputs(needs({ verification: JSON.stringify(verification) }));
    const work: Handoff = { next: 'report', conclusion: { outcome: 'agent' }, report: REPORT };

    const steps = earlierSteps(handed, { assignment, work });

    expect(steps.claim?.outputs.assignment).toBe(JSON.stringify(assignment));
    expect(steps.verify?.outputs).toEqual({ verification: JSON.stringify(verification) });
    // Somebody else has judged the work: the agent's excuse comes too late.
    expect(steps.agent?.outputs).toEqual({ report: JSON.stringify(REPORT) });
  });

  test('is the second round where there was one', () => {
    const again = {
      result: 'success',
      outputs: { handover: JSON.stringify({ next: 'land', verification: 'second' }) },
    };
    const handed = readJobOutputs(needs({ verification: 'first' }, { 'verify-again': again }));

    expect(earlierSteps(handed, { assignment }).verify?.outputs.verification).toBe('second');
  });

  test.each(['', '{}x', '[]', '{"claim":{"result":"won"}}'])(
    'is nothing at all without what GitHub says of the jobs: %j',
    (text) => {
      expect(() => readJobOutputs(text)).toThrow('toJSON(needs)');
    },
  );
});
