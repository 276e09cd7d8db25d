import { describe, expect, it } from 'vitest';
import type { Task } from '../../../src/plan/plan.ts';
import type { TaskRecord } from '../../../src/state/record.ts';
import { configOf, planOf, taskOf } from '../../support/course.ts';
import { WRITER } from '../../support/pure-world.ts';
import { at, DONE, keys, LIVE, scene, TASK_RUN } from '../scene.ts';

/** One of two slots is free: A (10 h path through B) has just reported, C (1 h) is ready, R runs. */
function reported({ running = true, slots = 2, more = [], change = [], records = {} }: Given = {}) {
  const tasks = [
    taskOf({ id: 'A', minutes: 60 }),
    taskOf({ id: 'B', minutes: 540, dependencies: ['A'] }),
    taskOf({ id: 'C', minutes: 60 }),
    taskOf({ id: 'R', minutes: 60 }),
  ];
  const plan = planOf([...tasks.map((task) => change.find(({ id }) => id === task.id) ?? task), ...more]);
  const of = scene({
    plan,
    config: configOf(`max_parallel: ${slots}\n`),
    records: {
      A: { attempt: 1, slice: 1, dispatch: 1, done: { ...DONE, at: at(0) } },
      ...(running ? { R: { attempt: 1, slice: 1, dispatch: 1, live: { ...LIVE, agent: 'A2', run: 901 } } } : {}),
      ...records,
    },
  });
  const run = {
    id: 901,
    title: '',
    ended: false,
    conclusion: undefined,
    actor: '',
    ...TASK_RUN,
    createdAt: at(0),
    updatedAt: at(0),
  };
  const pass = () => of.look({ runs: [run] });
  const started = (decision = pass()) =>
    decision.effects.flatMap((effect) => (effect.kind === 'dispatch' ? [effect.inputs.task] : []));
  return { ...of, pass, started };
}

interface Given {
  readonly running?: boolean;
  readonly slots?: number;
  readonly more?: readonly Task[];
  /** In place of the tasks with these ids. */
  readonly change?: readonly Task[];
  readonly records?: Readonly<Record<string, Partial<TaskRecord>>>;
}

describe('a slot that a dependent of a task that is about to be closed would take first', () => {
  it('is kept until the issue is closed', () => {
    const { pass, world, number, view } = reported();
    expect(keys(pass(), 'dispatch')).toEqual([]);

    world.tick();
    world.close(number('A'), 'completed');

    expect(view('B', pass()).record.live?.agent).toBe('A1');
  });

  it('is given away when the closing takes too long', () => {
    const { pass, world, view } = reported();
    expect(pass().wakeAt).toBe(Date.parse(at(120)));
    world.tick(120);

    expect(view('C', pass()).state).toBe('running');
  });

  it('is given to something when nothing runs and there is no other', () => {
    expect(reported({ running: false, slots: 1 }).started()).toHaveLength(1);
    expect(reported({ running: false, slots: 2 }).started()).toHaveLength(1);
  });

  it('is not kept for one that waits for more than that closing, or that a person holds', () => {
    const waits = taskOf({ id: 'B', minutes: 540, dependencies: ['A', 'R'] });
    const hold = { by: WRITER, at: at(0), cause: { kind: 'other', message: 'cancelled' } } as const;

    expect(reported({ change: [waits] }).started()).toEqual(['C']);
    expect(reported({ records: { B: { hold } } }).started()).toEqual(['C']);
  });

  it('is kept for one that waits for two such closings', () => {
    const waits = taskOf({ id: 'B', minutes: 540, dependencies: ['A', 'D'] });
    const done = { attempt: 1, slice: 1, dispatch: 1, done: { ...DONE, at: at(0) } };

    expect(reported({ change: [waits], more: [taskOf({ id: 'D' })], records: { D: done } }).started()).toEqual([]);
  });

  it('is kept for one that waits for something closed beside it, and for that alone', () => {
    const waits = taskOf({ id: 'B', minutes: 540, dependencies: ['A', 'D'] });
    const of = reported({ change: [waits], more: [taskOf({ id: 'D' })] });
    of.world.close(of.number('D'), 'completed');

    expect(of.started()).toEqual([]);
    of.world.close(of.number('A'), 'completed');
    of.set(of.number('B'), { blockedBy: [{ number: 1, open: true }] });
    expect(of.started()).toEqual(['C']);
  });

  it('keeps its files, too', () => {
    const change = ['B', 'C'].map((id) =>
      taskOf({ id, minutes: id === 'B' ? 540 : 60, touches: ['src/**'], dependencies: id === 'B' ? ['A'] : [] }),
    );
    const of = reported({ slots: 3, change });

    expect(of.started()).toEqual([]);
    expect(of.view('C', of.pass()).reason).toBe('waits for B, which changes the same files');
  });
});
