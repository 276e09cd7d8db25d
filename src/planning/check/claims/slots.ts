import type { CheckRule, RuleFinding, RuleInput } from '../check-rule.ts';
import type { EarliestRun } from '../earliest-schedule.ts';
import { count } from '../words.ts';
import { claimsOf, missingTasks, withCountAhead } from './claims-of.ts';

/** Places in the order of a wave that the dependencies inside it do not give. */
export const slots: CheckRule = {
  name: 'claim-slot',
  about: 'slots that the document states otherwise',
  find: (input) => {
    const claims = claimsOf(input, 'slot');
    const places = placesIn(input);
    const wrong = claims.flatMap(({ claim, path, where }): readonly RuleFinding[] => {
      const task = input.tasks.get(claim.task);
      const said = `${where} gives ${claim.task} place ${claim.slot}${task ? ` in wave ${task.wave}` : ''};`;
      if (task === undefined) return [{ path, message: `${said} ${missingTasks([claim.task], input)}` }];
      const inside = places(task.wave).get(task.id);
      if (inside === undefined || inside.place === claim.slot) return [];
      const reason =
        inside.after === undefined
          ? 'it waits for no task of that wave, so its place is 1'
          : `it comes right after ${inside.after}, at place ${inside.place}`;
      return [{ path, message: `${said} ${reason}` }];
    });
    return withCountAhead(
      wrong,
      (number) =>
        `${number} of ${count(claims.length, 'place')} in the order of the waves (${input.plan.claims?.source}) disagree with the dependencies inside the wave; start tasks by their dependencies, not by these places`,
    );
  },
};

/** What the dependencies give, by task, for a wave. Worked out once for each: a document places every task. */
function placesIn({ insideWave }: RuleInput): (wave: number) => ReadonlyMap<string, EarliestRun> {
  const known = new Map<number, ReadonlyMap<string, EarliestRun>>();
  return (wave) => {
    const places = known.get(wave) ?? new Map(insideWave(wave).map((slot) => [slot.id, slot]));
    known.set(wave, places);
    return places;
  };
}
