import { describe, expect, it } from 'vitest';
import { importPlan } from '../../../src/planning/import/import-plan.ts';

const TABLE = '| ID | Title | Duration | Dependencies |\n| --- | --- | --- | --- |\n';
const TABLE_WITHOUT_ORDER =
  '| ID | Title | Duration |\n| --- | --- | --- |\n| A-1 | First | 1h |\n| A-2 | Second | 1h |\n';
const ROW = '| A-1 | First | 1h | None |\n';

/** Each would take the parser minutes or its stack. */
const refused: readonly (readonly [string, string, RegExp])[] = [
  ['quotes nested without end', '>'.repeat(100_000), /a line of 100000 characters/],
  ['quotes nested in a short line', `${'> '.repeat(5_000)}a`, /nested deeper than any plan/],
  ['lists nested in a short line', `${'- '.repeat(3_000)}a`, /nested deeper than any plan/],
  ['brackets in one line', '['.repeat(100_000), /a line of 100000 characters/],
  ['brackets over many lines', '[a][a][a][a]\n'.repeat(50_000), /more than 5000 `\[` in one paragraph/],
  ['definitions without end', '[a]: b\n'.repeat(50_000), /more than 5000 `\[` in one paragraph/],
  [
    'indentation that grows',
    Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth * 2)}- a`).join('\n'),
    /nested/,
  ],
  ['backticks of every length', Array.from({ length: 150 }, (_, length) => '`'.repeat(length)).join(' '), /backticks/],
  ['emphasis in emphasis', `${'*a '.repeat(2_000)}${'a* '.repeat(2_000)}`, /nested deeper than any plan/],
  ['marks without end', '*a*\n\n'.repeat(29_000).repeat(5), /divide the file/],
  ['lists without end', '# a\n\n- a\n- b\n\n'.repeat(5_000), /more than 3000 lists/],
  ['lines without end', '- a\n'.repeat(100_000), /more than 60000 lines/],
  ['50 MB', 'x'.repeat(50_000_000), /has 50000000 characters; at most 2000000 of Markdown/],
];

describe('a Markdown file that no plan is like', () => {
  it.each(refused)('%s: refused with one message within seconds', (_, text, message) => {
    const started = performance.now();

    const result = importPlan({ path: 'plan.md', files: [{ file: 'plan.md', text }], format: 'markdown' });

    expect(result.ok ? [] : result.problems.map((problem) => problem.message)).toEqual([
      expect.stringMatching(message),
    ]);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('is named by what is wrong with it where the format is to be recognised', () => {
    const result = importPlan({ path: 'plan.md', files: [{ file: 'plan.md', text: '['.repeat(100_000) }] });

    expect(result.ok ? [] : result.problems).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/a line of 100000 characters/) }),
    ]);
  });
});

