import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblem, loadPlan, MAX_TASKS } from '../../src/plan/load.ts';
import { planText, planTexts } from './random-plan.ts';

const cases = new URL('cases/', import.meta.url);
const broken = readdirSync(cases).filter((file) => file.endsWith('.json'));

describe('a broken plan', () => {
  it.each(broken)('%s is refused with the messages beside it', async (file) => {
    const text = readFileSync(new URL(file, cases), 'utf8');

    const loaded = loadPlan({ file: 'tasks.json', text });

    const messages = loaded.ok ? [] : loaded.problems.map(formatProblem);
    expect(loaded.ok).toBe(false);
    await expect(`${messages.join('\n')}\n`).toMatchFileSnapshot(`cases/${file.replace(/json$/, 'txt')}`);
  });

  it('lists problems in file order', () => {
    const text = readFileSync(new URL('several-at-once.json', cases), 'utf8');

    const loaded = loadPlan({ file: 'tasks.json', text });

    const places = loaded.ok ? [] : loaded.problems.map(({ line, column }) => line * 10_000 + column);
    expect(places.length).toBeGreaterThan(5);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('says how many problems it left out when there are hundreds', () => {
    const tasks = Array.from({ length: 700 }, (_, index) => ({ id: `T-${index}` }));

    const loaded = loadPlan({ file: 'tasks.json', text: JSON.stringify({ name: 'Broken', tasks }) });

    expect(loaded.ok ? [] : loaded.problems).toHaveLength(501);
    expect(loaded.ok ? '' : loaded.problems.at(-1)?.message).toBe(
      '200 more problems from here on are not listed; fix those above first',
    );
  });
});

describe('a file beyond the limits', () => {
  it.each([
    ['text of 20 MB', `{"name":"${'x'.repeat(20_000_001)}"}`, /has 20000012 characters; at most 20000000 are read/],
    ['lists nested without end', '['.repeat(1_000_000), /nested more than 64 levels deep/],
    ['millions of values', `[${'0,'.repeat(3_000_000)}0]`, /more than 2000000 values/],
    [
      'more tasks than are read',
      JSON.stringify({ name: 'Large', tasks: Array.from({ length: MAX_TASKS + 1 }, () => 0) }),
      /the plan has 20001 tasks; at most 20000 are read/,
    ],
  ])('%s is refused with one message', (_, text, message) => {
    const loaded = loadPlan({ file: 'tasks.json', text });

    expect(loaded.ok ? [] : loaded.problems).toEqual([
      expect.objectContaining({ message: expect.stringMatching(message) }),
    ]);
  });

  it('a hundred cycles are named and the rest is cut, in a plan where everything waits for everything', () => {
    const ids = Array.from({ length: 200 }, (_, index) => `T-${index}`);
    const tasks = ids.map((id) => ({ id, title: 'Title', dependencies: ids.filter((other) => other !== id) }));

    const loaded = loadPlan({ file: 'tasks.json', text: JSON.stringify({ name: 'Knot', tasks }) });

    expect(loaded.ok ? [] : loaded.problems).toHaveLength(100);
  });
});

describe('a cycle through thousands of tasks', () => {
  it('is named from both ends', () => {
    const tasks = Array.from({ length: 20_000 }, (_, index) => ({
      id: `T-${index}`,
      title: 'Title',
      dependencies: [`T-${(index + 1) % 20_000}`],
    }));

    const loaded = loadPlan(planText(tasks));

    const messages = loaded.ok ? [] : loaded.problems.map(({ message }) => message);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(/^T-0 → T-1 → .* → T-249 → \(19500 more\) → T-19750 → .* → T-19999 → T-0 wait for/);
  });
});

describe('a sound plan', () => {
  it('gets every default where the file is silent', () => {
    const loaded = loadPlan(planText([{ id: 'A', title: 'Title' }]));

    expect(loaded).toEqual({
      ok: true,
      plan: {
        id: 'plan',
        idFromName: true,
        name: 'Plan',
        waves: [{ number: 1, title: '' }],
        tasks: [
          {
            id: 'A',
            title: 'Title',
            description: '',
            wave: 1,
            dependencies: [],
            minutes: 60,
            acceptance: [],
            outputs: [],
            touches: [],
            status: 'pending',
          },
        ],
      },
    });
  });

  it('keeps unknown fields out of the plan and does not complain about them', () => {
    const loaded = loadPlan(planText([{ id: 'A', title: 'Title', owner: 'me', agent_id: 'A1', completed_at: null }]));

    expect(loaded.ok && Object.keys(loaded.plan.tasks[0] ?? {})).not.toContain('owner');
    expect(loaded.ok && Object.keys(loaded.plan.tasks[0] ?? {})).not.toContain('agent_id');
  });

  it('may have a circle among completed tasks, which is cut open where it closes', () => {
    const completed = { title: 'Title', status: 'completed' };
    const loaded = loadPlan(
      planText([
        { id: 'A', dependencies: ['B'], ...completed },
        { id: 'B', dependencies: ['C', 'A'], ...completed },
        { id: 'C', dependencies: ['A'], ...completed },
        { id: 'D', title: 'Title', dependencies: ['A', 'B', 'C'] },
      ]),
    );

    expect(loaded.ok ? loaded.plan.tasks.map(({ dependencies }) => dependencies) : loaded).toEqual([
      ['B'],
      ['C'],
      [],
      ['A', 'B', 'C'],
    ]);
  });

  it.each([
    ['a word for a field that is there as well', { title: 'Title', name: 'Own', estimate: '1h', effort: 'M' }],
    ['a field like none', { title: 'Title', owner: 'me', tags: [], phase: 1, mail: 'x', uid: 7 }],
    [
      'a field that begins with a sign, or with x-',
      { title: 'Title', _deps: [], $needs: [], '//': 'x', 'x-files': [] },
    ],
  ])('may have %s', (_, fields) => {
    expect(loadPlan(planText([{ id: 'A', ...fields }])).ok).toBe(true);
  });

  it('takes the depth in the graph as the wave of a task that names none', () => {
    const loaded = loadPlan(
      planText([
        { id: 'C', title: 'Title', dependencies: ['B', 'A'] },
        { id: 'A', title: 'Title' },
        { id: 'B', title: 'Title', dependencies: ['A'] },
        { id: 'D', title: 'Title', dependencies: ['C'], wave: 2 },
      ]),
    );

    expect(loaded.ok && loaded.plan.tasks.map(({ id, wave }) => [id, wave])).toEqual([
      ['C', 3],
      ['A', 1],
      ['B', 2],
      ['D', 2],
    ]);
  });

  it('lists exactly the waves that tasks name, ascending, with the titles given', () => {
    const text = JSON.stringify({
      name: 'Plan',
      waves: [
        { number: 9, title: 'Unused' },
        { number: 3, title: 'Third' },
      ],
      tasks: [
        { id: 'A', title: 'Title', wave: 12 },
        { id: 'B', title: 'Title', wave: 3 },
      ],
    });

    const loaded = loadPlan({ file: 'tasks.json', text });

    expect(loaded.ok && loaded.plan.waves).toEqual([
      { number: 3, title: 'Third' },
      { number: 12, title: '' },
    ]);
  });

  it('loads ids that objects have by themselves', () => {
    const loaded = loadPlan(
      planText([
        { id: 'constructor', title: 'Title' },
        { id: 'toString', title: 'Title', dependencies: ['constructor'] },
      ]),
    );

    expect(loaded.ok && loaded.plan.tasks[1]?.dependencies).toEqual(['constructor']);
  });

  it('reads the same behind a byte order mark and with CRLF and tabs', () => {
    const tasks = [{ id: 'A', title: 'Title' }];
    const plain = JSON.stringify({ name: 'Plan', tasks }, null, 2);
    const foreign = `\uFEFF${JSON.stringify({ name: 'Plan', tasks }, null, '\t').replaceAll('\n', '\r\n')}`;

    expect(loadPlan({ file: 'a', text: foreign })).toEqual(loadPlan({ file: 'a', text: plain }));
  });

  it('survives being written out and read again, whatever the plan', () => {
    fc.assert(
      fc.property(planTexts(), (source) => {
        const first = loadPlan(source);
        if (!first.ok) throw new Error(first.problems.map(formatProblem).join('\n'));
        const tasks = first.plan.tasks.map(({ minutes, ...task }) => ({ ...task, estimate: minutes }));

        const again = loadPlan({ file: 'tasks.json', text: JSON.stringify({ ...first.plan, tasks: tasks }) });

        // Waves without a title cannot be written as such: they are left out of the file.
        const titled = { ...first.plan, waves: first.plan.waves.filter(({ title }) => title !== '') };
        const rewritten = loadPlan({ file: 'tasks.json', text: JSON.stringify({ ...titled, tasks }) });
        expect(rewritten).toEqual(first);
        expect(again.ok).toBe(first.plan.waves.every(({ title }) => title !== ''));
      }),
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.anything().map((value) => JSON.stringify({ name: 'x', tasks: value })),
        ),
        (text) => {
          const loaded = loadPlan({ file: 'tasks.json', text: text ?? '' });

          if (!loaded.ok) expect(loaded.problems.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});
