import { describe, expect, it } from 'vitest';
import { taskIdProblem } from '../../../src/plan/task-id.ts';
import { taskColumns } from '../../../src/planning/import/columns.ts';
import { namedDependencies } from '../../../src/planning/import/dependency-text.ts';
import { readDuration } from '../../../src/planning/import/duration.ts';
import { parseEstimateMap } from '../../../src/planning/import/estimate-map.ts';
import { hostileIdProblem, planIds } from '../../../src/planning/import/ids.ts';
import { ownOrder, statedOrder } from '../../../src/planning/import/order-sentences.ts';
import { planText } from '../../../src/planning/import/plan-text.ts';
import { readMark, readStatus, withoutDoneMark } from '../../../src/planning/import/status.ts';
import { readTaskLabel } from '../../../src/planning/import/task-label.ts';
import { taskNames } from '../../../src/planning/import/task-names.ts';
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
    ['8 to 12 hours', 720],
    ['M (8-12 hours)', 720],
    ['3 pts (1 day)', 480],
    ['4-5 days', 2400],
    ['2h+', 120],
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

describe('the time of words that are none', () => {
  const read = (map: string, text: string, word?: string) => {
    const parsed = parseEstimateMap(map);
    return parsed.ok ? readDuration(text, { map: parsed.map, word }) : parsed.message;
  };

  it.each([
    ['pts=2h', '3 pts', 360],
    ['pts=2h', '3 Story Points', 360],
    ['SP=30min', '1 point', 30],
    ['S=1h,M=4h,L=1d', 'medium', 240],
    ['S=1h,M=4h,L=1d', 'L', 480],
    ['week=30h', '2-3 weeks', 5400],
    ['day=6h', '2d', 720],
    ['number=1h', '3', 180],
    ['1=1h,3=1d,points=2h', '3 pts', 480],
    ['1=1h,3=1d,points=2h', '5 pts', 600],
    ['soon=2h', 'soon', 120],
  ])('%s makes %s %i minutes', (map, text, minutes) => {
    expect(read(map, text)).toMatchObject({ kind: 'minutes', minutes });
  });

  it('is that of points for a number in a column of points', () => {
    expect(read('points=2h', '3', 'points')).toMatchObject({ minutes: 360 });
    expect(read('number=1h', '3', 'points')).toMatchObject({ kind: 'unclear', word: 'points' });
  });

  it('stays within what an estimate may be', () => {
    expect(read('pts=900h', '3 pts')).toMatchObject({
      kind: 'unclear',
      message: expect.stringMatching(/at most 1000h/),
    });
  });
});

describe('a status', () => {
  it.each([
    ['✅ Done (#12)', 'completed'],
    ['Completed 2026-02-01', 'completed'],
    ['**DONE**', 'completed'],
    ['☑️', 'completed'],
    ['[x]', 'completed'],
    ['⏳ Not started', 'pending'],
    ['⬜', 'pending'],
    ['not done', 'pending'],
    ['Cancelled 🚫', 'left-out'],
    ["won't do", 'left-out'],
    ['❌', 'unknown'],
    ['WIP', 'unknown'],
    ['done but for the tests', 'unknown'],
    ['✅ tests missing', 'unknown'],
  ])('%s is %s', (text, expected) => {
    const read = readStatus(text);

    expect(read.kind === 'status' ? read.status : read.kind).toBe(expected);
  });

  it.each([
    ['x', 'completed'],
    ['✅', 'completed'],
    [' ', 'pending'],
    ['~', 'unknown'],
    ['-', 'unknown'],
  ])('in a box with %j is %s', (mark, expected) => {
    const read = readMark(mark);

    expect(read.kind === 'status' ? read.status : read.kind).toBe(expected);
  });

  it.each([
    ['Calls ✅', 'Calls', true],
    ['✅ Calls', 'Calls', true],
    ['Calls (COMPLETED)', 'Calls', true],
    ['Well done', 'Well done', false],
    ['Done-ness of steaks', 'Done-ness of steaks', false],
  ])('at the end of the title %j leaves %j', (title, text, done) => {
    expect(withoutDoneMark(title)).toEqual({ text, done });
  });
});

