import fc from 'fast-check';

export function planText(tasks: readonly object[]): { file: string; text: string } {
  return { file: 'tasks.json', text: JSON.stringify({ name: 'Plan', tasks }) };
}

interface RandomTask {
  readonly id: string;
  readonly title: string;
  readonly dependencies: readonly string[];
  readonly estimate: number;
}

/** Sound plans: every task depends on some of those before it, and the file holds them in any order. */
export function randomTasks(most = 12): fc.Arbitrary<readonly RandomTask[]> {
  return fc
    .array(fc.record({ minutes: fc.integer({ min: 1, max: 600 }), picks: fc.array(fc.nat(), { maxLength: 4 }) }), {
      minLength: 1,
      maxLength: most,
    })
    .map((drawn) =>
      drawn.map(({ minutes, picks }, index) => ({
        id: `T-${index}`,
        title: `Task ${index}`,
        dependencies: index === 0 ? [] : [...new Set(picks.map((pick) => `T-${pick % index}`))],
        estimate: minutes,
      })),
    )
    .chain((tasks) => fc.shuffledSubarray(tasks, { minLength: tasks.length, maxLength: tasks.length }));
}

/** Plan files with every kind of field. */
export function planTexts(): fc.Arbitrary<{ file: string; text: string }> {
  const line = fc
    .string({ minLength: 1, maxLength: 40 })
    .filter((text) => text.trim() !== '' && [...text].every((character) => character >= ' '));
  const optional = fc.record(
    {
      description: fc.string(),
      wave: fc.integer({ min: 1, max: 9 }),
      category: fc.constantFrom('setup', 'code', 'other'),
      acceptance: fc.array(line, { maxLength: 3 }),
      outputs: fc.array(fc.constantFrom('src/**', 'a.ts', 'docs/*.md'), { maxLength: 3 }),
      agent: fc.constantFrom('general-purpose', 'test-runner'),
      status: fc.constantFrom('pending', 'in_progress', 'completed', 'blocked'),
      estimate: fc.oneof(fc.integer({ min: 1, max: 600 }), fc.constantFrom('30min', '1.5h', '2hr', '1h30m')),
    },
    { requiredKeys: [] },
  );
  return fc
    .record({
      name: line,
      tasks: randomTasks(),
      fields: fc.array(optional, { minLength: 12, maxLength: 12 }),
      titles: fc.uniqueArray(fc.integer({ min: 1, max: 9 })),
    })
    .map(({ name, tasks, fields, titles }) => ({
      file: 'tasks.json',
      text: JSON.stringify({
        id: 'random',
        name,
        waves: titles.map((number) => ({ number, title: `Title ${number}` })),
        tasks: tasks.map((task, index) => ({ ...task, ...fields[index] })),
      }),
    }));
}
