import type { CheckRule, RuleFinding } from '../check-rule.ts';
import { span } from '../earliest-schedule.ts';
import { count, durationText } from '../words.ts';
import { claimsOf, withCountAhead } from './claims-of.ts';

/** Waves that cannot be done in the time that the document's timeline gives them. */
export const windows: CheckRule = {
  name: 'claim-window',
  about: 'times that the document states otherwise',
  find: (input) => {
    const claims = claimsOf(input, 'window');
    const overflowing = claims.flatMap(({ claim: { wave, start, end }, path, where }): readonly RuleFinding[] => {
      const needed = span(input.insideWave(wave));
      if (needed <= end - start) return [];
      const message = `${where} gives ${durationText(end - start)} to wave ${wave} (hour ${hour(start)} to ${hour(end)}); the longest chain of its own tasks takes ${durationText(needed)}, ${durationText(needed - end + start)} more`;
      return [{ path, message }];
    });
    return withCountAhead(overflowing, (number) => {
      const waves = count(claims.length, 'wave');
      return `${number} of ${waves} overflow the time that ${input.plan.claims?.source} gives them; take its timeline for the order of the waves and no more`;
    });
  },
};

function hour(minutes: number): string {
  return String(Math.round((minutes / 60) * 100) / 100);
}
