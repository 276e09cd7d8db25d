import { expect, it } from 'vitest';
import { checkReportText } from '../../../src/planning/check/check-report.ts';
import { check, planOf, rulesOf } from './checked.ts';

function tasks(
  dependencies: (index: number) => readonly string[],
  touches: (index: number) => readonly string[],
  length = 10_000,
) {
  return Array.from({ length }, (_, index) => ({
    id: `T-${index}`,
    wave: 1 + (index % 500),
    estimate: 10,
    dependencies: dependencies(index),
    touches: touches(index),
  }));
}

it('tells each of 10,000 tasks that share a folder once, and names ten places', () => {
  const checked = check(
    planOf(
      tasks(
        (index) => (index === 0 ? [] : ['T-0']),
        () => ['src/**'],
      ),
    ),
  );

  expect(rulesOf(checked).filter((rule) => rule === 'overlapping-touches')).toHaveLength(9_998);
  expect(checkReportText(checked).split('\n').length).toBeLessThan(100);
  expect(checkReportText(checked)).toContain(' and 9,987 more; --all tells of each');
});

it.each([
  ['finds nothing to say about 10,000 tasks that share a folder one after the other', 10_000, []],
  [
    'says that it did not compare all of 16,000 such tasks',
    16_000,
    [expect.stringMatching(/^so many tasks touch the same paths that not all of them were compared; name/)],
  ],
])('%s', (_, number, expected) => {
  const checked = check(
    planOf(
      tasks(
        (index) => (index === 0 ? [] : [`T-${index - 1}`]),
        () => ['src/**'],
        number,
      ),
    ),
  );

  const found = checked.findings.filter(({ rule }) => rule === 'overlapping-touches');
  expect(found.map(({ message }) => message)).toEqual(expected);
});

it('finds the two among 10,000 tasks that touch the same file', () => {
  const checked = check(
    planOf(
      tasks(
        () => [],
        (index) => [index === 7000 ? 'src/17/index.ts' : `src/${index}/**`],
      ),
    ),
  );

  const found = checked.findings.filter(({ rule }) => rule === 'overlapping-touches');
  expect(found.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^T-7000 could run at the same time as T-17, which touches `src\/17\/index\.ts` too/),
  ]);
});

it('shortens the way that makes a dependency redundant in a chain of 10,000 tasks', () => {
  const checked = check(
    planOf(
      tasks(
        (index) => (index === 0 ? [] : index === 9_999 ? ['T-9998', 'T-0'] : [`T-${index - 1}`]),
        () => [],
      ),
    ),
  );

  const found = checked.findings.find(({ rule }) => rule === 'redundant-edge');
  expect(found?.message).toContain('T-9999 waits for T-0 anyway, through T-0 → … → T-9992 → ');
});

it('lists as many redundant dependencies as a plan may have tasks, and counts the rest', () => {
  const ids = Array.from({ length: 400 }, (_, index) => `T-${index}`);
  const everything = ids.map((id, index) => ({ id, wave: index + 1, dependencies: ids.slice(0, index) }));

  const found = check(planOf(everything)).findings.filter(({ rule }) => rule === 'redundant-edge');

  const message = (number: number) => found.at(number)?.message;
  expect(message(0)).toBe('T-2 waits for T-0 anyway, through T-0 → T-1 → T-2; leave this dependency out');
  expect(found).toHaveLength(20_001);
  expect(message(-1)).toBe('59,401 more such warnings from here on are not listed; fix those above first');
});

it('names no way any more after thousands of redundant dependencies of thousands', () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => `T-${index}`);
  const chained = ids.map((id, index) => ({ id, dependencies: index === 0 ? [] : [`T-${index - 1}`] }));
  const everything = Array.from({ length: 15 }, (_, index) => ({ id: `ALL-${index}`, dependencies: ids }));

  const found = check(planOf([...chained, ...everything])).findings.filter(({ rule }) => rule === 'redundant-edge');

  expect(found).toHaveLength(15 * 999);
  expect(found[0]?.message).toBe('ALL-0 waits for T-0 anyway, through T-0 → T-1 → ALL-0; leave this dependency out');
  expect(found.at(-1)?.message).toBe(
    'ALL-14 waits for T-998 anyway, through another dependency; leave this dependency out',
  );
});
