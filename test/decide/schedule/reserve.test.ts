import { describe, expect, it } from 'vitest';
import type { Task } from '../../../src/plan/plan.ts';
import type { PastDispatch, TaskRecord } from '../../../src/state/record.ts';
import { configOf, planOf, taskOf } from '../../support/course.ts';
import { at, DONE, LIVE, past, scene } from '../scene.ts';

const CLAUDE = 'run: claude';
const ACCOUNT = { wave: 1, type: 'general-purpose', model: 'sonnet' };
const REVIEWED = 'review: code-reviewer\n';

interface Given {
  readonly config: string;
  readonly tasks?: readonly Task[];
  readonly records?: Readonly<Record<string, Partial<TaskRecord>>>;
}

/** What dispatches of this pass may spend: `A 2`, its reviewer's part behind a plus, its minutes after a slash. */
function allowed({ config, tasks = ['A', 'B', 'C'].map((id) => taskOf({ id })), records = {} }: Given) {
  const decision = scene({ plan: planOf(tasks), config: configOf(config), records }).look();
  const sent = decision.effects.flatMap((effect) => (effect.kind === 'dispatch' ? [effect.inputs.task] : []));
  return decision.tasks.flatMap(({ task, record, reason }) => {
    if (reason.startsWith('out of budget'))
      return [`${task.id} waits: ${/too little is left of (.*?);/.exec(reason)?.[1]}`];
    const account = record.live?.account;
    if (!account || !sent.includes(task.id)) return [];
    const reviewer = account.reviewer?.usd === undefined ? '' : ` + ${rounded(account.reviewer.usd)}`;
    const minutes = account.minutes === undefined ? '' : ` / ${account.minutes}`;
    return [`${task.id} ${account.usd === undefined ? '-' : rounded(account.usd)}${reviewer}${minutes}`];
  });
}

function rounded(usd: number): number {
  return Math.round(usd * 1_000) / 1_000;
}

/** It landed, and cost so much. */
function landed(
  usd: number,
  more: Partial<PastDispatch> = {},
  before: readonly PastDispatch[] = [],
): Partial<TaskRecord> {
  const account = { ...ACCOUNT, usd, minutes: 10 };
  const last = past({ outcome: 'completed', cost_usd: usd, seconds: 600, account, ...more });
  const { dispatch, attempt, slice } = last;
  return { dispatch, attempt, slice, history: [...before, last], done: DONE };
}

describe('what a task may spend of which nobody told how much it takes', () => {
  it('is its share among tasks that are still to come, not among those that run or are over', () => {
    const live = { ...LIVE, account: { ...ACCOUNT, usd: 1 } };
    const records = {
      A: { attempt: 1, slice: 1, dispatch: 1, done: DONE },
      B: { attempt: 1, slice: 1, dispatch: 1, live },
    };
    const tasks = ['A', 'B', 'C', 'D'].map((id) => taskOf({ id }));

    expect(allowed({ config: 'max_parallel: 2\nbudget: { plan: { usd: 9 } }', tasks, records })).toEqual(['C 4']);
  });

  it('is its share among those that the limit speaks of', () => {
    const tasks = [
      { ...taskOf({ id: 'A' }), agent: 'test-runner' },
      { ...taskOf({ id: 'B', minutes: 5 }), agent: 'test-runner' },
      taskOf({ id: 'C', minutes: 5 }),
      taskOf({ id: 'D', minutes: 5, wave: 2 }),
    ];

    expect(allowed({ config: 'max_parallel: 1\nbudget: { wave: { 1: { usd: 6 } } }', tasks })).toEqual(['A 2']);
    expect(allowed({ config: 'max_parallel: 1\nbudget: { agent: { test-runner: { usd: 6 } } }', tasks })).toEqual([
      'A 3',
    ]);
  });

  it('is no part of what a slot would have that is kept for a task which may start soon', () => {
    const tasks = [
      taskOf({ id: 'A' }),
      taskOf({ id: 'B', minutes: 500, dependencies: ['A'] }),
      taskOf({ id: 'C', minutes: 5 }),
    ];
    const records = { A: { attempt: 1, slice: 1, dispatch: 1, done: { ...DONE, at: at(0) } } };

    expect(allowed({ config: 'max_parallel: 8\nbudget: { plan: { usd: 7 } }', tasks, records })).toEqual(['C 1']);
  });

  it('is four fifths for the agent and one for whoever reviews, of a limit for both', () => {
    expect(allowed({ config: `max_parallel: 1\n${REVIEWED}budget: { plan: { usd: 9 } }` })).toEqual(['A 2.4 + 0.6']);
  });

  it('is bounded for the reviewer alone where the limit speaks of that type', () => {
    const config = (limits: string) =>
      `max_parallel: 1\n${REVIEWED}budget: { agent: { code-reviewer: { ${limits} } } }`;

    expect(allowed({ config: config('usd: 9') })).toEqual(['A - + 0.6']);
    expect(allowed({ config: config('usd: 9, minutes: 2') })).toEqual(['A - + 0.6']);
  });
});

