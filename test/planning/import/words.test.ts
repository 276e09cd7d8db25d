import { describe, expect, it } from 'vitest';
import { taskIdProblem } from '../../../src/plan/task-id.ts';
import { taskColumns } from '../../../src/planning/import/columns.ts';
import { dependencyIds } from '../../../src/planning/import/dependency-text.ts';
import { readDuration } from '../../../src/planning/import/duration.ts';
import { hostileIdProblem, planIds } from '../../../src/planning/import/ids.ts';
import { planText } from '../../../src/planning/import/plan-text.ts';
import { totalsOfLine } from '../../../src/planning/import/totals.ts';
import { readWaveHeading, waveNumbers } from '../../../src/planning/import/wave-heading.ts';

describe('a duration', () => {
  it.each([
    ['30min', 30],
    ['2hr', 120],
    ['1.5 h', 90],
    ['~2 hours', 120],
    ['1h 30m', 90],
    ['2-4h', 240],
    ['2h – 3h', 180],
    ['1d', 480],
    ['0.5 days', 240],
  ])('%s is %i minutes', (text, minutes) => {
    expect(readDuration(text)).toMatchObject({ kind: 'minutes', minutes });
  });

  it('without a unit is what the column says, and unclear where it says nothing', () => {
    expect(readDuration('3', { unit: 60 })).toMatchObject({ minutes: 180 });
    expect(readDuration('3')).toMatchObject({
      kind: 'unclear',
      message: expect.stringContaining('write `3h` or `3min`'),
    });
  });

  it.each(['', '-', 'TBD', 'n/a'])('%j says that there is none', (text) => {
    expect(readDuration(text)).toEqual({ kind: 'none' });
  });

  it.each(['soon', '0h', '5 weeks', '9999d', '1h-soon'])('%s is unclear', (text) => {
    expect(readDuration(text).kind).toBe('unclear');
  });
});

describe('dependencies in a cell', () => {
  const known = new Set(['A-1', 'A-2', 'B-1', 'Research and design', 'none-such']);

  it.each([
    ['None', []],
    ['', []],
    ['A-1, A-2', ['A-1', 'A-2']],
    ['A-1, A-2 and B-1', ['A-1', 'A-2', 'B-1']],
    ['A-1; and B-1', ['A-1', 'B-1']],
    ['A-1 + A-2', ['A-1', 'A-2']],
    ['A-1 A-2', ['A-1', 'A-2']],
    ['Research and design', ['Research and design']],
    ['A-1 (schema only)', ['A-1']],
    ['A-1, A-9', ['A-1', 'A-9']],
  ])('%j means %j', (text, ids) => {
    expect(dependencyIds(text, known)).toEqual(ids);
  });
});

describe('ids that a plan cannot hold', () => {
  it('become ids that it can, each its own', () => {
    const written = [
      'task 5',
      'task-5',
      'Task: 5',
      'a..b',
      'x.lock',
      '__proto__',
      '界',
      '再',
      `${'long '.repeat(40)}1`,
    ];

    const ids = planIds([...written, `${'long '.repeat(40)}2`]);

    const chosen = [...ids.values()];
    expect(chosen.map(taskIdProblem).filter((problem) => problem !== undefined)).toEqual([]);
    expect(new Set(chosen.map((id) => id.toLowerCase())).size).toBe(written.length + 1);
    expect(ids.get('task-5')).toBe('task-5');
    expect(ids.get('task 5')).toBe('task-5-2');
    expect(ids.get('Task: 5')).toBe('Task-5-3');
    expect(ids.get('a..b')).toBe('a.b');
  });

  it('are refused where a reader or a file system would take them for something else', () => {
    expect(['a/b', 'a\\b', 'A\u202e1', 'a\u0000b', ' '].map(hostileIdProblem)).toEqual([
      expect.stringContaining('path separator'),
      expect.stringContaining('path separator'),
      expect.stringContaining('U+202E'),
      expect.stringContaining('U+0000'),
      expect.stringContaining('no id'),
    ]);
  });
});

describe('columns', () => {
  it('are known by common names in any order', () => {
    const columns = taskColumns(['Blocked by', 'Effort (h)', 'Name', '#', 'Owner']);

    expect(columns?.map(({ role, index, unit }) => [role, index, unit])).toEqual([
      ['dependencies', 0, undefined],
      ['estimate', 1, 60],
      ['title', 2, undefined],
      ['id', 3, undefined],
    ]);
  });

  it('of a table without durations and dependencies make no table of tasks', () => {
    expect(taskColumns(['Task', 'Owner'])).toBeUndefined();
    expect(taskColumns(['Risk', 'Duration'])).toBeUndefined();
  });
});

describe('the heading of a wave', () => {
  it.each([
    ['Wave 3: Security & Auth (Hour 5-9)', { label: '3', title: 'Security & Auth', window: { start: 300, end: 540 } }],
    ['Phase 2 — Build', { label: '2', title: 'Build' }],
    ['Phase 3.1: Setup', { label: '3.1', title: 'Setup' }],
    ['Wave 4', { label: '4', title: '' }],
    ['Wave 1 (Hours 0 – 1.5)', { label: '1', title: '', window: { start: 0, end: 90 } }],
    ['Waves of work', undefined],
    ['The phase 2 plan', undefined],
  ])('%s', (text, heading) => {
    expect(readWaveHeading(text)).toEqual(heading);
  });

  it('keeps its number, unless the numbers of a document cannot be those of waves', () => {
    expect([...waveNumbers(['2', '5', '2'])]).toEqual([
      ['2', 2],
      ['5', 5],
    ]);
    expect([...waveNumbers(['0', '1', '1.5'])]).toEqual([
      ['0', 1],
      ['1', 2],
      ['1.5', 3],
    ]);
  });
});

describe('figures of the whole plan', () => {
  it.each([
    ['Total Elapsed Time: ~41 hours (with full parallelization)', [['elapsed', 2460, 2460]]],
    ['Savings: ~24 hours vs single-threaded (~65hr)', [['sequential', 3900, 3900]]],
    [
      'Estimated total time: 41 hours (parallelized) vs 65 hours (sequential)',
      [
        ['elapsed', 2460, 2460],
        ['sequential', 3900, 3900],
      ],
    ],
    ['Critical Path Time: 8-12 hours', [['critical-path', 480, 720]]],
    ['A meeting takes 2 hours', []],
  ])('%s', (text, figures) => {
    expect(totalsOfLine({ text, line: 1 }).map(({ of, least, most }) => [of, least, most])).toEqual(figures);
  });
});

describe('the text of a plan', () => {
  it('has plain lists and objects on one line where they fit', () => {
    const long = 'x'.repeat(120);

    const text = planText({ a: [], b: { c: 1, d: 'e' }, f: ['g', 'h'], i: [long], j: [{ k: ['l'] }] });

    expect(text).toBe(
      [
        '{',
        '  "a": [],',
        '  "b": { "c": 1, "d": "e" },',
        '  "f": ["g", "h"],',
        `  "i": [\n    "${long}"\n  ],`,
        '  "j": [\n    {\n      "k": ["l"]\n    }\n  ]',
        '}',
        '',
      ].join('\n'),
    );
  });
});
