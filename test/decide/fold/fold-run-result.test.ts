import { describe, expect, it } from 'vitest';
import { describeCause } from '../../../src/state/describe-cause.ts';
import { ACTIONS_LOGIN, dispatchTitle } from '../../../src/state/names.ts';
import type { Outcome } from '../../../src/state/result.ts';
import type { RunView } from '../../../src/state/snapshot.ts';
import { resultText } from '../../support/adversary.ts';
import { planOf, taskOf } from '../../support/course.ts';
import { APP, STRANGER, WRITER } from '../../support/pure-world.ts';
import { at, keys, LIVE, scene, TASK_RUN } from '../scene.ts';

/** Task A, issue #3, dispatched as d2 at 09:00; `now` is seconds later. */
function dispatched(now: number, live: object = {}) {
  const of = scene({
    plan: planOf([taskOf({ id: 'A' })]),
    records: { A: { attempt: 1, slice: 1, dispatch: 2, live: { ...LIVE, ...live } } },
  });
  const inputs = { task: of.plan.tasks[0]?.id ?? ('A' as never), issue: 3, attempt: 1, slice: 1, dispatch: 2 };
  const run = (id: number, given: Partial<RunView> = {}): RunView => ({
    id,
    title: dispatchTitle(inputs),
    ended: false,
    conclusion: undefined,
    actor: APP,
    ...TASK_RUN,
    createdAt: at(1),
    updatedAt: at(1),
    ...given,
  });
  const say = (given: { run?: number; dispatch?: number; outcome?: Outcome; by?: string; edited?: boolean }) => {
    const { run: id = 900, dispatch = 2, outcome = 'completed', by = APP, edited = false } = given;
    if (outcome === 'completed') of.world.landFor({ id: 900, inputs });
    of.world.comment(3, by, resultText({ id, inputs: { ...inputs, dispatch } }, outcome), edited);
  };
  of.world.tick(now);
  return { ...of, run, say, inputs };
}

const ended = (conclusion: string, when: number) => ({ ended: true, conclusion, updatedAt: at(when) });

describe('a result', () => {
  it.each([
    ['by the app', { by: APP }],
    ['by GITHUB_TOKEN', { by: ACTIONS_LOGIN }],
  ])('counts %s', (_, given) => {
    const { say, look, run } = dispatched(30);
    say(given);

    const view = look({ runs: [run(900)] }).tasks[0];

    expect([view?.state, view?.record.done?.run, view?.record.live]).toEqual(['completed', 900, undefined]);
  });

  it.each([
    ['a stranger wrote it', { by: STRANGER }],
    ['a person who may write wrote it', { by: WRITER }],
    ['somebody edited it', { edited: true }],
    ['it names a run that is none of ours', { run: 901 }],
    ['it names an older dispatch', { dispatch: 1 }],
    ['it names a later dispatch', { dispatch: 3 }],
    ['its run says that it was superseded', { outcome: 'superseded' as const }],
  ])('does not count when %s', (_, given) => {
    const { say, look, run } = dispatched(30);
    say(given);

    const { tasks, effects } = look({ runs: [run(900)] });

    expect([tasks[0]?.state, tasks[0]?.record.done]).toEqual(['running', undefined]);
    expect(effects.map(({ kind }) => kind)).not.toContain('close-issue');
  });

  it('does not count for the run of somebody who dispatched the workflow by hand under our title', () => {
    const { say, look, run } = dispatched(30);
    say({});

    expect(look({ runs: [run(900, { actor: WRITER })] }).tasks[0]?.state).toBe('running');
  });

  it('counts for either of two runs of one dispatch, whichever did the work', () => {
    const { say, look, run } = dispatched(30, { run: 899 });
    say({ run: 899, outcome: 'superseded' });
    say({ run: 900 });

    const [view] = look({ runs: [run(900), run(899)] }).tasks;

    expect([view?.state, view?.record.done?.run]).toEqual(['completed', 900]);
  });

  it('of a failed attempt enters the history with the output for the next brief', () => {
    const { say, look, run } = dispatched(30);
    say({ outcome: 'verification' });

    const [view] = look({ runs: [run(900, ended('failure', 29))] }).tasks;

    expect(view?.record.history.map(({ outcome, run: id, cause }) => [outcome, id, cause])).toEqual([
      ['verification', 900, { kind: 'other', message: 'verification it was' }],
    ]);
    expect(view?.record.failure?.output).toBe('expected 1, received 2');
    expect(view?.state).toBe('retrying');
  });

  it.each<[Outcome, number]>([
    ['verification', 2],
    ['agent', 2],
    ['conflict', 2],
    ['quota', 1],
  ])('%s leads to attempt %i', (outcome, attempt) => {
    const { say, look, run, world } = dispatched(30);
    say({ outcome });
    world.tick(600);

    const [view] = look({ runs: [run(900, ended('failure', 30))] }).tasks;

    expect([view?.state, view?.record.attempt, view?.record.dispatch]).toEqual(['running', attempt, 3]);
  });

  it('closes the issue once its run is over, and after ten minutes without', () => {
    const { say, look, run, world } = dispatched(30);
    say({});

    expect(keys(look({ runs: [run(900)] }), 'close-issue')).not.toContain('close:3');
    expect(keys(look({ runs: [run(900, ended('success', 31))] }), 'close-issue')).toContain('close:3');
    world.tick(600);
    expect(keys(look({ runs: [run(900)] }), 'close-issue')).toContain('close:3');
  });
});