describe('other files that no plan is like', () => {
  it.each([
    ['task-master', 'a.json', `{"tasks":${'['.repeat(100_000)}`, /nested more than 64 levels/],
    ['beads', 'a.jsonl', '{"a":'.repeat(100_000), /nested more than 64 levels/],
    ['bernstein', 'a.yaml', `stages: ${'['.repeat(100_000)}`, /not valid YAML|nest/],
    ['bernstein', 'b.yaml', `a: &a [x]\nstages: [*a, *a]\n`, /references such as/],
  ] as const)('%s: refused with a clear message', (format, file, text, message) => {
    const result = importPlan({ path: file, files: [{ file, text }], format });

    expect(result.ok ? '' : result.problems[0]?.message).toMatch(message);
  });

  it.each([
    [
      'phases of a thousand side by side',
      'tasks.md',
      ['## Phase 1: A', '## Phase 2: B']
        .flatMap((heading, phase) => [
          heading,
          '',
          ...Array.from({ length: 1_000 }, (_, index) => `- [ ] T${phase}${1000 + index} [P] Do`),
        ])
        .join('\n'),
    ],
    [
      'issues within issues within issues',
      'a.jsonl',
      Array.from({ length: 5_000 }, (_, index) => {
        const types = ['parent-child', 'blocks'] as const;
        const dependencies = types.map((type, nth) => ({ depends_on_id: `bd-${index + 1 + nth}`, type }));
        return JSON.stringify({ id: `bd-${index}`, title: 'Title', dependencies });
      }).join('\n'),
    ],
  ])('%s are refused before they are multiplied', (_, file, text) => {
    const result = importPlan({ path: file, files: [{ file, text }] });

    expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/wait for more than 200000 others in all/),
    ]);
  });

  it('more tasks than a plan may hold are refused with one message', () => {
    const line = (index: number) => `{"id":"bd-${index}","title":"Title","status":"open"}\n`;
    const text = Array.from({ length: 20_001 }, (_, index) => line(index)).join('');

    const result = importPlan({ path: 'a.jsonl', files: [{ file: 'a.jsonl', text }] });

    expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([
      'the plan has 20001 tasks; at most 20000 are read, so divide it',
    ]);
  });

  it('a table of a thousand tasks is taken within seconds', () => {
    const rows = Array.from({ length: 1_000 }, (_, index) => `| T-${index} | Title | 1h | None |\n`).join('');
    const started = performance.now();

    const result = importPlan({ path: 'plan.md', files: [{ file: 'plan.md', text: TABLE + rows }] });

    expect(result.ok && result.plan.tasks.length).toBe(1_000);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('a byte order mark and line ends of Windows', () => {
  it('change no place that is named', () => {
    const text = `\uFEFF# Plan\r\n\r\n${(TABLE + ROW).replaceAll('\n', '\r\n')}| A-2 | Second | 1h | A-9 |\r\n`;

    const result = importPlan({ path: 'plan.md', files: [{ file: 'plan.md', text }] });

    expect(result.ok ? [] : result.problems.map(({ line, column }) => [line, column])).toEqual([[6, 23]]);
  });
});

/** Each is small, and would take a careless reader minutes. */
const slow: readonly (readonly [string, string])[] = [
  ['a heading of one long word', `# Plan\n\n### T01 ${'a'.repeat(19_000)}\n\n**Estimate:** 1h\n`],
  ['a heading of brackets', `### T01 ${'('.repeat(4_000)}\n\n**Estimate:** 1h\n`],
  ['headings without end', Array.from({ length: 2_000 }, (_, index) => `### Task ${index}: Do`).join('\n')],
  ['signs without end', `### ${'✅'.repeat(9_000)} T01 Do ${'✅ '.repeat(4_000)}\n\n**Estimate:** 1h\n`],
  ['blanks behind a label', `### T01 Do\n\nEstimate:${' '.repeat(19_000)}x\n\nStatus ${' '.repeat(19_000)}: done\n`],
  ['labels on one line', `### T01 Do\n\n${'Estimate: 1h | '.repeat(1_000)}\n`],
  [
    'sentences of an order',
    `${TABLE_WITHOUT_ORDER}\n${'A-1 depends on '.repeat(1_000)}\n\n${'A-1 depends on A-2 and '.repeat(800)}A-1\n`,
  ],
  ['boxes that are near', '-[ ]T001 Do\n'.repeat(4_900)],
  ['boxes on one line', `- [ ] T001 ${'[ ] '.repeat(1_000)}\n`],
  [
    'items below items',
    Array.from({ length: 30 }, (_, depth) => `${' '.repeat(depth * 2)}- [ ] ${depth}.1 Do`).join('\n'),
  ],
  ['ranges of ranges', `### T1 Do\n\n**Dependencies:** ${'T1-'.repeat(300)}\n\n### T2 Do\n`],
  [
    'everything waits for all above',
    `| ID | Title | Depends on |\n| --- | --- | --- |\n${Array.from({ length: 600 }, (_, index) => `| T-${index} | Do | all above |\n`).join('')}`,
  ],
  ['numbers without end', `### Task 1${'.1'.repeat(4_000)}: Do\n\n**Estimate:** 1${'0'.repeat(9_000)}h\n`],
  ['depends on without end', `- [ ] T001 Do ${'(depends on '.repeat(1_500)}\n`],
];

describe('a Markdown plan that is written to be slow', () => {
  it.each(slow)('%s: read or refused within seconds', (_, text) => {
    const started = performance.now();

    const result = importPlan({ path: 'plan.md', files: [{ file: 'plan.md', text }] });

    const unforeseen = result.ok ? [] : result.problems.filter(({ message }) => message.includes('does not load'));
    expect(unforeseen).toEqual([]);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