describe('what a task may spend whose like have landed', () => {
  const category = (id: string, name?: Task['category']) => ({ ...taskOf({ id }), ...(name && { category: name }) });
  const tasks = [
    category('TESTED', 'testing'),
    category('WROTE'),
    category('TESTS', 'testing'),
    category('DOCS', 'documentation'),
    category('OTHER'),
  ];
  const config = `budget: { plan: { usd: 100 } }\nroutes: []`;

  it('is three times what those of its category took; of its agent type, where none of them landed', () => {
    const records = { TESTED: landed(1), WROTE: landed(3) };

    expect(allowed({ config, tasks, records })).toEqual(['TESTS 3', 'DOCS 6', 'OTHER 6']);
  });

  it('is told by all slices of the attempt that landed, and by no other', () => {
    const failed = past({ outcome: 'verification', cost_usd: 50, seconds: 60_000 });
    const slice = past({ outcome: 'continued', cost_usd: 2, seconds: 300, dispatch: 2, attempt: 2 });
    const records = {
      TESTED: landed(1, { dispatch: 3, attempt: 2, slice: 2 }, [failed, slice]),
      WROTE: landed(3, { dispatch: 2, attempt: 2 }, [failed]),
    };
    const minutes = 'max_parallel: 1\nroutes: []\nbudget: { plan: { usd: 500, minutes: 5000 } }';

    expect(allowed({ config: minutes, tasks: tasks.slice(0, 3), records })).toEqual(['TESTS 9 / 45']);
  });

  it('is told apart for the agent and for whoever reviews', () => {
    const reviewer = { type: 'code-reviewer', model: 'opus', usd: 0.5, minutes: 3 };
    const account = { ...ACCOUNT, usd: 1.5, minutes: 7 };
    const before = past({
      ...{
        outcome: 'verification',
        cost_usd: 90,
        account: { ...account, reviewer: { ...reviewer, usd: 9, minutes: 9 } },
      },
    });
    const last = { dispatch: 2, attempt: 2, account: { ...account, reviewer } };
    const limits = `max_parallel: 1\n${REVIEWED}routes: []\nbudget: { plan: { usd: 500, minutes: 5000 } }`;
    const given = { config: limits, tasks: tasks.slice(1, 3) };

    expect(allowed({ ...given, records: { WROTE: landed(2, last, [before]) } })).toEqual(['TESTS 4.5 + 1.5 / 21']);
    // The same type may do both, and reviewing costs something else.
    const both = { ...last, account: { ...account, reviewer: { ...reviewer, type: ACCOUNT.type } } };
    const config = limits.replace('code-reviewer', ACCOUNT.type);
    expect(allowed({ ...given, config, records: { WROTE: landed(2, both) } })).toEqual(['TESTS 4.5 + 1.5 / 21']);
    // What it was allowed says nothing of what it took.
    const untold = { ...last, account: { ...account, reviewer: { ...reviewer, unknown: true } } };
    expect(allowed({ ...given, records: { WROTE: landed(2, untold, [before]) } })[0]).toMatch(/^TESTS 6 \+ \d\d/);
  });
});

