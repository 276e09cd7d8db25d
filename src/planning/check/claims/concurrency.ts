import type { CheckRule, RuleFinding, RuleInput } from '../check-rule.ts';
import { peak } from '../earliest-schedule.ts';
import { count } from '../words.ts';
import { claimsOf, withCountAhead } from './claims-of.ts';

/**
 * How many tasks are said to run at once, beside what the dependencies allow when each task starts as soon as it can.
 * More would run at once only if some were held back until others are ready, which makes nothing faster.
 */
export const concurrency: CheckRule = {
  name: 'claim-concurrency',
  about: 'tasks at once that the document states otherwise',
  find: (input) => {
    const claims = claimsOf(input, 'concurrency');
    const mostIn = new Map<number, number>();
    const waves = claims.flatMap(({ claim: { wave, agents }, path, where }): readonly RuleFinding[] => {
      if (wave === undefined) return [];
      const most = mostIn.get(wave) ?? peak(input.insideWave(wave));
      mostIn.set(wave, most);
      if (most === agents || most === 0) return [];
      const message = `${where} has wave ${wave} run ${count(agents, 'task')} at once; with each started as soon as its dependencies allow, ${most === 1 ? 'one runs' : `${most} run`} at once`;
      return [{ path, message }];
    });
    const declared = claims.filter(({ claim }) => claim.wave !== undefined).length;
    const source = input.plan.claims?.source;
    return [
      ...withCountAhead(
        waves,
        (number) =>
          `${number} of ${count(declared, 'wave')} run more or fewer tasks at once than ${source} says; count on what the dependencies allow`,
      ),
      ...wholePlan(input),
    ];
  },
};

/** For the plan as a whole the figure may be a limit that somebody sets: only more than there can be is wrong. */
function wholePlan(input: RuleInput): readonly RuleFinding[] {
  const claims = claimsOf(input, 'concurrency').filter(({ claim }) => claim.wave === undefined);
  if (claims.length === 0) return [];
  const most = peak(input.whole);
  return claims
    .filter(({ claim }) => claim.agents > most)
    .map(({ claim, path, where }) => ({
      path,
      message: `${where} has ${count(claim.agents, 'task')} run at once; the dependencies never allow more than ${most}`,
    }));
}
