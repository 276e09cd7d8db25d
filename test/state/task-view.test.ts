import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { byWave } from '../../src/state/by-wave.ts';
import { dependencyText } from '../../src/state/dependency-text.ts';
import { newTaskRecord } from '../../src/state/record.ts';
import { isSameView, mayStart, priorityIn, type TaskView } from '../../src/state/task-view.ts';
import { idInTitle, idsOf } from '../../src/state/title-ids.ts';

function view(change: object = {}): TaskView {
  const task = { id: 'A-1', wave: 1 };
  return {
    task,
    state: 'ready',
    reason: 'may start',
    issue: 7,
    record: newTaskRecord('daw', 'A-1' as never),
    ...change,
  } as never;
}

const CONTINUED = { ...newTaskRecord('daw', 'A-1' as never), history: [{ outcome: 'continued', attempt: 0 }] };

describe('a task', () => {
  it('has the priority that a person gave it, or that of the plan, or none', () => {
    const of = (inPlan?: number, said?: number) =>
      priorityIn({ task: { priority: inPlan }, record: { priority: said } } as never);

    expect([of(), of(3), of(3, 0), of(3, -2), of(undefined, 5)]).toEqual([0, 3, 0, -2, 5]);
  });

  it('may start where it is ready, or a next slice goes on, and it has an issue', () => {
    expect(mayStart(view())).toBe(true);
    expect(mayStart(view({ issue: undefined }))).toBe(false);
    expect(mayStart(view({ state: 'blocked' }))).toBe(false);
    expect(mayStart(view({ state: 'retrying' }))).toBe(false);
    expect(mayStart(view({ state: 'retrying', record: CONTINUED }))).toBe(true);
    expect(mayStart(view({ state: 'held', record: CONTINUED }))).toBe(false);
  });

  it.each([
    ['running', 'A-1 (#7), running on A1'],
    ['in-review', 'A-1 (#7), running on A1'],
    ['blocked', 'A-1 (#7), which waits itself'],
    ['completed', 'A-1 (#7), about to be closed'],
    ['lost', 'A-1 (#7), which is no longer on the base'],
    ['needs-human', 'A-1 (#7), which needs a person'],
    ['retrying', 'A-1 (#7), retrying'],
  ])('that is %s is told to those who wait for it', (state, text) => {
    expect(dependencyText(view({ state, reason: 'running on A1' }))).toBe(text);
  });

  it('is told by its id alone before it has an issue', () => {
    expect(dependencyText(view({ issue: undefined }))).toBe('A-1, ready');
  });

  it('is seen as before where every field is the same', () => {
    const before = view();

    expect(isSameView(before, { ...before })).toBe(true);
    expect(isSameView(before, undefined)).toBe(false);
    for (const change of [
      { state: 'held' },
      { reason: 'x' },
      { until: 3 },
      { run: 9 },
      { record: { ...before.record } },
    ])
      expect(isSameView({ ...before, ...change } as never, before)).toBe(false);
  });
});

describe('tasks by wave', () => {
  const of = (id: string, wave: number) => view({ task: { id, wave } });
  const tasks = [of('A', 1), of('B', 2), of('C', 1)];
  const found = byWave(tasks);

  it('stand in plan order', () => {
    expect([...found].map(([wave, all]) => [wave, all.map(({ task }) => task.id)])).toEqual([
      [1, ['A', 'C']],
      [2, ['B']],
    ]);
  });

  it('are the same value where nothing of the wave changed, and as found anew', () => {
    const now = tasks.with(2, of('C', 1));
    const next = byWave(now, { tasks, byWave: found });

    expect(next).toEqual(byWave(now));
    expect(next.get(2)).toBe(found.get(2));
    expect(next.get(1)?.[0]).toBe(tasks[0]);
    expect(next.get(1)?.[1]).toBe(now[2]);
    expect(byWave(tasks, { tasks, byWave: found })).toEqual(found);
  });
});

describe('the id in a title', () => {
  const ids = ['A', 'A-1', 'A-1.2', 'b_2', 'É'];
  const plan = { tasks: ids.map((id) => ({ id })) } as unknown as Plan;

  it.each([
    ['A: build', 'A'],
    ['A-1: build', 'A-1'],
    ['  a-1 build', 'A-1'],
    ['A-1.2', 'A-1.2'],
    ['A-1. Build', 'A-1'],
    ['A-1.3 build', 'A'],
    ['A-2: build', 'A'],
    ['B_2: build', 'b_2'],
    ['b_2x', undefined],
    ['É: build', 'É'],
    ['Éa', undefined],
    ['Build A', undefined],
    ['', undefined],
  ])('"%s" is %s', (title, id) => {
    expect(idInTitle(title, idsOf(plan))).toBe(id);
  });

  it('is the one written just so where several differ in their letters alone', () => {
    const idOf = idsOf({ tasks: [{ id: 'x-1' }, { id: 'X-1' }] } as unknown as Plan);

    expect([idOf('x-1'), idOf('X-1'), idOf(' x-1 ')]).toEqual(['x-1', 'X-1', 'X-1']);
  });

  it('is no longer than 64 characters', () => {
    const of = (length: number) => idInTitle('x'.repeat(length), (name) => name as never);

    expect(of(64)).toHaveLength(64);
    expect(of(65)).toBeUndefined();
  });
});
