import { describe, expect, it } from 'vitest';
import { judgeSetup } from '../../../src/state/preflight/judge-setup.ts';
import type { FactName } from '../../../src/state/preflight/judged-fact.ts';
import { configOf } from '../../support/course.ts';
import { factsWith, HARDENED, NORMAL, told, untold } from '../../support/repository-facts.ts';

function judged(fact: FactName, facts: Parameters<typeof factsWith>[0], landing: 'merge' | 'push' = 'push') {
  const given = { config: configOf(`landing: ${landing}\n`), plan: { tasks: [] } };
  return judgeSetup(factsWith(facts), given).find((each) => each.fact === fact);
}

describe('the task workflow', () => {
  it.each<[string, Parameters<typeof factsWith>[0], object]>([
    ['is not there', { workflows: told([]) }, { verdict: 'refused', what: expect.stringMatching(/^`main` has no `/) }],
    [
      'is on another branch alone',
      { workflows: told([]), elsewhere: ['setup'] },
      { verdict: 'refused', fix: 'merge `setup` into `main`', page: expect.stringContaining('/tree/setup/') },
    ],
    ['is nothing that anybody told of', { workflows: untold('contents: read') }, { verdict: 'unknown' }],
    ['may be disabled: nobody told', { workflowState: untold('actions: read') }, { verdict: 'unknown' }],
    [
      'was disabled by a person',
      { workflowState: told('disabled_manually') },
      { verdict: 'refused', what: 'the task workflow is disabled' },
    ],
    [
      'was disabled by GitHub',
      { workflowState: told('disabled_inactivity') },
      { what: 'the task workflow is disabled, since nothing happened here for 60 days' },
    ],
    ['is enabled', { workflowState: told('active') }, { verdict: 'ok' }],
  ])('%s', (_, facts, expected) => {
    expect(judged('task-workflow', facts)).toMatchObject(expected);
  });
});

describe('the template of the task workflow', () => {
  const at = (version: string) => NORMAL.replaceAll(/(uses: agent-waves\/agent-waves@)\S+ # v\S+/g, `$1${version}`);

  it.each([
    ['v0.1.0', 'ok', '0.1.0'],
    ['0.1.0', 'ok', '0.1.0'],
    ['v0.1.1', 'ok', '0.1.1'],
    ['v0.2', 'ok', '0.2'],
    ['v1', 'ok', '1'],
    ['v0', 'ok', '0'],
    ['v0.0.9', 'refused', '0.0.9'],
    ['v0.0', 'refused', '0.0'],
  ])('of the version %s is %s', (version, verdict, written) => {
    expect(judged('template', { text: at(version) })).toMatchObject({
      verdict,
      what: expect.stringContaining(`version ${written}`),
    });
  });

  it.each(['main', 'v1.x', 'v0.1.0.1', 'xv1'])('is of no version that %s tells', (version) => {
    expect(judged('template', { text: at(version) })).toMatchObject({ verdict: 'unknown' });
  });

  it.each<[string, string | RegExp, string, string]>([
    [
      'that nothing can start',
      /workflow_dispatch:[\s\S]*?(?=\npermissions|\nrun-name|\nconcurrency|\njobs)/,
      'push:',
      'lacks',
    ],
    ['that takes no number of the dispatch', /^ {6}dispatch:\n(?: {8}.*\n)+/m, '', 'takes no input `dispatch`'],
    ['whose runs have another name', /^run-name: .*$/m, 'run-name: Work', 'does not name its inputs'],
    [
      'that wants more than is given',
      /^( {6})(dispatch:\n)/m,
      '$1mood: { required: true }\n$1$2',
      'requires the input `mood`',
    ],
  ])('%s is an old or a changed one', (_, from, to, words) => {
    const text = NORMAL.replace(from, to);
    expect(text).not.toBe(NORMAL);

    expect(judged('template', { text })).toMatchObject({ verdict: 'refused', what: expect.stringContaining(words) });
  });
});

describe('the permissions of its jobs', () => {
  const without = (text: string, scope: string) => text.replaceAll(new RegExp(`^ +${scope}: write.*\\n`, 'gm'), '');

  it.each(['contents', 'issues'])('have to let it write %s', (scope) => {
    for (const text of [NORMAL, HARDENED])
      expect(judged('job-permissions', { text: without(text, scope) })).toMatchObject({
        verdict: 'refused',
        what: expect.stringContaining(`lacks \`${scope}: write\``),
      });
  });

  it('have to let it open pull requests where work lands by them', () => {
    for (const text of [NORMAL, HARDENED]) {
      const facts = { text: without(text, 'pull-requests') };
      expect(judged('job-permissions', facts)?.verdict).toBe('ok');
      expect(judged('job-permissions', facts, 'merge')).toMatchObject({
        verdict: 'refused',
        what: expect.stringContaining('lacks `pull-requests: write`'),
      });
    }
  });

  it('are told by all or nothing, too', () => {
    const all = (level: string) => NORMAL.replace(/^ {4}permissions:\n(?: {6}.*\n)+/m, `    permissions: ${level}\n`);

    expect(judged('job-permissions', { text: all('write-all') })?.verdict).toBe('ok');
    expect(judged('job-permissions', { text: all('read-all') })?.verdict).toBe('refused');
  });
});
