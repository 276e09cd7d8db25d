import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openTranscript } from '../../../src/task/agent/transcript.ts';

let shown: string[];

beforeEach(() => {
  shown = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    shown.push(...String(text).trimEnd().split('\n'));
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

/** The log as people see it: without the commands that switch commands off and on. */
function page(): readonly string[] {
  const words = shown.flatMap((line) => /^::stop-commands::(.+)$/.exec(line)?.[1] ?? []);
  return shown.filter((line) => !line.startsWith('::stop-commands::') && !words.some((word) => line === `::${word}::`));
}

/** What the runner would obey: it hears nothing between `stop-commands` and the word that ends it. */
function obeyed(): readonly string[] {
  let word: string | undefined;
  return shown.filter((line) => {
    if (word !== undefined) {
      if (line === `::${word}::`) word = undefined;
      return false;
    }
    word = /^::stop-commands::(.+)$/.exec(line)?.[1];
    return word === undefined && /^(?:::|##\[)/.test(line);
  });
}

test('each turn is a fold, titled by the first tool that it uses, or by its first words', () => {
  const transcript = openTranscript();
  transcript.text('a line before the first turn');
  transcript.event({ kind: 'turn', id: 'a' }, 1);
  transcript.event({ kind: 'text', text: 'I look first.' }, 1);
  transcript.event({ kind: 'tool', name: 'Bash', about: 'npm test\n  --watch' }, 1);
  transcript.event({ kind: 'output', text: '2 passed\n' }, 1);
  transcript.event({ kind: 'turn', id: 'b' }, 2);
  transcript.event({ kind: 'text', text: 'All ', piece: true }, 2);
  transcript.event({ kind: 'text', text: 'done.\nReally.', piece: true }, 2);
  transcript.end();

  expect(page()).toEqual([
    'a line before the first turn',
    '::group::Turn 1 · Bash npm test --watch',
    'I look first.',
    '> Bash npm test',
    '  --watch',
    '2 passed',
    '::endgroup::',
    '::group::Turn 2 · All done.',
    'All done.',
    'Really.',
    '::endgroup::',
  ]);
});

test('workflow commands of an agent have no effect, in whatever it writes them', () => {
  const attack = '::add-mask::x\n::set-output name=a::b\r::error::c\n##[set-env name=PATH]d\n::endgroup::\n::group::e';
  const transcript = openTranscript();
  transcript.text(attack);
  transcript.event({ kind: 'turn', id: attack }, 1);
  transcript.event({ kind: 'text', text: attack }, 1);
  transcript.event({ kind: 'tool', name: attack, about: `\n${attack}` }, 1);
  transcript.event({ kind: 'output', text: attack }, 1);
  transcript.event({ kind: 'turn', id: '2' }, 2);
  transcript.event({ kind: 'text', text: attack }, 2);
  transcript.event({ kind: 'trouble', text: attack }, 2);
  transcript.end();

  const commands = obeyed();
  expect(commands).toHaveLength(4);
  expect(commands[0]).toMatch(/^::group::Turn 1 · ::add-mask::x ::set-output/);
  expect(commands[2]).toMatch(/^::group::Turn 2 · ::add-mask::x$/);
  expect([commands[1], commands[3]]).toEqual(['::endgroup::', '::endgroup::']);
  expect(commands.some((line) => line.includes('\r'))).toBe(false);
});

test('a word that ends the silence is never used twice: what has been printed cannot be repeated', () => {
  const transcript = openTranscript();
  for (const turn of [1, 2, 3]) {
    transcript.event({ kind: 'turn', id: String(turn) }, turn);
    transcript.event({ kind: 'tool', name: 'Bash', about: 'ls' }, turn);
  }
  transcript.end();

  const words = shown.flatMap((line) => /^::stop-commands::(.+)$/.exec(line)?.[1] ?? []);
  expect(words.length).toBeGreaterThan(6);
  expect(new Set(words).size).toBe(words.length);
});

test('a turn that floods the log is cut, and says by how much; the next turn is shown again', () => {
  const transcript = openTranscript();
  transcript.event({ kind: 'turn', id: 'a' }, 1);
  transcript.event({ kind: 'tool', name: 'Bash', about: 'yes' }, 1);
  transcript.event({ kind: 'output', text: `${'y'.repeat(999)}\n`.repeat(100) }, 1);
  transcript.event({ kind: 'turn', id: 'b' }, 2);
  transcript.event({ kind: 'text', text: 'Sorry.' }, 2);
  transcript.end();

  expect(page()).toContain('(41 lines, 41 kB, are left out; the log file has them)');
  expect(page().join('\n').length).toBeLessThan(62_000);
  expect(page().slice(-3)).toEqual(['::group::Turn 2 · Sorry.', 'Sorry.', '::endgroup::']);
});

test('many turns that each stay below the bound of a turn stop at the bound of the log', () => {
  const transcript = openTranscript();
  for (let turn = 1; turn <= 60; turn++) {
    transcript.event({ kind: 'turn', id: String(turn) }, turn);
    transcript.event({ kind: 'tool', name: 'Bash', about: 'yes' }, turn);
    transcript.event({ kind: 'output', text: `${'y'.repeat(999)}\n`.repeat(50) }, turn);
  }
  transcript.end();

  expect(page().join('\n').length).toBeLessThan(2_020_000);
  expect(page().at(-2)).toBe('(51 lines, 50 kB, are left out; the log file has them)');
});

test('a program without turns is bounded by the log alone', () => {
  const transcript = openTranscript();
  for (let line = 0; line < 2_500; line++) transcript.text('y'.repeat(999));
  transcript.end();

  expect(page().filter((line) => line.startsWith('yyy'))).toHaveLength(2_001);
  expect(page().at(-1)).toBe('(499 lines, 499 kB, are left out; the log file has them)');
});

test('the beginning of a line without an end is shown', () => {
  const transcript = openTranscript();
  transcript.event({ kind: 'turn', id: 'a' }, 1);
  transcript.event({ kind: 'tool', name: 'Read', about: 'data.json' }, 1);
  transcript.event({ kind: 'output', text: `${'y'.repeat(500_000)}\nafterwards` }, 1);
  transcript.end();

  expect(page()[2]).toMatch(/^y{4000}… \(500000 characters\)$/);
  expect(page()[3]).toBe('afterwards');
});