describe('a task starts', () => {
  const dear = `agents: { general-purpose: { ${CLAUDE}, max_usd: 4 } }`;

  it('as long as every limit on it has room, and waits for the one that has not', () => {
    const config = `${dear}\nbudget: { plan: { usd: 9 }, agent: { each: { usd: 100 } } }`;

    expect(allowed({ config })).toEqual(['A 4', 'B 4', 'C waits: $9.00 for the plan']);
  });

  it('whatever others of the same pass spend that a limit does not speak of', () => {
    const tasks = [taskOf({ id: 'A' }), { ...taskOf({ id: 'B' }), agent: 'test-runner' }];

    const limits = 'agent: { general-purpose: { usd: 50 }, test-runner: { usd: 5 } }';

    expect(allowed({ config: `${dear}\nbudget: { ${limits} }`, tasks })).toEqual(['A 4', 'B 4']);
  });

  it('with less than a dollar, where that is what it takes', () => {
    const config = `agents: { general-purpose: { ${CLAUDE}, max_usd: 0.2 } }\nbudget: { plan: { usd: 0.5 } }`;

    expect(allowed({ config })).toEqual(['A 0.2', 'B 0.2', 'C waits: $0.50 for the plan']);
  });

  it('with more than what like tasks took, as far as there is so much', () => {
    const config = 'max_parallel: 1\nbudget: { plan: { usd: 3 } }';

    // Three times a dollar are wanted, and two are left.
    expect(allowed({ config, records: { A: landed(1) } })).toEqual(['B 2', 'C waits: $3.00 for the plan']);
  });

  it('with the minutes that like tasks took, and waits where fewer are left', () => {
    const config = (minutes: number) => `max_parallel: 1\nslice: 60min\nbudget: { plan: { minutes: ${minutes} } }`;
    const records = { A: landed(1) };
    const tasks = ['A', 'B'].map((id) => taskOf({ id }));

    expect(allowed({ config: config(100), tasks, records })).toEqual(['B - / 30']);
    expect(allowed({ config: config(25), tasks, records })).toEqual(['B - / 15']);
    expect(allowed({ config: config(18), tasks, records })).toEqual(['B waits: 18min for the plan']);
  });

  it('with the last of a budget, and nobody is asked for more while it runs', () => {
    const config = configOf(`${dear}\nbudget: { plan: { usd: 4 } }`);
    const { effects } = scene({ plan: planOf([taskOf({ id: 'A' })]), config }).look();

    expect(effects.filter(({ key }) => key.startsWith('budget:'))).toEqual([]);
  });
});

describe('a slice after one that ended at what it was allowed', () => {
  /** A dollar. B has landed for one, and three fit into the budget but for what is spent. */
  function nextSlice(given: Partial<PastDispatch>, { left, reviews = false }: { left: number; reviews?: boolean }) {
    const spent = given.account?.usd ?? 0;
    const cause = { kind: 'cap-reached', usd: 1, ...(reviews && { by: 'reviewer' as const }) } as const;
    const capped = past({ outcome: 'continued', cause, cost_usd: spent, seconds: 180, ...given });
    const records = { A: { attempt: 1, slice: 1, dispatch: 1, history: [capped] }, B: landed(1) };
    const tasks = ['A', 'B'].map((id) => taskOf({ id }));
    const budget = `budget: { ${reviews ? 'agent: { code-reviewer: ' : 'plan: '}{ usd: ${left} }${reviews ? ' }' : ''} }`;
    return allowed({ config: `max_parallel: 1\n${reviews ? REVIEWED : ''}${budget}`, tasks, records });
  }
  const spent = (usd: number) => ({ account: { ...ACCOUNT, usd, minutes: 3 } });

  it('goes on with what is left, however little, where it came to half of it', () => {
    expect(nextSlice(spent(0.5), { left: 1.75 })).toEqual(['A 0.25']);
  });

  it('waits for twice as much where it came to little with it, or changed nothing', () => {
    expect(nextSlice(spent(0.4), { left: 3.3 })).toEqual(['A waits: $3.30 for the plan']);
    expect(nextSlice({ ...spent(0.9), stalled: true }, { left: 3.8 })).toEqual(['A waits: $3.80 for the plan']);
    expect(nextSlice(spent(0.4), { left: 3.5 })).toEqual(['A 2.1']);
  });

  it('gives the reviewer twice as much where it was the reviewer, whose share alone tells what it came to', () => {
    const its = (usd: number) => ({
      account: { ...ACCOUNT, usd: 0.1, minutes: 3, reviewer: { type: 'code-reviewer', model: 'opus', usd } },
    });

    expect(nextSlice({ ...its(0.9), stalled: true }, { left: 9, reviews: true })).toEqual(['A - + 2']);
    expect(nextSlice({ ...its(0.9), stalled: true }, { left: 1.5, reviews: true })).toEqual(['A - + 0.6']);
    expect(nextSlice(its(0.2), { left: 1.5, reviews: true })).toEqual(['A waits: $1.50 for agent type code-reviewer']);
  });

  it('gives the agent no more where it was the reviewer that came to the end of what it was allowed', () => {
    const cause = { kind: 'cap-reached', usd: 4, by: 'reviewer' } as const;
    const reviewer = { type: 'code-reviewer', model: 'opus', usd: 3.9 };
    const account = { ...ACCOUNT, usd: 0.1, minutes: 3, reviewer };
    const capped = past({ outcome: 'continued', cause, cost_usd: 4, seconds: 180, account });
    const records = { A: { attempt: 1, slice: 1, dispatch: 1, history: [capped] }, B: landed(1) };
    const config = `max_parallel: 1\n${REVIEWED}budget: { plan: { usd: 99 } }`;

    expect(allowed({ config, tasks: ['A', 'B'].map((id) => taskOf({ id })), records })).toEqual(['A 3 + 8']);
  });
});
