import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/plan/graph.ts';
import { firstInvisible } from '../../../src/plan/invisible.ts';
import { formatProblem, loadPlan } from '../../../src/plan/load.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { exportMarkdown } from '../../../src/planning/export-markdown.ts';
import { type ImportRequest, importPlan } from '../../../src/planning/import/import-plan.ts';
import { loaded } from '../../plan/loaded.ts';
import { planTexts } from '../../plan/random-plan.ts';

/** Text that Markdown could take for something else. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '|',
        '\\',
        '`',
        '``',
        '*',
        '_',
        '~~',
        '[',
        '](',
        ')',
        '<',
        '>',
        '<br>',
        '<!--',
        '-->',
        '&',
        '&amp;',
      ),
      fc.constantFrom(
        '#',
        '##',
        '- [ ]',
        '1.',
        '!',
        '$',
        '$(',
        '{',
        '}',
        ':',
        '://',
        'www.',
        '@',
        'a@b.c',
        '=',
        '+',
        '"',
      ),
      fc.constantFrom(' ', '  ', 'a', 'Wave 2', 'none', 'é', '界', '🎯', '\u00a0', '~8h', '(Hour', '---'),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => text.trim() !== '' && text.length <= 60 && firstInvisible(text) === undefined);

/** Random plans whose texts are hostile. */
const plans = fc
  .record({
    source: planTexts(),
    texts: fc.array(hostile, { minLength: 48, maxLength: 48 }),
    agents: fc.array(fc.constantFrom('A1', 'test-runner', 'none', 'x_y:z@[1]'), { minLength: 12, maxLength: 12 }),
  })
  .map(({ source, texts, agents }) => {
    const file = JSON.parse(source.text) as { name: string; waves: object[]; tasks: Record<string, unknown>[] };
    const tasks = file.tasks.map((task, index) => ({
      ...task,
      title: texts[index],
      ...(index % 3 === 0 ? { category: texts[index + 12], agent: agents[index], model: agents[index] } : {}),
    }));
    const waves = file.waves.map((wave, index) => ({ ...wave, title: texts[index + 24] }));
    return loaded({ file: 'tasks.json', text: JSON.stringify({ id: 'hostile', name: texts[47], waves, tasks }) });
  });

/** The order of the tasks stands for their dependencies: those that others imply are not imported. */
function essence(plan: Plan): object {
  const { reduced } = buildGraph(plan);
  return {
    name: plan.name,
    waves: plan.waves,
    tasks: new Map(
      plan.tasks.map(({ id, title, wave, minutes, agent, model, category }) => [
        id,
        { title, wave, minutes, dependencies: reduced.get(id), agent, model, category },
      ]),
    ),
  };
}

function imported(request: ImportRequest): Plan {
  const result = importPlan(request);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.plan;
}

describe('a plan that is exported', () => {
  it('is the same when it is imported, whatever its texts hold', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const text = exportMarkdown(plan);

        const again = imported({ path: 'plan.md', files: [{ file: 'plan.md', text }] });

        expect(essence(again)).toEqual(essence(plan));
      }),
      { numRuns: 150 },
    );
  });

  it('reads as a document of waves and tables', async () => {
    const plan = loaded({
      file: 'tasks.json',
      text: JSON.stringify({
        name: 'Rate limits',
        waves: [{ number: 1, title: 'Ground' }],
        tasks: [
          { id: 'A-1', title: 'Count | per `key`', wave: 1, estimate: '90min', category: 'code' },
          { id: 'A-2', title: 'Refuse <429>', wave: 2, dependencies: ['A-1'], agent: 'test-runner', model: 'haiku' },
        ],
      }),
    });

    await expect(exportMarkdown(plan)).toMatchFileSnapshot('golden/export.md');
  });
});

describe('an import', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 30 });

  it('gives a plan that loads or a list of problems, whatever stands in the cells', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell, cell, cell), { minLength: 1, maxLength: 6 }), (rows) => {
        const lines = rows.map((row, index) => `| T${index}${row.join(' | ')} |`.replaceAll(/[\r\n]/g, ' '));
        const head = ['| ID | Title | Duration | Dependencies | Agent type |', '| - | - | - | - | - |'];
        const text = [...head, ...lines].join('\n');

        const result = importPlan({ path: 'plan.md', files: [{ file: 'plan.md', text }], format: 'markdown' });

        if (result.ok) expect(loadPlan({ file: 'tasks.json', text: result.text }).ok).toBe(true);
        else expect(result.problems.filter(({ message }) => message.includes('does not load'))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('gives a plan that loads or a list of problems, whatever stands in headings and lists', () => {
    const line = fc.oneof(
      fc.constantFrom(
        ...[
          '# Plan',
          '## Phase 1: A ✅',
          '## Phase 2',
          '### T01 — A',
          '### Task 2: B (2h)',
          '### 1.1 C',
          '#### Acceptance',
        ],
        ...[
          '- [ ] T001 A',
          '-[x]T002 B',
          '- [✅] T003 [P] C',
          '  - [ ] 2.1 D',
          '- [ ] ~~E~~',
          '1. [ ] F',
          '- Phase 3',
          '* G',
        ],
        ...[
          '**Dependencies:** T01, Task 2',
          'Estimate: 2-4h',
          'Status: 🚧',
          'T01 depends on T02',
          '**Files:**',
          '```',
          '',
          '',
        ],
        ...[
          '| ID | Title | Status |',
          '| - | - | - |',
          '| T01 | A | ✅ |',
          '(depends on T001-T003)',
          'all above',
          '---',
        ],
      ),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 30 }), (lines) => {
        const text = lines.join('\n');

        for (const format of [undefined, 'markdown', 'spec-kit'] as const) {
          const result = importPlan({ path: 'a.md', files: [{ file: 'a.md', text }], ...(format && { format }) });
          if (result.ok) expect(loadPlan({ file: 'tasks.json', text: result.text }).ok).toBe(true);
          else expect(result.problems.filter(({ message }) => message.includes('does not load'))).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });

  const anything = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.integer(),
    fc.constant(null),
    fc.boolean(),
    fc.object({ maxDepth: 1 }),
  );

  it('takes no value of a JSON file on trust', () => {
    const task = fc.dictionary(
      fc.constantFrom(
        'id',
        'title',
        'description',
        'status',
        'dependencies',
        'details',
        'testStrategy',
        'subtasks',
        'effort',
        'category',
        'relevantFiles',
        'acceptanceCriteria',
        'issue_type',
        'estimated_minutes',
        '__proto__',
      ),
      fc.oneof(anything, fc.array(anything, { maxLength: 3 })),
    );
    fc.assert(
      fc.property(fc.array(task, { minLength: 1, maxLength: 5 }), (tasks) => {
        const json = JSON.stringify({ tasks });
        const lines = tasks.map((each) => JSON.stringify(each)).join('\n');

        const results = [
          importPlan({ path: 'a.json', files: [{ file: 'a.json', text: json }], format: 'task-master' }),
          importPlan({ path: 'a.jsonl', files: [{ file: 'a.jsonl', text: lines }], format: 'beads' }),
          importPlan({
            path: 'a.yaml',
            files: [{ file: 'a.yaml', text: JSON.stringify({ stages: [{ steps: tasks }] }) }],
            format: 'bernstein',
          }),
        ];

        for (const result of results) {
          const unforeseen = result.ok
            ? []
            : result.problems.filter(({ message }) => message.includes('does not load'));
          expect(unforeseen).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });
});
