import { describe, expect, it } from 'vitest';
import { overlaps } from '../../../src/plan/touches.ts';
import { configOf, planOf, taskOf } from '../../support/course.ts';
import { WRITER } from '../../support/pure-world.ts';
import { at, DONE, keys, LIVE, past, scene } from '../scene.ts';

const HOLD = { by: WRITER, at: at(-60), cause: { kind: 'other' as const, message: 'cancelled' } };

/** What is dispatched, with its slot. */
function chosen(of: ReturnType<typeof scene>): readonly string[] {
  const decision = of.look();
  return decision.effects.flatMap((effect) => {
    if (effect.kind !== 'dispatch') return [];
    const view = decision.tasks.find(({ task }) => task.id === effect.inputs.task);
    return [`${effect.inputs.task} ${view?.record.live?.agent}`];
  });
}

describe('free slots', () => {
  const plan = planOf([
    taskOf({ id: 'SHORT', minutes: 10 }),
    taskOf({ id: 'LONG', minutes: 50 }),
    taskOf({ id: 'HEAD', minutes: 5 }),
    taskOf({ id: 'TAIL', minutes: 100, dependencies: ['HEAD'] }),
    taskOf({ id: 'EQUAL', minutes: 50 }),
  ]);

  it('go to the longest remaining path first, of equal ones to the first in the plan, lowest slot first', () => {
    expect(chosen(scene({ plan }))).toEqual(['HEAD A1', 'LONG A2', 'EQUAL A3', 'SHORT A4']);
  });

  it('are those that nobody holds, and no more than max_parallel', () => {
    const live = { attempt: 1, slice: 1, dispatch: 1, live: { ...LIVE, agent: 'A2' } };
    const of = scene({ plan, config: configOf('max_parallel: 3\n'), records: { SHORT: live } });

    expect(chosen(of)).toEqual(['HEAD A1', 'LONG A3']);
  });

  it('are not those of runs that were told to end and may be at work', () => {
    const stopped = past({ outcome: 'cancelled', stopped: at(-60), ended: at(-60) });
    const records = { SHORT: { attempt: 1, slice: 1, dispatch: 1, history: [stopped], hold: HOLD } };

    expect(chosen(scene({ plan, config: configOf('max_parallel: 2\n'), records }))).toEqual(['HEAD A2']);
  });

  it('are none while more run than a lowered max_parallel allows', () => {
    const live = (agent: string) => ({ attempt: 1, slice: 1, dispatch: 1, live: { ...LIVE, agent } });
    const records = { SHORT: live('A7'), LONG: live('A8') };

    expect(chosen(scene({ plan, config: configOf('max_parallel: 2\n'), records }))).toEqual([]);
  });

  it('do not go to a task that changes the files of one that runs or goes first', () => {
    const touching = planOf([
      taskOf({ id: 'A', minutes: 30, touches: ['src/a/**'] }),
      taskOf({ id: 'B', minutes: 20, touches: ['src/a/x.ts'] }),
      taskOf({ id: 'C', minutes: 10, touches: ['src/b/**'] }),
    ]);

    expect(chosen(scene({ plan: touching }))).toEqual(['A A1', 'C A2']);
  });

  it('go to those that let most of the others run side by side, where files are shared', () => {
    // With A and D first, as the plan has them, B and C would come one after the other.
    const chain = planOf([
      taskOf({ id: 'A', touches: ['a'] }),
      taskOf({ id: 'D', touches: ['c'] }),
      taskOf({ id: 'B', touches: ['a', 'b'] }),
      taskOf({ id: 'C', touches: ['b', 'c'] }),
    ]);

    expect(chosen(scene({ plan: chain }))).toEqual(['D A1', 'B A2']);
  });
});

