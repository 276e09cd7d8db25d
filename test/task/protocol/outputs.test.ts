import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outputsFile } from '../../../src/task/protocol/job-files.ts';
import { writeOutputFile } from '../../../src/task/protocol/output-file.ts';
import { OUTPUTS, readOutput, requireOutput, stepOutcome, storeOutputs } from '../../../src/task/protocol/outputs.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

function stepsWith(outputs: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const steps = Object.entries(outputs).map(([id, values]) => [id, { outputs: values, outcome: 'success' }]);
  return { job: { folder }, environment: { STEPS: JSON.stringify(Object.fromEntries(steps)) } };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'agent-waves-outputs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('an output of an earlier step', () => {
  const verification = { checks: [{ name: 'test', status: 'passed' } as const], findings: [], tree: '4b82' };

  it('is read as the value that the step wrote', () => {
    const environment = stepsWith({ verify: storeOutputs({ folder }, 'verify', { verification, next: 'land' }) });

    expect(readOutput(environment, 'verify.verification')).toEqual(verification);
    expect(readOutput(environment, 'verify.next')).toBe('land');
    expect(stepOutcome(environment, 'verify')).toBe('success');
  });

  it('that was not left is undefined, and an error where it is required, with step and output', () => {
    expect(readOutput(stepsWith({}), 'agent.report')).toBeUndefined();
    expect(() => requireOutput(stepsWith({ agent: {} }), 'agent.report')).toThrow('step agent left no report');
  });

  it.each([
    ['a field of another type', { ...verification, tree: 7 }, 'verification.tree: '],
    ['a field that is missing', { findings: [], tree: '4b82' }, 'verification.checks: '],
    [
      'a word that nobody knows',
      { checks: [{ name: 'test', status: 'fine' }], findings: [], tree: '' },
      'verification.checks.0.status: ',
    ],
    ['null', null, 'verification: '],
    ['text', 'undefined', 'verification: '],
  ])('with %s is refused with the name of step and output', (_, written, place) => {
    const file = writeOutputFile(outputsFile({ folder }, 'verify'), { verification: written });
    const environment = stepsWith({ verify: { file } });

    expect(() => readOutput(environment, 'verify.verification')).toThrow(/^output verification of step verify is not/);
    expect(() => readOutput(environment, 'verify.verification')).toThrow(place);
  });

  it('that is text is one of the words that the step may say', () => {
    expect(() => readOutput(stepsWith({ verify: { next: 'elsewhere' } }), 'verify.next')).toThrow(
      /^output next of step verify is not/,
    );
  });

  it.each<[string, (file: string) => void]>([
    ['added to', (file) => appendFileSync(file, ' ')],
    [
      'written anew',
      (file) => writeFileSync(file, JSON.stringify({ verification: { ...verification, tree: 'f00d' } })),
    ],
    [
      'replaced by a link to the same',
      (file) => {
        const other = join(dirname(file), 'other.json');
        writeFileSync(other, readFileSync(file));
        rmSync(file);
        symlinkSync(other, file);
      },
    ],
    ['removed', (file) => rmSync(file)],
  ])('that somebody has %s is not read', (_, change) => {
    const environment = stepsWith({ verify: storeOutputs({ folder }, 'verify', { verification, next: 'land' }) });
    change(outputsFile({ folder }, 'verify'));

    expect(() => readOutput(environment, 'verify.verification')).toThrow();
    expect(readOutput(environment, 'verify.next')).toBe('land');
  });

  it('is never written through what somebody put in its place', () => {
    const elsewhere = join(folder, 'elsewhere');
    writeFileSync(elsewhere, 'mine');
    storeOutputs({ folder }, 'verify', { verification });
    rmSync(outputsFile({ folder }, 'verify'));
    symlinkSync(elsewhere, outputsFile({ folder }, 'verify'));

    storeOutputs({ folder }, 'verify', { verification });

    expect(readFileSync(elsewhere, 'utf8')).toBe('mine');
  });

  it('leaves the runner words alone, however much it holds', () => {
    const output = '\\"'.repeat(100_000);

    const kept = storeOutputs({ folder }, 'verify', {
      next: 'report',
      conclusion: { outcome: 'verification', failure: { what: 'x', output } },
    });

    expect(JSON.stringify(kept).length).toBeLessThan(200);
    expect(readOutput(stepsWith({ verify: kept }), 'verify.conclusion')?.failure?.output).toBe(output);
  });

  it('of a job before counts unless a step of this job has run since', () => {
    const before = {
      agent: { outcome: 'success', outputs: storeOutputs({ folder }, 'agent', { saved: true }) },
      verify: { outcome: 'failure', outputs: {} },
    };
    const environment = stepsWith({
      'import-handoff': storeOutputs({ folder }, 'import-handoff', { steps: before }),
      verify: storeOutputs({ folder }, 'verify', { next: 'land' }),
    });

    expect(readOutput(environment, 'agent.saved')).toBe(true);
    expect(stepOutcome(environment, 'verify')).toBe('success');
  });
});

describe('the table and action.yml', () => {
  const text = readFileSync(join(ROOT, 'action.yml'), 'utf8');
  const action = load(text) as {
    readonly outputs: Readonly<Record<string, unknown>>;
    readonly runs: { readonly steps: readonly { readonly id: string; readonly run: string }[] };
  };
  const mentioned = [...text.matchAll(/steps\.([\w-]+)\.outputs\.(\w+)/g)].map(([, step = '', name = '']) => ({
    step,
    name,
  }));
  const sources = readdirSync(join(ROOT, 'src/task'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, 'src/task', name), 'utf8'))
    .join('\n');

  const templates = readdirSync(join(ROOT, 'templates'))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => readFileSync(join(ROOT, 'templates', name), 'utf8'))
    .join('\n');

  it('have the same steps, each started under its own id', () => {
    expect(action.runs.steps.map(({ id }) => id).sort()).toEqual(Object.keys(OUTPUTS).sort());
    for (const { id, run } of action.runs.steps) {
      expect(run).toMatch(new RegExp(`dist/task\\.js" ${id}$`));
      const program = readFileSync(join(ROOT, `src/task/steps/${id}.ts`), 'utf8');
      expect(program).toContain(`await runStep('${id}', `);
    }
  });

  it('action.yml reads no output that is not in the table', () => {
    expect(mentioned.length).toBeGreaterThan(10);
    for (const { step, name } of mentioned) {
      const outputs: Readonly<Record<string, object>> = OUTPUTS;
      expect(Object.keys(outputs[step] ?? {}), `steps.${step}.outputs.${name}`).toContain(name);
    }
  });

  it('the table has no output that neither action.yml, nor a template, nor a later step reads', () => {
    const unread = Object.entries(OUTPUTS).flatMap(([step, outputs]) =>
      Object.keys(outputs).filter((name) => {
        const inAction = mentioned.some((each) => each.step === step && each.name === name);
        const inTemplate = templates.includes(`fromJSON(needs.${step}.outputs.handover).${name} `);
        // `next` of the step that a job is for is an output of the action: steps[inputs.stage].outputs.next.
        return !inAction && !inTemplate && name !== 'next' && !sources.includes(`'${step}.${name}'`);
      }),
    );

    expect(unread).toEqual([]);
  });

  it('templates read no output that the action does not have', () => {
    const read = [...templates.matchAll(/steps\.task\.outputs\.(\w+)/g)].map(([, name = '']) => name);

    expect(new Set(read)).toEqual(new Set(['handover', 'next']));
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(read));
  });
});
