import { describe, expect, it } from 'vitest';
import { configOf, planOf, taskOf } from '../../support/course.ts';
import { at, DONE, keys, LIVE, scene, TASK_RUN } from '../scene.ts';

/** One slot is free: A (10 h path through B) has just reported, C (1 h) is ready, R runs. */
function reported(running = true) {
  const of = scene({
    plan: planOf([
      taskOf({ id: 'A', minutes: 60 }),
      taskOf({ id: 'B', minutes: 540, dependencies: ['A'] }),
      taskOf({ id: 'C', minutes: 60 }),
      taskOf({ id: 'R', minutes: 60 }),
    ]),
    config: configOf('max_parallel: 2\n'),
    records: {
      A: { attempt: 1, slice: 1, dispatch: 1, done: { ...DONE, at: at(0) } },
      ...(running ? { R: { attempt: 1, slice: 1, dispatch: 1, live: { ...LIVE, agent: 'A2', run: 901 } } } : {}),
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
  return { ...of, pass: () => of.look({ runs: [run] }) };
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

  it('is given to something when nothing runs', () => {
    const { pass, view } = reported(false);

    const decision = pass();

    expect(['C', 'R'].filter((id) => view(id, decision).state === 'running')).not.toEqual([]);
  });
});
