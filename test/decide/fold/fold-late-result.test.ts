import { describe, expect, it } from 'vitest';
import { dispatchTitle } from '../../../src/state/names.ts';
import type { TaskRecord } from '../../../src/state/record.ts';
import type { Outcome } from '../../../src/state/result.ts';
import type { RunView } from '../../../src/state/snapshot.ts';
import { resultText } from '../../support/adversary.ts';
import { planOf, taskOf } from '../../support/course.ts';
import { APP, WRITER } from '../../support/pure-world.ts';
import { at, past, scene, TASK_RUN } from '../scene.ts';

const HEAD = 'd'.repeat(40);

/** Task A (#3): a person cancelled its d1, whose run #900 was at work; it is 09:05. */
function cancelled(record: Partial<TaskRecord> = {}, last: Parameters<typeof past>[0] = {}) {
  const cause = { kind: 'cancelled', by: WRITER } as const;
  const history = [past({ sent: at(0), ended: at(60), outcome: 'cancelled', cause, ...last })];
  const hold = { by: WRITER, at: at(60), cause };
  const of = scene({
    plan: planOf([taskOf({ id: 'A' })]),
    records: { A: { attempt: 1, slice: 1, dispatch: 1, history, hold, ...record } },
  });
  const { world } = of;
  const inputs = { task: of.plan.tasks[0]?.id ?? ('A' as never), issue: 3, attempt: 1, slice: 1, dispatch: 1 };
  const run: RunView = {
    ...{ id: 900, title: dispatchTitle(inputs), ended: true, conclusion: 'success', actor: APP },
    ...TASK_RUN,
    ...{ createdAt: at(1), updatedAt: at(240) },
  };
  world.tick(300);
  return {
    ...of,
    land: (id = 900, dispatch = 1) => world.landFor({ id, inputs: { ...inputs, dispatch } }),
    say: (outcome: Outcome, { id = 900, dispatch = 1 } = {}) => {
      const text = resultText({ id, inputs: { ...inputs, dispatch } }, outcome, { pull: { number: 31, head: HEAD } });
      world.comment(3, APP, text);
    },
    task: (runs: readonly RunView[] = [run]) => of.view('A', of.look({ runs })),
    run,
  };
}

describe('a run that landed its work although a person had said no', () => {
  it('has completed its task: what is on the base is done', () => {
    const { land, say, task } = cancelled();
    land();
    say('completed');

    const { state, record } = task();

    expect([state, record.done?.run, record.hold]).toEqual(['completed', 900, undefined]);
    expect(record.history.map(({ outcome }) => outcome)).toEqual(['completed']);
  });

  it('has not where the base does not bear it out, or nothing says that it did', () => {
    const [unproven, silent] = [cancelled(), cancelled()];
    unproven.say('completed');
    silent.land();

    for (const { task } of [unproven, silent]) expect([task().state, task().record.done]).toEqual(['held', undefined]);
  });

  it.each([
    ['another run', { id: 901 }],
    ['another dispatch', { dispatch: 2 }],
  ])('has not where what landed is of %s', (_, { id, dispatch }: { id?: number; dispatch?: number }) => {
    const { land, say, task } = cancelled();
    land(id, dispatch);
    say('completed');

    expect(task().record.done).toBeUndefined();
  });

  it('has not where a person wanted it from the beginning since', () => {
    const { land, say, task } = cancelled({ obsolete: 1 });
    land();
    say('completed');

    expect(task().record.done).toBeUndefined();
  });

  it('has not where it found its own work broken there', () => {
    const { land, say, task } = cancelled({ hold: undefined }, { outcome: 'verification', cause: undefined });
    land();
    say('completed');

    expect(task().record.done).toBeUndefined();
  });
});

describe('a run that left its work for review although a person had said no', () => {
  it('keeps the no, and its pull request is closed', () => {
    const { say, task } = cancelled();
    say('in-review');

    const { state, record } = task();

    expect(state).toBe('held');
    expect(record.review).toMatchObject({ pull: 31, head: HEAD, withdrawn: true, closed: at(300) });
    expect(record.hold?.by).toBe(WRITER);
    expect(record.history.map(({ outcome }) => outcome)).toEqual(['in-review']);
  });

  it('is recognised by the title of its run where the record does not name that', () => {
    const { say, task, run } = cancelled({}, { run: undefined });
    say('in-review');

    expect(task([]).record.review).toBeUndefined();
    expect(task([run]).record.review).toMatchObject({ withdrawn: true });
  });

  it('is nothing of another run, or where the dispatch ended otherwise', () => {
    const [other, failed] = [cancelled(), cancelled({ hold: undefined }, { outcome: 'agent', cause: undefined })];
    other.say('in-review', { id: 901 });
    failed.say('in-review');

    expect([other.task().record.review, failed.task().record.review]).toEqual([undefined, undefined]);
  });
});
