import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/decide/decide.ts';
import { PROGRESS_KEY } from '../../../src/decide/effects/effect.ts';
import { projectOf } from '../../../src/plan/project.ts';
import { newDerivations } from '../../../src/state/derivations.ts';
import type { TaskRecord } from '../../../src/state/record.ts';
import { TIMINGS } from '../../../src/state/timings.ts';
import { APP, WRITER } from '../../support/pure-world.ts';
import { at, DONE, keys, scene, TASK_RUN } from '../scene.ts';

const FILES = { plan: { path: 'docs/planning/tasks.json', text: '' }, config: undefined, progress: undefined };

/** Task A (#3) has landed at 09:00; B (#4) comes after it. */
function landed(done: Partial<NonNullable<TaskRecord['done']>> = {}) {
  const of = scene({ records: { A: { attempt: 1, slice: 1, dispatch: 1, done: { ...DONE, ...done } } } });
  const closings = (change: Parameters<typeof of.look>[0] = {}, closesLanded = false) => {
    const snapshot = { ...of.world.snapshot(FILES), ...change };
    const project = projectOf(of.plan, of.config);
    return decide({ snapshot, project, timings: TIMINGS, derivations: newDerivations(), closesLanded });
  };
  return { ...of, closings };
}

const run = (ended: boolean) => ({
  ...{ id: 900, title: '', ended, conclusion: undefined, actor: APP, ...TASK_RUN, createdAt: at(0), updatedAt: at(1) },
});

describe('the issue of a task that has landed', () => {
  it('is closed by its run, or once that is over', () => {
    const { closings } = landed();

    expect(keys(closings({ runs: [run(false)] }), 'close-issue')).toEqual([]);
    expect(keys(closings({ runs: [run(true)] }), 'close-issue')).toEqual(['close:3']);
  });

  it('is closed when that takes too long', () => {
    const { closings, world } = landed();
    world.tick(10 * 60 - 1);
    const before = closings();
    expect([keys(before, 'close-issue'), before.wakeAt]).toEqual([[], world.now + 1_000]);
    world.tick(1);

    expect(keys(closings(), 'close-issue')).toEqual(['close:3']);
  });

  it('is closed at once where progress tells of it before, in front of what waits for it', () => {
    const { closings } = landed();

    const { effects } = closings({}, true);

    expect(effects.find(({ key }) => key === 'close:3')).toMatchObject({ requires: PROGRESS_KEY, as: 'completed' });
    expect(effects.find(({ key }) => key === 'dispatch:4:1:1')?.requires).toContain('close:3');
  });

  it('is closed with a word about what was merged', () => {
    const said = (done: Partial<NonNullable<TaskRecord['done']>>) =>
      landed({ pull: 31, ...done })
        .closings()
        .effects.flatMap((effect) => (effect.key === 'merged:3:31' && effect.kind === 'comment' ? [effect.body] : []));

    expect(said({})).toEqual([`Merged as ${'c'.repeat(40)} in #31, as it was verified.`]);
    expect(said({ unverified: true })).toEqual([
      `Merged as ${'c'.repeat(40)} in #31, with changes that came after verification: nobody verified what landed.`,
    ]);
    expect(keys(landed({ pull: 31 }).closings(), 'close-issue')).toEqual(['close:3']);
  });
});

describe('issues of plan and wave', () => {
  const closed = (of: ReturnType<typeof landed>) => {
    of.settle();
    return [1, 2].map((number) => !of.world.issue(number).open);
  };

  it('are closed when every task is done, or left out', () => {
    const of = landed();
    of.world.close(3, 'completed');
    expect(closed(of)).toEqual([false, false]);
    of.world.comment(4, WRITER, '/skip');

    expect(closed(of)).toEqual([true, true]);
    expect(of.world.issue(4).closedAs).toBe('not_planned');
  });

  it('stay open where a person opened them again after everything was done', () => {
    const of = landed();
    for (const number of [3, 4]) of.world.close(number, 'completed');
    closed(of);
    of.world.tick(60);
    for (const number of [1, 2]) of.world.reopen(number);

    expect(closed(of)).toEqual([false, false]);
  });
});
