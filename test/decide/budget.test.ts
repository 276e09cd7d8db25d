import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/decide/effects/effect.ts';
import type { TaskId } from '../../src/plan/plan.ts';
import { readGroupRecord, type TaskRecord } from '../../src/state/record.ts';
import type { Result } from '../../src/state/result.ts';
import { writeResult } from '../../src/state/write-result.ts';
import { resultOf } from '../support/adversary.ts';
import { configOf, planOf, taskOf } from '../support/course.ts';
import { APP, STRANGER, WRITER } from '../support/pure-world.ts';
import { at, DONE, past, scene } from './scene.ts';

const PLAN = planOf([taskOf({ id: 'A' }), taskOf({ id: 'B' }), taskOf({ id: 'C', wave: 2 })]);

/** What tasks have reserved in this decision, in dollars. */
function reserved({ tasks }: Decision): Readonly<Record<string, number | undefined>> {
  return Object.fromEntries(
    tasks.flatMap(({ task, record }) => (record.live ? [[task.id, record.live.account?.usd]] : [])),
  );
}

/** A task that landed and cost so much. */
function landed(usd: number, more: Partial<TaskRecord> = {}): Partial<TaskRecord> {
  const account = { wave: 1, type: 'general-purpose', model: 'sonnet', usd, minutes: 10 };
  const history = [past({ outcome: 'completed', cost_usd: usd, seconds: 600, account })];
  return { attempt: 1, slice: 1, dispatch: 1, history, done: { ...DONE, cost_usd: usd }, ...more };
}

describe('what is reserved with a dispatch', () => {
  it('is max_usd, where there is one', () => {
    const config = configOf('budget: { plan: { usd: 9 } }\nagents: { general-purpose: { run: claude, max_usd: 4 } }');

    const decision = scene({ plan: PLAN, config }).look();

    expect(reserved(decision)).toEqual({ A: 4, B: 4 });
    expect(decision.tasks[2]).toMatchObject({
      state: 'held',
      reason: expect.stringContaining('out of budget: too little is left of $9.00'),
    });
  });

  it('is max_usd of whoever works and of whoever reviews', () => {
    const config = configOf(
      'budget: { plan: { usd: 9 } }\nreview: code-reviewer\nagents: { general-purpose: { run: claude, max_usd: 4 }, code-reviewer: { run: claude, max_usd: 1 } }',
    );

    const decision = scene({ plan: PLAN, config }).look();

    expect(reserved(decision)).toEqual({ A: 4 });
    expect(decision.tasks[0]?.record.live?.account?.reviewer).toMatchObject({ type: 'code-reviewer', usd: 1 });
    expect(decision.spending?.plan.reserved.usd).toBe(5);
    expect(decision.spending?.agents.get('code-reviewer')?.reserved).toEqual({ usd: 1, runs: 0, minutes: 0 });
  });

  it('is three times the median of like tasks, as far as there is so much', () => {
    const plan = planOf([...PLAN.tasks, taskOf({ id: 'D' })]);
    const records = { A: landed(1), B: landed(2) };

    expect(reserved(scene({ plan, records, config: configOf('budget: { plan: { usd: 9 } }') }).look())).toEqual({
      C: 4.5,
      // 9 - 3 - 4.5
      D: 1.5,
    });
  });

  it('is the rest divided by the tasks to come, where nothing is known and slots are few', () => {
    const config = configOf('max_parallel: 1\nbudget: { plan: { usd: 9 } }');

    expect(reserved(scene({ plan: PLAN, config }).look())).toEqual({ A: 3 });
  });

  it('is the rest divided by the free slots, where nothing is known and they are more', () => {
    const config = configOf('max_parallel: 4\nbudget: { plan: { usd: 8 } }');

    expect(reserved(scene({ plan: PLAN, config }).look())).toEqual({ A: 2, B: 2, C: 2 });
  });

  it('is twice as much as before after a slice that ended at it', () => {
    const account = { wave: 1, type: 'general-purpose', model: 'sonnet', usd: 0.9, minutes: 3 };
    const capped = past({
      ...{ outcome: 'continued', cause: { kind: 'cap-reached', usd: 1 }, cost_usd: 0.9, seconds: 180, account },
    });
    const records = { A: { attempt: 1, slice: 1, dispatch: 1, history: [capped] } };

    expect(reserved(scene({ plan: PLAN, records, config: configOf('budget: { plan: { usd: 8 } }') }).look()).A).toBe(2);
  });

  it('is bounded by the limits of its wave and of its agent type', () => {
    const config = configOf('max_parallel: 1\nbudget: { wave: { 1: { usd: 3 } }, agent: { each: { usd: 2 } } }');

    // A third of what the three of its agent type may spend, which is less than half of what the two of its wave may.
    expect(reserved(scene({ plan: PLAN, config }).look())).toEqual({ A: 0.666666 });
  });

  it('is nothing, and nothing waits, where no budget bounds it', () => {
    const decision = scene({ plan: PLAN }).look();

    expect(reserved(decision)).toEqual({ A: undefined, B: undefined, C: undefined });
    expect(decision.tasks[0]?.record.live?.account).toEqual({ wave: 1, type: 'general-purpose', model: 'sonnet' });
  });

  it('counts runs, and minutes up to the slice', () => {
    const config = configOf('slice: 30min\nbudget: { plan: { runs: 2, minutes: 500 } }');

    const { tasks } = scene({ plan: PLAN, config }).look();

    expect(tasks.map(({ record }) => record.live?.account?.minutes)).toEqual([30, 30, undefined]);
    expect(tasks[2]?.reason).toContain('too little is left of 2 runs for the plan');
  });
});

