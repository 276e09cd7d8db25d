import { describe, expect, it } from 'vitest';
import { dispatchTitle } from '../../../src/state/names.ts';
import type { Outcome } from '../../../src/state/result.ts';
import { instant, type RunView } from '../../../src/state/snapshot.ts';
import { TIMINGS } from '../../../src/state/timings.ts';
import { resultText } from '../../support/adversary.ts';
import { planOf, taskOf } from '../../support/course.ts';
import { APP } from '../../support/pure-world.ts';
import { at, LIVE, past, scene, TASK_RUN } from '../scene.ts';

/** Task A (#3) was sent as d2 at 09:00, and its run #900 began a second later; it is 09:01. */
function town(outcome: Outcome = 'infrastructure') {
  const history = [past({ dispatch: 1, run: 800, outcome })];
  const of = scene({
    plan: planOf([taskOf({ id: 'A' })]),
    records: { A: { attempt: 2, slice: 1, dispatch: 2, live: LIVE, history } },
  });
  const { world } = of;
  const inputs = { task: of.plan.tasks[0]?.id ?? ('A' as never), issue: 3, attempt: 2, slice: 1, dispatch: 2 };
  const run = (given: Partial<RunView> = {}): RunView => ({
    ...{ id: 900, title: dispatchTitle(inputs), ended: false, conclusion: undefined, actor: APP },
    ...TASK_RUN,
    ...{ createdAt: at(1), updatedAt: at(1) },
    ...given,
  });
  world.tick(60);
  return {
    ...of,
    inputs,
    run,
    /** A run comments how it ended. */
    say: (outcome: Outcome, { id = 900, dispatch = 2 } = {}) =>
      world.comment(3, APP, resultText({ id, inputs: { ...inputs, dispatch } }, outcome)),
    land: ({ id = 900, dispatch = 2, attempt = 2 } = {}) =>
      world.landFor({ id, inputs: { ...inputs, dispatch, attempt } }),
    ended: (seconds: number, given: Partial<RunView> = {}) =>
      run({ ended: true, conclusion: 'success', updatedAt: at(seconds), ...given }),
    /** What the task comes to with these runs, and when that is looked at again. */
    judge: (...runs: readonly RunView[]) => {
      const decision = of.look({ runs });
      const { state, record } = of.view('A', decision);
      return { state, last: record.history.at(-1), record, wakeAt: decision.wakeAt && instant(decision.wakeAt) };
    },
  };
}

describe('a result', () => {
  it('of a failure is not believed while its run is still at work, and is looked at with the next list of runs', () => {
    const { say, judge, run, ended, world } = town();
    say('verification');

    expect(judge(run())).toMatchObject({ state: 'running', wakeAt: at(60 + TIMINGS.runsEvery / 1_000) });
    world.tick(TIMINGS.runsEvery / 1_000);
    expect(judge(run())).toMatchObject({ state: 'running', wakeAt: at(60 + (2 * TIMINGS.runsEvery) / 1_000) });
    world.tick(1);

    expect(judge(ended(180)).last).toMatchObject({ dispatch: 2, outcome: 'verification' });
  });

  it('of a run that is not listed counts once it must have been', () => {
    const { say, judge, world } = town();
    say('verification');

    world.tick(TIMINGS.resultGrace / 1_000 - 1);
    expect(judge().state).toBe('running');
    world.tick(1);

    // Whoever names a run that nobody lists is no run of ours.
    expect(judge().last?.dispatch).toBe(1);
  });

  it('that says that the work has landed is waited for while the base may be read as it was before', () => {
    const { say, judge, ended, world, land } = town();
    say('completed');
    world.tick(10);

    const { wakeAt, state } = judge(ended(70));
    expect([state, wakeAt]).toEqual(['running', at(70 + TIMINGS.resultGrace / 1_000)]);
    land();

    expect(judge(ended(70)).record.done).toMatchObject({ run: 900 });
  });

  it('that says that the work has landed costs the attempt where the base never shows it', () => {
    const { say, judge, ended, world } = town();
    say('completed');
    world.tick(10 + TIMINGS.resultGrace / 1_000 - 1);
    expect(judge(ended(70)).state).toBe('running');
    world.tick(1);

    const { last, record } = judge(ended(70));

    expect(record.done).toBeUndefined();
    expect(last).toMatchObject({ dispatch: 2, run: 900 });
    expect(last?.outcome).not.toBe('completed');
  });

  it.each(['completed', 'in-review', 'continued'] as const)(
    '%s is not believed of a run that GitHub says has failed',
    (outcome) => {
      const { say, judge, ended, world } = town();
      say(outcome);
      world.tick(TIMINGS.resultGrace / 1_000);

      const { last } = judge(ended(60, { conclusion: 'failure' }));

      expect(last).toMatchObject({ dispatch: 2, outcome: 'infrastructure', cause: { kind: 'no-result' } });
    },
  );

  it('of two words on one run the one that costs an attempt counts', () => {
    const { say, judge, ended, world } = town();
    say('quota');
    say('verification');
    world.tick(TIMINGS.resultGrace / 1_000);

    expect(judge(ended(60)).last?.outcome).toBe('verification');
  });

  it('of what one of two runs could not do is no matter where the other one has landed it', () => {
    const { say, land, judge, ended, world, run } = town();
    const second = { id: 901, createdAt: at(2) };
    land();
    say('completed');
    say('verification', { id: 901 });
    world.tick(60);

    expect(
      judge(ended(60), run({ ...second, ended: true, conclusion: 'failure', updatedAt: at(61) })).record.done,
    ).toMatchObject({ run: 900 });
  });
});

describe('work that is on the base without a word', () => {
  it('counts once its run has ended well, and its comment must have shown up', () => {
    const { land, judge, run, ended, world } = town();
    land();
    world.tick(TIMINGS.resultGrace / 1_000 - 1);

    expect(judge(run()).record.done).toBeUndefined();
    expect(judge(ended(60)).record.done).toBeUndefined();
    world.tick(1);
    expect(judge(run()).record.done).toBeUndefined();

    expect(judge(ended(60)).record.done).toMatchObject({ run: 900 });
  });

  it('waits for another run of the same dispatch that is still at work', () => {
    const { land, judge, run, ended, world } = town();
    land();
    world.tick(600);

    expect(judge(ended(60), run({ id: 901, createdAt: at(2) })).record.done).toBeUndefined();
  });

  it('does not count by a run that failed', () => {
    const { land, judge, ended, world } = town();
    land();
    world.tick(600);

    expect(judge(ended(60, { conclusion: 'failure' })).record.done).toBeUndefined();
  });
});

describe('work of an earlier dispatch', () => {
  it('that a later run finds on the base is done', () => {
    const { land, say, judge, ended, world } = town();
    land({ id: 800, dispatch: 1, attempt: 1 });
    say('completed');
    world.tick(1);

    expect(judge(ended(61)).record.done).toMatchObject({ run: expect.any(Number) });
  });

  it('that was taken back is not found there', () => {
    const { land, say, judge, ended, world } = town();
    world.revert(land({ id: 800, dispatch: 1, attempt: 1 }));
    say('completed');
    world.tick(600);

    expect(judge(ended(61)).record.done).toBeUndefined();
  });

  it('that its run found broken there is to be fixed first', () => {
    const { land, say, judge, ended, world } = town('verification');
    land({ id: 800, dispatch: 1, attempt: 1 });
    say('completed');
    world.tick(600);

    expect(judge(ended(61)).record.done).toBeUndefined();
  });
});