describe('silence', () => {
  it('is waited through for 90 s after the end of the run', () => {
    const { look, run } = dispatched(100);

    const { tasks, wakeAt } = look({ runs: [run(900, ended('failure', 20))] });

    expect([tasks[0]?.state, wakeAt]).toEqual(['running', Date.parse(at(110))]);
  });

  it('then counts as no attempt', () => {
    const { look, run } = dispatched(110);

    const [view] = look({ runs: [run(900, ended('failure', 20))] }).tasks;

    expect(view?.record.history.map(({ outcome, cause }) => [outcome, cause && describeCause(cause)])).toEqual([
      ['infrastructure', 'run 900 ended (failure) without a result'],
    ]);
    expect([view?.state, view?.record.attempt]).toEqual(['running', 1]);
  });

  it('of one of two runs is nothing while the other is at work', () => {
    const { look, run } = dispatched(600);

    expect(look({ runs: [run(900, ended('failure', 20)), run(901)] }).tasks[0]?.record.history).toEqual([]);
  });

  it('of a run that was cancelled on GitHub holds the task', () => {
    const { look, run } = dispatched(200);

    const [view] = look({ runs: [run(900, ended('cancelled', 20))] }).tasks;

    expect([view?.state, view?.reason]).toEqual([
      'held',
      'its run was cancelled on GitHub; comment `/start` or `/retry`',
    ]);
  });
});

describe('a dispatch that shows no run', () => {
  it('is waited for during its grace period', () => {
    const { look } = dispatched(119);

    const decision = look();

    expect([keys(decision, 'dispatch'), decision.wakeAt]).toEqual([[], Date.parse(at(120))]);
  });

  it('is then sent again under its number', () => {
    const { look } = dispatched(120);

    const decision = look();

    expect(keys(decision, 'dispatch')).toEqual(['dispatch:3:2:2']);
    expect(decision.tasks[0]?.record.live).toEqual({ agent: 'A1', sent: at(120), sends: 2 });
  });

  it('is given up after three sendings, without an attempt', () => {
    const { look } = dispatched(120, { sends: 3 });

    const { tasks } = look();

    expect(tasks[0]?.record.history.map(({ cause }) => cause && describeCause(cause))).toEqual([
      'GitHub started no run for it, though it was asked 3 times',
    ]);
    expect(tasks[0]?.record.attempt).toBe(1);
  });

  it('is adopted by the name and actor of its run', () => {
    const { look, run } = dispatched(300);

    const decision = look({ runs: [run(901, { actor: ACTIONS_LOGIN }), run(900, { actor: WRITER })] });

    expect([keys(decision, 'dispatch'), decision.tasks[0]?.run]).toEqual([[], 901]);
  });

  it('holds the whole plan when GitHub refused it, until somebody says /resume', () => {
    const { look, world } = dispatched(5);
    const refused = new Map([[3, { dispatch: 2, what: 'No ref found for: main' }]]);

    const decision = look({ refused });
    expect(decision.notice).toBe(
      'GitHub refused to start the run: No ref found for: main; fix it, then comment `/resume` on #1',
    );
    expect([keys(decision, 'dispatch'), decision.tasks[0]?.state]).toEqual([[], 'held']);

    world.apply(decision, { answer: 'named' });
    expect(keys(look({ refused }), 'dispatch')).toEqual([]);
    world.tick(75);
    world.comment(1, WRITER, '/resume');
    expect(keys(look({ refused }), 'dispatch')).toEqual(['dispatch:3:3:1']);
  });

  it('is not refused when it shows a run all the same', () => {
    const { look, run } = dispatched(5);

    const { notice } = look({ refused: new Map([[3, { dispatch: 2, what: 'nonsense' }]]), runs: [run(900)] });

    expect(notice).toBeUndefined();
  });
});

describe('a record that a person broke', () => {
  const broken = (now = 30) => {
    const of = dispatched(now);
    of.world.editBody(3, 'I tidied up here.', WRITER);
    return of;
  };

  it('is made again from the runs of the issue: numbers never fall', () => {
    const { look, run } = broken();

    const [view] = look({ runs: [run(900)] }).tasks;

    expect([view?.state, view?.record.dispatch, view?.record.attempt]).toEqual(['running', 2, 1]);
  });

  it('is made again from results whose runs are listed', () => {
    const { look, run, say } = broken();
    say({});

    const [view] = look({ runs: [run(900, ended('success', 30))] }).tasks;

    expect([view?.state, view?.record.done?.run, view?.record.history.length]).toEqual(['completed', 900, 1]);
  });

  it('does not trust a result whose run nobody lists', () => {
    const { look, run, say } = broken();
    say({ run: 4_711 });

    const [view] = look({ runs: [run(900)] }).tasks;

    expect([view?.state, view?.record.done]).toEqual(['running', undefined]);
  });

  it('is not numbered by a result that names another dispatch while a run is at work', () => {
    const { look, run, say } = broken();
    say({ run: 4_711, dispatch: 9 });

    const [view] = look({ runs: [run(900)] }).tasks;

    expect([view?.state, view?.record.dispatch, view?.record.live?.run]).toEqual(['running', 2, 900]);
  });

  it('is new when nothing was dispatched', () => {
    const { look } = broken();

    const [view] = look().tasks;

    expect([view?.record.dispatch, view?.record.attempt]).toEqual([1, 1]);
  });
});

describe('an issue that a person opened again', () => {
  it('stays open when the result came before, even if no pass saw it', () => {
    const { look, run, say, world } = dispatched(30);
    say({});
    world.close(3, 'completed');
    world.tick();
    world.reopen(3);

    const decision = look({ runs: [run(900, ended('success', 30))] });

    expect(keys(decision, 'close-issue')).toEqual([]);
    expect([decision.tasks[0]?.record.attempt, decision.tasks[0]?.record.ceiling]).toEqual([2, 4]);
  });
});