/** A run of A that was allowed $3 tells this of its agent. */
function spentAfter(agent: Partial<Result['agent']>, by = APP): number | undefined {
  const account = { wave: 1, type: 'general-purpose', model: 'sonnet', usd: 3 };
  const live = { run: 1_001, agent: 'A1', sent: at(0), sends: 1, account };
  const of = scene({
    config: configOf('budget: { plan: { usd: 9 } }'),
    records: { A: { attempt: 1, slice: 1, dispatch: 1, live } },
  });
  const inputs = { task: 'A' as TaskId, issue: of.number('A'), attempt: 1, slice: 1, dispatch: 1 };
  const run = of.world.start(inputs);
  const result = resultOf(run, 'verification');
  const text = writeResult({ ...result, agent: { ...result.agent, ...agent } });
  of.world.comment(inputs.issue, by, text);
  of.world.end(run, 'failure');
  of.world.tick(200);
  return of.look().spending?.plan.spent.usd;
}

describe('what a reviewer spends', () => {
  const told = (reviewer: Result['agent']['reviewer']) => {
    const review = { type: 'code-reviewer', model: 'opus', usd: 1 };
    const account = { wave: 1, type: 'general-purpose', model: 'sonnet', usd: 3, reviewer: review };
    const live = { run: 1_001, agent: 'A1', sent: at(0), sends: 1, account };
    const of = scene({
      config: configOf('budget: { plan: { usd: 9 } }\nreview: code-reviewer'),
      records: { A: { attempt: 1, slice: 1, dispatch: 1, live } },
    });
    const inputs = { task: 'A' as TaskId, issue: of.number('A'), attempt: 1, slice: 1, dispatch: 1 };
    const run = of.world.start(inputs);
    const result = resultOf(run, 'verification');
    const agent = { ...result.agent, cost_usd: 1.5, seconds: 120, ...(reviewer && { reviewer }) };
    of.world.comment(inputs.issue, APP, writeResult({ ...result, agent }));
    of.world.end(run, 'failure');
    of.world.tick(200);
    const { plan, agents } = of.look().spending ?? {};
    return [plan?.spent.usd, agents?.get('general-purpose')?.spent.usd, agents?.get('code-reviewer')?.spent.usd];
  };

  it('is booked to its own agent type', () => {
    expect(told({ type: 'code-reviewer', model: 'opus', cost_usd: 0.4, seconds: 30 })).toEqual([1.5, 1.1, 0.4]);
  });

  it('is nothing where the run came to no review', () => {
    expect(told(undefined)).toEqual([1.5, 1.5, 0]);
  });

  it('is all that it was allowed, where it told nothing', () => {
    expect(told({ type: 'code-reviewer', model: 'opus', cost_partial: true, seconds: 30 })[2]).toBe(1);
  });
});

describe('a record that somebody broke', () => {
  const broken = () => {
    const account = { wave: 1, type: 'general-purpose', model: 'sonnet', usd: 3, minutes: 10, unknown: true };
    const history = [past({ outcome: 'infrastructure', account })];
    const of = scene({
      plan: PLAN,
      config: configOf('budget: { plan: { usd: 9 } }'),
      records: { A: { attempt: 1, slice: 1, dispatch: 1, history } },
    });
    of.world.apply(of.look(), { answer: 'named' });
    of.world.editBody(of.number('A'), 'gone', WRITER);
    return of;
  };

  it('takes nothing along that nobody told', () => {
    const of = broken();

    const decision = of.look();

    expect(decision.spending?.plan.spent.usd).toBe(3);
    // Three tasks of eight slots: an eighth of what is left for each.
    expect(decision.spending?.plan.reserved.usd).toBe(2.25);
  });

  it('is made anew with what its outstanding dispatch may spend', () => {
    const of = broken();
    const sent = reserved(of.look()).A;
    of.world.apply(of.look(), { answer: 'named' });

    expect(sent).toBeGreaterThan(0);
    expect(of.view('A', of.look()).record.live?.account?.usd).toBe(sent);
  });
});