describe('where nobody told whether work could land', () => {
  const looked = { preflight: { at: at(-60), key: 'k', unknown: ['secrets' as const] } };
  const apart = planOf(['A', 'B', 'C'].map((id) => taskOf({ id })));
  const live = (agent: string, more = {}) => ({
    ...{ attempt: 1, slice: 1, dispatch: 1 },
    live: { ...LIVE, agent, ...more },
  });

  it('one task goes first, the others wait for it and say so, and what waits for tasks says that', () => {
    const plan = planOf([...apart.tasks, taskOf({ id: 'AFTER', dependencies: ['A'] })]);
    const of = scene({ plan, planRecord: looked });
    const decision = of.look();

    expect(chosen(of)).toEqual(['A A1']);
    expect(['B', 'C', 'AFTER'].map((id) => of.view(id, decision).reason)).toEqual([
      'waits for A, whose run looks first whether work could land here',
      'waits for A, whose run looks first whether work could land here',
      expect.stringContaining('waits for A (#3)'),
    ]);
  });

  it('tasks wait for the run that looks, whatever else runs, and for any that runs where none does', () => {
    const looks = scene({
      plan: apart,
      planRecord: looked,
      records: { A: live('A1'), B: live('A2', { probe: true }) },
    });
    const none = scene({ plan: apart, planRecord: looked, records: { A: live('A1'), B: live('A2') } });

    expect([chosen(looks), chosen(none)]).toEqual([[], []]);
    expect(looks.view('C').reason).toBe('waits for B, whose run looks first whether work could land here');
    expect(none.view('C').reason).toBe('waits for A, whose run looks first whether work could land here');
  });

  it('nothing starts beside a run that was told to end and may be at work', () => {
    const stopped = past({ outcome: 'cancelled', stopped: at(-60), ended: at(-60) });
    const records = { A: { attempt: 1, slice: 1, dispatch: 1, history: [stopped], hold: HOLD } };
    const of = scene({ plan: apart, planRecord: looked, records });

    expect(chosen(of)).toEqual([]);
    // GitHub ends a run within five minutes that was told to end.
    expect(of.look().wakeAt).toBe(Date.parse(at(300)));
    of.world.tick(600);
    expect(chosen(of)).toEqual(['B A1']);
  });

  it('its run is looked at soon where others wait for it, and no sooner than any other where none does', () => {
    const waits = (...ids: readonly string[]) => {
      const tasks = ids.map((id) => taskOf({ id, dependencies: id === 'AFTER' ? ['A'] : [] }));
      const of = scene({ plan: planOf(tasks), planRecord: looked });
      const wait = () => ((of.look().wakeAt ?? Number.NaN) - of.world.now) / 1_000;
      const first = wait();
      of.world.apply(of.look(), { answer: 'named' });
      return [first, wait()];
    };

    expect(waits('A', 'B')).toEqual([10, 10]);
    expect(waits('A')).not.toContain(10);
    expect(waits('A', 'AFTER')).not.toContain(10);
  });

  it('a task for which too little is left of a budget says that, and waits for no run', () => {
    const config = configOf('budget: { plan: { usd: 3 } }\nagents: { general-purpose: { run: claude, max_usd: 4 } }');
    const of = scene({ plan: apart, planRecord: looked, config });

    expect(chosen(of)).toEqual([]);
    expect(of.view('A').reason).toContain('out of budget: too little is left of $3.00');
  });
});

describe('tasks of a category that takes longer than was estimated', () => {
  it('go before tasks whose path is longer by estimate', () => {
    const slow = { category: 'testing' as const };
    const done = ['D1', 'D2', 'D3'].map((id) => ({ ...taskOf({ id, minutes: 10 }), ...slow }));
    const rest = ['E1', 'E2', 'E3', 'E4'].map((id) => taskOf({ id, minutes: 10 }));
    const plan = planOf([
      ...done,
      ...rest,
      taskOf({ id: 'LONG', minutes: 40 }),
      { ...taskOf({ id: 'SLOW', minutes: 30 }), ...slow },
    ]);
    const took = (minutes: number) => ({
      ...{ attempt: 1, slice: 1, dispatch: 1, done: DONE },
      history: [past({ outcome: 'completed', sent: at(-60 * minutes), ended: at(0) })],
    });
    const records = Object.fromEntries([
      ...done.map(({ id }) => [id, took(60)]),
      ...rest.map(({ id }) => [id, took(10)]),
    ]);

    expect(chosen(scene({ plan, config: configOf('max_parallel: 1'), records }))).toEqual(['SLOW A1']);
  });
});

describe('tasks with a priority', () => {
  const plan = planOf([
    taskOf({ id: 'LONG', minutes: 100 }),
    { ...taskOf({ id: 'FIRST', minutes: 1 }), priority: 2 },
    { ...taskOf({ id: 'LAST', minutes: 200 }), priority: -1 },
    taskOf({ id: 'SHORT', minutes: 5 }),
  ]);

  it('go before and after all others, however long these are', () => {
    expect(chosen(scene({ plan }))).toEqual(['FIRST A1', 'LONG A2', 'SHORT A3', 'LAST A4']);
  });

  it('keep their place where an order is searched for', () => {
    // Which of the two equal ones goes second is the search's business: it ends the whole sooner with SHORT.
    expect(chosen(scene({ plan, config: configOf('max_parallel: 2\n') }))).toEqual(['FIRST A1', 'SHORT A2']);
  });

  it('have the one of `/priority` before that of the plan', () => {
    const of = scene({ plan, config: configOf('max_parallel: 2\n') });
    of.world.comment(of.number('LAST'), WRITER, '/priority 3');
    of.world.comment(of.number('FIRST'), WRITER, '/priority -2');

    expect(chosen(of)).toEqual(['LAST A1', 'LONG A2']);
  });
});

