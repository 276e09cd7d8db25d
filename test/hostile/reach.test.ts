import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parsePairs } from 'embedded-github/runner';
import { load } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/plan/config.ts';
import { loadPlan } from '../../src/plan/load.ts';
import { readComment } from '../../src/state/command.ts';
import { parseDispatchTitle } from '../../src/state/names.ts';
import { landingMessage, readLanding } from '../../src/task/git/trailers.ts';
import { announceOutputs } from '../../src/task/protocol/output-file.ts';
import { readOutput, storeOutputs } from '../../src/task/protocol/outputs.ts';
import { error, logFolded, notice } from '../../src/task/protocol/workflow-commands.ts';
import { taskOf } from '../support/course.ts';
import { ALL_HOSTILE, HOSTILE } from './corpus.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('a field of the plan', () => {
  const loaded = (task: object) =>
    loadPlan({
      file: 'tasks.json',
      text: JSON.stringify({ name: 'Plan', tasks: [{ id: 'A', title: 'Title', ...task }] }),
    });

  it.each(ALL_HOSTILE)('as an id is a name that git, a shell and a path take as it is, or refused: %j', (text) => {
    const plan = loaded({ id: text });

    if (plan.ok) expect(plan.plan.tasks[0]?.id).toMatch(/^[A-Za-z0-9](?!.*\.\.)[A-Za-z0-9._-]{0,63}(?<!\.|\.lock)$/);
  });

  it.each(ALL_HOSTILE)('as an agent, a model or a check is a plain word, or refused: %j', (text) => {
    for (const field of ['agent', 'model', 'integration']) {
      const plan = loaded({ [field]: text });

      if (plan.ok) expect(text).toMatch(/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]*$/);
    }
  });

  it.each(ALL_HOSTILE)('as a path stays inside of the repository, or is refused: %j', (text) => {
    for (const field of ['outputs', 'touches']) {
      const plan = loaded({ [field]: [text] });

      if (plan.ok) expect(join('/repository', text)).toMatch(/^\/repository(\/|$)/);
    }
  });

  it.each(ALL_HOSTILE)('as a title is one line that shows what it holds, or refused: %j', (text) => {
    const plan = loaded({ title: text });

    if (plan.ok) expect(text).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069\u200b]/u);
  });

  it('breaks no message: problems are lines of printable text', () => {
    for (const text of ALL_HOSTILE) {
      const plan = loaded({ id: text, dependencies: [text], outputs: [text], wave: text, status: text });

      const messages = plan.ok ? [] : plan.problems.map(({ message }) => message);
      expect(messages.length).toBeGreaterThan(0);
      expect(messages.join('')).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
    }
  });
});

describe('the base branch of the configuration', () => {
  it.each(ALL_HOSTILE)('is a branch that git takes, or refused: %j', (text) => {
    const config = loadConfig({ file: 'agent-waves.yml', text: `base: ${JSON.stringify(text)}\n` });

    if (config.ok) {
      expect(() => execFileSync('git', ['check-ref-format', '--branch', text], { stdio: 'ignore' })).not.toThrow();
    }
  });
});

describe('a comment', () => {
  it.each(ALL_HOSTILE)('gives at most a command that we know, with a model that is a name: %j', (text) => {
    for (const body of [text, `/retry ${text}`, `/retry model=${text}`]) {
      for (const { model } of readComment(body).commands)
        if (model !== undefined) expect(model).toMatch(/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,127}$/);
    }
    if (!/\/[a-z]/i.test(text)) expect(readComment(text)).toEqual({ commands: [], unknown: undefined });
  });
});

describe('the title of a run that somebody started', () => {
  it.each(ALL_HOSTILE)('is none of ours: %j', (text) => {
    expect(parseDispatchTitle(text)).toBeUndefined();
    expect(parseDispatchTitle(`A #1 · attempt 1 · slice 1 · d1${text}`)).toBeUndefined();
  });
});

describe('the commit that lands a task', () => {
  const dispatch = { task: taskOf({ id: 'A' }).id, issue: 7, attempt: 2, slice: 1, dispatch: 3 };

  it.each(ALL_HOSTILE)('bears our trailers alone, closes nothing and mentions nobody: %j', (text) => {
    const message = landingMessage({
      ...{ dispatch, run: 9, title: text, summary: `${text}\n\n${text}` },
      checks: [{ name: 'test', status: 'passed' }],
    });

    expect(readLanding(`${'c'.repeat(40)}\n${message}`)).toMatchObject({
      task: 'A',
      issue: 7,
      attempt: 2,
      dispatch: 3,
      run: 9,
    });
    expect(message.match(/^Issue: /gm)).toHaveLength(1);
    const words = message.slice(0, message.lastIndexOf('\n\n'));
    expect(words).not.toMatch(/(?:^|[^\p{L}\p{N}])@[\p{L}\p{N}]|#\d|\bGH-\d|^[\w-]+-by:/imu);
    expect(words).not.toMatch(/\b(?:clos(?:e|es|ed)|fix(?:es|ed)?|resolv(?:e|es|ed))\W{1,10}https?:/i);
  });
});

describe('the log of a step', () => {
  let written = '';
  beforeEach(() => {
    written = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      written += String(chunk);
      return true;
    });
  });
  afterEach(() => vi.restoreAllMocks());

  it.each(ALL_HOSTILE)('takes no command out of what it shows: %j', (text) => {
    notice(text, text);
    error(text, text);
    const lines = written.split(/\r\n|\n|\r/).filter(Boolean);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^::notice title=[^,:]*::/);
    expect(lines[1]).toMatch(/^::error title=[^,:]*::/);

    written = '';
    logFolded(text, text);
    const [group = '', stop = ''] = written.split('\n');
    const word = stop.replace('::stop-commands::', '');
    expect(group.startsWith('::group::')).toBe(true);
    expect(written.endsWith(`::${word}::\n::endgroup::\n`)).toBe(true);
    expect(text).not.toContain(word);
  });
});

describe('an output of a step', () => {
  const folder = mkdtempSync(join(tmpdir(), 'agent-waves-hostile-'));
  const file = join(folder, 'output');

  it('comes back as it was, whatever it holds, and brings no other', () => {
    for (const text of ALL_HOSTILE) {
      writeFileSync(file, '');

      const conclusion = { outcome: 'agent', failure: { what: text, output: text } } as const;
      announceOutputs(file, storeOutputs({ folder }, 'claim', { conclusion, next: 'report' }));

      const pairs = parsePairs(readFileSync(file, 'utf8'), 'GITHUB_OUTPUT');
      expect(pairs).toEqual([
        ['next', 'report'],
        ['file', expect.stringMatching(/^[0-9a-f]{64}$/)],
      ]);
      const environment = { STEPS: JSON.stringify({ claim: { outputs: Object.fromEntries(pairs) } }) };
      expect(readOutput({ job: { folder }, environment }, 'claim.conclusion')).toEqual(conclusion);
    }
    rmSync(folder, { recursive: true });
  });
});

describe('what workflows run', () => {
  type Steps = readonly { readonly run?: string; readonly uses?: string }[];
  const action = load(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as { readonly runs: { readonly steps: Steps } };
  const scripts = action.runs.steps.flatMap(({ run }) => run ?? []);

  it('holds no expression: everything comes by the environment', () => {
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(script).not.toContain('${{');
  });

  it('would not notice if it did not look: the corpus has expressions', () => {
    expect(HOSTILE.expressions?.filter((text) => text.includes('${{')).length).toBeGreaterThan(5);
  });
});