describe('the beginning of a title', () => {
  it.each([
    ['T01 — Add an index', 'T01', 'Add an index'],
    ['Task 3: Form', '3', 'Form'],
    ['TASK 1.1.2: Archive', '1.1.2', 'Archive'],
    ['Story 2 - Login', 'story-2', 'Login'],
    ['2.1 Parser', '2.1', 'Parser'],
    ['1. Set up', '1', 'Set up'],
    ['S12-P1-001: Sync', 'S12-P1-001', 'Sync'],
    ['🚀 CORE-1 – Kernel', 'CORE-1', 'Kernel'],
    ['[P1.1] Send', 'P1.1', 'Send'],
    ['3 retries for each call', undefined, undefined],
    ['Add OAuth2 login', undefined, undefined],
    ['Introduction', undefined, undefined],
  ])('%j has the id %j', (text, id, title) => {
    expect(readTaskLabel(text)).toEqual(id === undefined ? undefined : expect.objectContaining({ id, title }));
  });

  it('may only look like an id', () => {
    expect(readTaskLabel('S3 bucket')).toMatchObject({ id: 'S3', prefix: 'S' });
  });
});

describe('an order in words', () => {
  const names = taskNames({
    order: ['T1', 'T2', 'T3', 'T4'],
    groups: new Map([
      ['us1', ['T1', 'T2']],
      ['us2', ['T3']],
      ['phase 2', ['T3', 'T4']],
    ]),
  });

  it.each([
    ['T3 depends on T1 and T2', ['T3'], ['T1', 'T2']],
    ['- **US2**: depends on US1, since it shows the same list', ['T3'], ['T1', 'T2']],
    ['**User Story 2** depends on User Story 1', ['T3'], ['T1', 'T2']],
    ['T4 can only start after T3.', ['T4'], ['T3']],
    ['T1 must be finished before T2', ['T2'], ['T1']],
    ['T1 blocks T2, T3', ['T2', 'T3'], ['T1']],
    ['Phase 2 requires T2 to be done', ['T3', 'T4'], ['T2']],
    ['T3 does not depend on T1', undefined, undefined],
    ['T3 may depend on T1', undefined, undefined],
    ['The tea depends on T1', undefined, undefined],
    ['T3 depends on the weather', undefined, undefined],
  ])('%j', (text, tasks, after) => {
    expect(statedOrder(text, names)).toEqual(tasks === undefined ? undefined : { tasks, after });
  });

  it.each([
    ['Print (depends on T1, T2)', ['T1', 'T2'], 'Print'],
    ['Print [after T1-T3]', ['T1', 'T2', 'T3'], 'Print'],
    ['Print after T2', ['T2'], 'Print after T2'],
    ['Print, blocked by T1 and T2', ['T1', 'T2'], 'Print, blocked by T1 and T2'],
    ['Print after 2 days', [], 'Print after 2 days'],
    ['Print (after lunch)', [], 'Print'],
  ])('in the title %j', (title, ids, text) => {
    expect(ownOrder(title, names, 'T4')).toMatchObject({ ids, text });
  });

  it.each([
    ['Phase 2', ['T3']],
    ['All above', ['T1', 'T2', 'T3']],
    ['T1–T3', ['T1', 'T2', 'T3']],
    ['T1 complete', ['T1']],
    ['Task T2 (the model)', ['T2']],
    ['None (foundation)', []],
    ['Independent', []],
  ])('in a field: %j', (text, ids) => {
    expect(namedDependencies(text, names, 'T4')).toEqual({ ids, untaken: [] });
  });

  it('that names no task is handed back, and an id that no task has is a slip', () => {
    expect(namedDependencies('T1, design review, T99', names, 'T4')).toEqual({
      ids: ['T1', 'T99'],
      untaken: ['design review'],
    });
  });
});

describe('dependencies in a cell', () => {
  const known = ['A-1', 'A-2', 'B-1', 'Research and design', 'none-such'];

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
    expect(namedDependencies(text, taskNames({ order: known })).ids).toEqual(ids);
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