describe('an open pull request of ours', () => {
  const review = { pull: 40, head: 'c'.repeat(40), run: 900, at: at(0), checks: {}, summary: '' };
  const inReview = {
    attempt: 1,
    slice: 1,
    dispatch: 1,
    history: [past({ outcome: 'in-review' })],
    review,
  };
  const plan = planOf([
    taskOf({ id: 'SHOWN', touches: ['src/a/**'] }),
    taskOf({ id: 'SAME', touches: ['src/a/x.ts'] }),
    taskOf({ id: 'OTHER', touches: ['src/b/**'] }),
  ]);

  it('keeps tasks waiting that change the same files', () => {
    const of = scene({ plan, records: { SHOWN: inReview } });

    expect(chosen(of)).toEqual(['OTHER A1']);
    expect(of.view('SAME').reason).toBe('waits for SHOWN, which changes the same files');
  });

  it('keeps nobody waiting once it was closed, or its task is over', () => {
    const closed = { ...inReview, review: { ...review, closed: at(10) } };
    const over = scene({ plan, records: { SHOWN: inReview } });
    over.world.close(over.number('SHOWN'), 'completed');
    const left = scene({ plan, records: { SHOWN: inReview } });
    left.world.comment(left.number('SHOWN'), WRITER, '/skip');

    expect(chosen(scene({ plan, records: { SHOWN: closed } }))).toEqual(['SAME A1', 'OTHER A2']);
    expect(chosen(over)).toEqual(['SAME A1', 'OTHER A2']);
    expect(chosen(left)).toEqual(['SAME A1', 'OTHER A2']);
  });

  it('does not keep its own task waiting, nor one that is shown in another', () => {
    const wanted = { ...inReview, review: { ...review, wanted: true } };
    const other = { ...wanted, review: { ...wanted.review, pull: 41 } };

    expect(chosen(scene({ plan, records: { SHOWN: wanted, SAME: other } }))).toEqual(['SHOWN A1', 'OTHER A2']);
  });
});

describe('touches overlap', () => {
  it.each([
    [['src/core/**'], ['src/core/api.ts'], true],
    [['src/core/**'], ['src/corehome/api.ts'], false],
    [['src/*.ts'], ['src/core/**'], true],
    [['**/*.md'], ['src/a.ts'], true],
    [['src/a.ts'], ['src/a.ts'], true],
    [['src/a.ts'], ['src/a.tsx'], false],
    [['src/core'], ['src/core/api.ts'], true],
    [['src/core'], ['src/core/**'], true],
    [['src/core/'], ['src/core'], true],
    [['docs/**', 'src/b/**'], ['src/b/x.ts'], true],
    [[], ['src/**'], false],
  ])('%j and %j: %s', (a, b, expected) => {
    expect([overlaps(a, b), overlaps(b, a)]).toEqual([expected, expected]);
  });
});

describe('writes', () => {
  it('does not write a body for a run id alone', () => {
    const of = scene();
    of.world.apply(of.look(), { answer: 'named' });

    const decision = of.look();

    expect(decision.tasks[0]?.run).toBeDefined();
    expect(keys(decision)).toEqual([]);
  });

  it('puts labels on and takes them off one by one, and only its own', () => {
    const of = scene();
    const labels = of.look().effects.filter(({ kind }) => kind === 'add-labels' || kind === 'remove-labels');

    expect(labels).toMatchObject([{ kind: 'add-labels', labels: ['agent:running'] }]);
  });

  it('dispatches only after the body that announces it', () => {
    const all = keys(scene().look());

    expect(all.indexOf('body:3')).toBeGreaterThanOrEqual(0);
    expect(all.indexOf('body:3')).toBeLessThan(all.indexOf('dispatch:3:1:1'));
  });

  it('sets the relations that no other implies, keeps those of people, and takes back what the plan no longer says', () => {
    const plan = planOf([
      taskOf({ id: 'A' }),
      taskOf({ id: 'B', dependencies: ['A'] }),
      taskOf({ id: 'C', dependencies: ['A', 'B'] }),
    ]);
    const of = scene({ plan, records: { C: { relations: [3] } } });
    of.set(of.number('C'), {
      blockedBy: [
        { number: 3, open: true },
        { number: 1, open: true },
      ],
    });

    const decision = of.look();

    expect([keys(decision, 'add-blocked-by'), keys(decision, 'remove-blocked-by')]).toEqual([
      ['block:4:3', 'block:5:4'],
      ['unblock:5:3'],
    ]);
  });
});
