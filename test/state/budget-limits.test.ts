import { describe, expect, it } from 'vitest';
import {
  amountText,
  describeShort,
  isSameLimit,
  keyOf,
  leftOf,
  limitsOn,
  limitUses,
  whoseText,
} from '../../src/state/budget-limits.ts';
import type { Spending } from '../../src/state/spending.ts';
import { configOf } from '../support/course.ts';

const config = configOf(`budget:
  plan: { usd: 50, runs: 9 }
  wave:
    each: { minutes: 90 }
    2: { runs: 3 }
  agent:
    each: { usd: 5 }
    general-purpose: { usd: 7 }
`);
const amounts = (usd: number, runs = 0, minutes = 0) => ({ usd, runs, minutes });
const spent = (usd: number, runs = 0, minutes = 0) => ({
  spent: amounts(usd, runs, minutes),
  reserved: amounts(1, 1, 1),
  unknown: 0,
});
const spending = {
  plan: spent(12, 4),
  waves: new Map([[2, spent(3, 2)]]),
  agents: new Map([
    ['general-purpose', spent(6)],
    ['test-runner', spent(2)],
  ]),
} as unknown as Spending;

const names = (limits: ReturnType<typeof limitsOn>) => limits.map((each) => `${keyOf(each)}=${each.limit}`);

describe('what bounds a dispatch', () => {
  it('is what the plan, its wave and its agent type may spend', () => {
    expect(names(limitsOn({ wave: 2, type: 'general-purpose' }, config))).toEqual([
      'budget.plan.usd=50',
      'budget.plan.runs=9',
      'budget.wave.2.runs=3',
      'budget.agent.general-purpose.usd=7',
    ]);
    expect(names(limitsOn({ wave: 1, type: 'test-runner' }, config)).slice(2)).toEqual([
      'budget.wave.1.minutes=90',
      'budget.agent.test-runner.usd=5',
    ]);
    expect(limitsOn({ wave: 1, type: 'test-runner' }, configOf())).toEqual([]);
  });

  it('is told with what is spent and reserved, of each wave of the plan and each agent type that spent or has its own', () => {
    const uses = limitUses({ plan: { waves: [{ number: 1 }, { number: 2 }] } as never, config }, spending);

    expect(uses.map((use) => `${keyOf(use)}: ${use.spent} + ${use.reserved}`)).toEqual([
      'budget.plan.usd: 12 + 1',
      'budget.plan.runs: 4 + 1',
      'budget.wave.1.minutes: 0 + 0',
      'budget.wave.2.runs: 2 + 1',
      'budget.agent.general-purpose.usd: 6 + 1',
      'budget.agent.test-runner.usd: 2 + 1',
    ]);
  });
});

describe('a limit', () => {
  const limit = { scope: 'wave', name: '2', unit: 'usd', limit: 5 } as const;

  it('has left what is neither spent nor reserved, and never less than nothing', () => {
    expect(leftOf({ limit: 10, spent: 3, reserved: 2 })).toBe(5);
    expect(leftOf({ limit: 10, spent: 9, reserved: 2 })).toBe(0);
  });

  it('is the same where scope, name and unit are', () => {
    expect(isSameLimit(limit, { ...limit })).toBe(true);
    expect(isSameLimit(limit, { ...limit, scope: 'agent' })).toBe(false);
    expect(isSameLimit(limit, { ...limit, name: '3' })).toBe(false);
    expect(isSameLimit(limit, { ...limit, unit: 'runs' })).toBe(false);
  });

  it('is told to whoever waits for it, with the key that raises it', () => {
    expect(describeShort(limit)).toBe(
      'out of budget: too little is left of $5.00 for wave 2; it goes on when there is more, or `budget.wave.2.usd` is raised',
    );
    expect(whoseText({ scope: 'plan', name: '' })).toBe('for the plan');
    expect(whoseText({ scope: 'agent', name: 'general-purpose' })).toBe('for agent type general-purpose');
  });

  it.each([
    [12.4, 'usd', '$12.40'],
    [1, 'runs', '1 run'],
    [3, 'runs', '3 runs'],
    [80.4, 'minutes', '1h 20min'],
    [1, 'minutes', '1min'],
    [0.5, 'minutes', '30s'],
  ] as const)('of %s %s is written %s', (amount, unit, text) => {
    expect(amountText(amount, unit)).toBe(text);
  });
});
