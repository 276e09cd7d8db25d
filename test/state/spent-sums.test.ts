import { describe, expect, it } from 'vitest';
import { addPast, addSpent, type SpentBefore } from '../../src/state/spent-sums.ts';

const one = (change: Partial<SpentBefore[number]> = {}): SpentBefore[number] => ({
  ...{ type: 'coder', model: 'm', usd: 2, minutes: 10, runs: 1 },
  ...change,
});
const past = (change: object) => ({ outcome: 'agent', run: 5, ...change }) as never;

describe('what dispatches have spent', () => {
  it('is added up by wave, agent type and model', () => {
    const sums = [one(), one({ usd: 3 }), one({ wave: 2 }), one({ type: 'other' }), one({ model: 'n' })].reduce(
      addSpent,
      [] as SpentBefore,
    );

    expect(sums).toHaveLength(4);
    expect(sums.find(({ wave, type, model }) => wave === undefined && type === 'coder' && model === 'm')).toEqual(
      one({ usd: 5, minutes: 20, runs: 2 }),
    );
  });

  it('leaves out what cannot be meant', () => {
    const [sum] = addSpent([one()], one({ usd: -1, minutes: 1e12 }));

    expect(sum).toEqual(one({ runs: 2 }));
  });

  it('counts a run for its agent, and none for its reviewer', () => {
    const reviewer = { type: 'reviewer', model: 'r', usd: 1, minutes: 4 };
    const account = { wave: 3, type: 'coder', model: 'm', usd: 2, minutes: 10, reviewer, unknown: true };

    const sums = addPast([], past({ account }));

    expect(sums).toEqual([
      { wave: 3, type: 'coder', model: 'm', usd: 2, minutes: 10, runs: 1 },
      { wave: 3, ...reviewer, runs: 0 },
    ]);
  });

  it('knows of an old dispatch what it cost alone', () => {
    expect(addPast([], past({ cost_usd: 4 }))).toEqual([{ type: '', model: '', usd: 4, minutes: 0, runs: 1 }]);
  });
});
