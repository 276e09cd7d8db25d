import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlainTask } from '../../src/plan/plain-task.ts';
import { readPlanFile } from '../../src/plan/plan-file.ts';
import { planSchema, taskSchema } from '../../src/plan/schema.ts';

describe('a plan file read without asking the schema about every task', () => {
  it('says of each task what the schema says, or leaves it to the schema', () => {
    let plain = 0;

    fc.assert(
      fc.property(writtenTasks, (task) => {
        const read = readPlainTask(task);
        if (read === undefined) return;
        plain++;
        expect(read).toStrictEqual(taskSchema.parse(task));
      }),
      { numRuns: 3_000 },
    );
    expect(plain).toBeGreaterThan(100);
  });

  it('leaves no task to the schema that holds what most plans write', () => {
    const task = {
      id: 'CORE-001',
      title: 'Größe: what – “fits”',
      description: 'Two\nlines 🎉',
      wave: 3,
      category: 'code',
      dependencies: ['A'],
      estimate: 90,
      acceptance: ['It builds.'],
      outputs: ['src/**/*.ts'],
      touches: ['docs/a.md'],
      agent: 'general-purpose',
      model: 'sonnet',
      priority: -2,
      integration: 'e2e',
      status: 'completed',
      agent_id: 'A1',
      started_at: '2026-01-01T00:00:00Z',
      completed_at: null,
    };

    expect(readPlainTask(task)).toStrictEqual(taskSchema.parse(task));
  });

  it('is the file that the schema makes of it, or has the same problems at the same places', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            name: fc.constantFrom('Plan', '', 7),
            id: fc.constantFrom('plan', '-', 1),
            waves: fc.constantFrom([{ number: 1, title: 'One' }], [{ number: 0 }], 'none'),
            tasks: fc.oneof({ arbitrary: fc.array(writtenTasks), weight: 9 }, { arbitrary: strange, weight: 1 }),
          },
          { requiredKeys: [] },
        ),
        (file) => {
          const parsed = planSchema.safeParse(file, { reportInput: true });

          const read = readPlanFile(file);

          if (parsed.success) expect(read).toStrictEqual({ ok: true, file: parsed.data });
          else expect({ ...read, issues: inOrder(read) }).toStrictEqual({ ok: false, issues: inOrder(parsed.error) });
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([null, 'tasks', [], { name: 'Plan' }, { name: 'Plan', tasks: {} }])('asks the schema about %j', (value) => {
    expect(readPlanFile(value).ok).toBe(planSchema.safeParse(value).success);
  });
});

const strange = fc.constantFrom<unknown>(
  null,
  true,
  '',
  'x',
  0,
  -1,
  1.5,
  Number.POSITIVE_INFINITY,
  [],
  [null],
  [1],
  [''],
  {},
  { a: 1 },
);

/** Around every bound of the schema. */
const texts = fc.constantFrom(
  ...[
    'A',
    'A.lock',
    '..',
    'a..b',
    'a.',
    '-x',
    ' ',
    'two\nlines',
    'zero\u200bwidth',
    'e\u202ed',
    'Ünï',
    'src/**',
    './a',
  ],
  ...['../a', '/a', 'a//b', 'a/../b', 'C:/a', 'a\\b', 'a\0', '30min', '0h', '1h30m', 'pending', 'completed', 'done'],
  ...[64, 65, 128, 129, 190, 191, 500, 501, 1000, 1001, 30_000, 30_001].map((length) => 'x'.repeat(length)),
);

const numbers = fc.constantFrom(0, 1, -1, 1.5, 60_000, 60_001, 1000, 1001, -1000, -1001, 2 ** 53, 1e-9);

const lists = fc.oneof(
  fc.array(texts, { maxLength: 3 }),
  fc.constantFrom(...[100, 101, 500, 501].map((length) => Array.from({ length }, () => 'x'))),
);

const values = fc.oneof(texts, numbers, lists, strange);

const soundTasks = fc.record(
  {
    id: fc.constantFrom('A', 'CORE-001', 'a_b.c'),
    title: fc.constantFrom('Title', 'x'.repeat(190)),
    description: fc.constantFrom('', 'Words'),
    wave: fc.constantFrom(1, 1000),
    category: fc.constant('code'),
    dependencies: fc.array(texts, { maxLength: 3 }),
    estimate: fc.constantFrom<unknown>(30, '30min'),
    acceptance: fc.constant(['It builds.']),
    outputs: fc.constantFrom(['src/**'], ['./src']),
    touches: fc.constantFrom(['a.md'], []),
    agent: fc.constant('general-purpose'),
    priority: fc.constantFrom(-1000, 0, 1000),
    status: fc.constantFrom('pending', 'in_progress'),
    started_at: fc.constant(null),
  },
  { requiredKeys: ['id', 'title'] },
);

const FIELDS = [...Object.keys(taskSchema.shape), 'own', '__proto__'];

/** Mostly sound ones: of some a field or two hold anything. */
const writtenTasks = fc
  .tuple(soundTasks, fc.array(fc.tuple(fc.constantFrom(...FIELDS), values), { maxLength: 2 }))
  .map(([sound, slips]) => ({ ...sound, ...Object.fromEntries(slips) }));

/** The schema lists what is wrong in its own order of fields. */
function inOrder(of: object): readonly string[] {
  return ('issues' in of ? (of.issues as readonly object[]) : []).map((issue) => JSON.stringify(issue)).sort();
}