describe('what a run counts for', () => {
  it.each([
    ['what it told', { cost_usd: 1.25, seconds: 60 }, 1.25],
    ['what it told, though it was allowed less', { cost_usd: 4, seconds: 60 }, 4],
    ['all that it was allowed, where it told nothing', { seconds: 60 }, 3],
    ['all that it was allowed, where it told less than nothing', { cost_usd: -5, seconds: 60 }, 3],
    [
      'all that it was allowed, where not all of its programs told',
      { cost_usd: 1, cost_partial: true, seconds: 60 },
      3,
    ],
    ['all that it was allowed, where it told what nobody can mean', { cost_usd: 1e300, seconds: 60 }, 3],
    ['nothing, where it came to no agent', {}, 0],
  ] as const)('is %s', (_, agent, usd) => {
    expect(spentAfter(agent)).toBe(usd);
  });

  it('is not told by a stranger', () => {
    expect(spentAfter({ cost_usd: 0.01, seconds: 60 }, STRANGER)).toBe(3);
  });

  it('is nothing where GitHub refused the dispatch', () => {
    const of = scene({ config: configOf('budget: { plan: { usd: 9 } }'), plan: planOf([taskOf({ id: 'A' })]) });
    of.world.apply(of.look(), { answer: 'refused' });

    expect(of.look().spending?.plan.spent).toEqual({ usd: 0, runs: 0, minutes: 0 });
  });

  it('counts for the wave and the agent type that it worked for, wherever its task is now', () => {
    const account = { wave: 2, type: 'test-runner', model: 'haiku', usd: 1, minutes: 2 };
    const history = [past({ cost_usd: 1, seconds: 120, account }), past({ dispatch: 2, cost_usd: 5, seconds: 60 })];
    const of = scene({ plan: PLAN, records: { A: { attempt: 2, slice: 1, dispatch: 2, history } } });

    const { waves, agents } = of.look().spending ?? {};

    expect(waves?.get(2)?.spent.usd).toBe(1);
    expect(agents?.get('test-runner')?.spent.usd).toBe(1);
    // One from before there were accounts counts where its task is.
    expect(waves?.get(1)?.spent).toMatchObject({ usd: 5, minutes: 1 });
  });

  it('is kept as a sum when its record lets it go', () => {
    const account = { wave: 1, type: 'general-purpose', model: 'sonnet', usd: 0.5, minutes: 1 };
    const history = Array.from({ length: 100 }, (_, nth) =>
      past({ dispatch: nth + 1, outcome: 'infrastructure', cost_usd: 0.5, seconds: 60, account }),
    );
    const live = { run: 1_001, agent: 'A1', sent: at(0), sends: 1, account: { ...account, usd: 3 } };
    const of = scene({ plan: PLAN, records: { A: { attempt: 1, slice: 1, dispatch: 101, live, history } } });
    const run = of.world.start({ task: 'A' as TaskId, issue: of.number('A'), attempt: 1, slice: 1, dispatch: 101 });
    of.world.end(run, 'failure');
    of.world.tick(200);

    const decision = of.look();

    expect(of.view('A', decision).record.history).toHaveLength(81);
    expect(decision.spending?.plan.spent).toMatchObject({ usd: 53, runs: 101 });
  });
});

describe('people', () => {
  const config = (usd: number) =>
    configOf(`budget: { plan: { usd: ${usd} } }\nagents: { general-purpose: { run: claude, max_usd: 1 } }`);
  const told = (usd: number) => {
    const of = scene({ plan: PLAN, config: config(usd), records: { A: landed(8) } });
    const decision = of.look();
    of.world.apply(decision, { answer: 'named' });
    const said = decision.effects.flatMap((effect) =>
      effect.kind === 'comment' && effect.key.startsWith('budget:') ? [effect.body] : [],
    );
    const again = of.look().effects.filter(({ kind }) => kind === 'comment');
    return { said, again, record: readGroupRecord(of.world.issue(1).body)?.budget };
  };

  it('are told nothing before four fifths of a limit are spent', () => {
    expect(told(10.1)).toMatchObject({ said: [], record: undefined });
  });

  it('are told once at four fifths, and the record says so', () => {
    const { said, again, record } = told(10);

    expect(said).toEqual([expect.stringMatching(/^\*\*80% of the budget for the plan is spent\*\*: \$8\.00 spent/)]);
    expect(again).toEqual([]);
    expect(record).toEqual([{ scope: 'plan', name: '', unit: 'usd', limit: 10, level: 80, at: expect.any(String) }]);
  });

  it('are asked once when nothing fits any more, with a mention of whoever started it', () => {
    const { said, again, record } = told(8);

    expect(said).toEqual([
      expect.stringMatching(
        /^@lead \*\*The budget for the plan is used up\*\*: \$8\.00 spent of \$8\.00\. 2 tasks are not done/,
      ),
    ]);
    expect(said[0]).toContain('`budget.plan.usd`');
    expect(again).toEqual([]);
    expect(record).toEqual([expect.objectContaining({ limit: 8, level: 100 })]);
  });

  it('see what is spent, reserved and bounded in one line', () => {
    const records = { A: landed(2) };

    expect(
      scene({ plan: PLAN, config: configOf('budget: { plan: { usd: 20 }, wave: { 1: { usd: 10 } } }'), records }).look()
        .meter,
    ).toBe(
      '$2.00 spent and $12.00 reserved of $20.00 · 3 runs · 10min of agent work · for wave 1: $2.00 spent and $6.00 reserved of $10.00',
    );
    expect(scene({ plan: PLAN, records }).look().meter).toBe('$2.00 spent · 3 runs · 10min of agent work');
    expect(scene({ plan: PLAN }).look().meter).toBeUndefined();
  });
});
