import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/plan/graph.ts';
import { earliestSchedule, peak, span } from '../../../src/planning/check/earliest-schedule.ts';
import { ancestry, numberTasks } from '../../../src/planning/check/numbered-tasks.ts';
import { id, loaded } from '../../plan/loaded.ts';
import { planOf } from './checked.ts';

function numbered(tasks: readonly object[]) {
  const plan = loaded({ file: 'tasks.json', text: planOf(tasks) });
  return numberTasks(plan, buildGraph(plan));
}

const plan = numbered([
  { id: 'A', estimate: 60 },
  { id: 'B', estimate: 30, dependencies: ['A'] },
  { id: 'C', estimate: 20, dependencies: ['B'] },
  { id: 'D', estimate: 50, dependencies: ['A'] },
  { id: 'E', estimate: 10 },
]);

describe('the earliest schedule of some tasks', () => {
  it('starts each when those of them that it waits for are done', () => {
    const slots = earliestSchedule([id('A'), id('B'), id('D'), id('E')], plan);

    expect(slots).toEqual([
      { id: 'A', start: 0, end: 60, place: 1, after: undefined },
      { id: 'B', start: 60, end: 90, place: 2, after: 'A' },
      { id: 'D', start: 60, end: 110, place: 2, after: 'A' },
      { id: 'E', start: 0, end: 10, place: 1, after: undefined },
    ]);
    expect([span(slots), peak(slots)]).toEqual([110, 2]);
  });

  it('counts the time of a task outside that stands between two of them, and not its place', () => {
    const slots = earliestSchedule([id('C'), id('A')], plan);

    expect(slots).toEqual([
      { id: 'C', start: 90, end: 110, place: 2, after: 'A' },
      { id: 'A', start: 0, end: 60, place: 1, after: undefined },
    ]);
  });

  it('does not count what all of them wait for', () => {
    expect(span(earliestSchedule([id('B'), id('D')], plan))).toBe(50);
  });

  it('has one task at once where each begins as the one before ends', () => {
    expect(peak(earliestSchedule([id('A'), id('B'), id('C')], plan))).toBe(1);
    expect(peak(earliestSchedule([], plan))).toBe(0);
  });
});

it('ancestry tells a task that waits through others from one that does not, beyond one word of bits', () => {
  const tasks = Array.from({ length: 70 }, (_, index) => ({
    id: `T-${index}`,
    dependencies: index < 2 ? [] : [`T-${index - 2}`],
  }));
  const graph = numbered(tasks);
  const waits = ancestry(graph);
  const at = (name: string) => graph.numbers.get(id(name)) ?? -1;

  expect(waits(at('T-69'), at('T-1'))).toBe(true);
  expect(waits(at('T-69'), at('T-0'))).toBe(false);
  expect(waits(at('T-1'), at('T-69'))).toBe(false);
  expect(waits(at('T-1'), at('T-1'))).toBe(false);
});
