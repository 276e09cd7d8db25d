import type { Remark, Rule } from '../check-rule.ts';
import { span } from '../earliest-schedule.ts';
import { count, time } from '../words.ts';
import { claimsOf, counted } from './claims-of.ts';

/** Waves that cannot be done in the time that the document's timeline gives them. */
export const windows: Rule = {
  name: 'claim-window',
  find: (subject) => {
    const claims = claimsOf(subject, 'window');
    const overflowing = claims.flatMap(({ claim: { wave, start, end }, path, where }): readonly Remark[] => {
      const needed = span(subject.insideWave(wave));
      if (needed <= end - start) return [];
      const message = `${where} gives ${time(end - start)} to wave ${wave} (hour ${hour(start)} to ${hour(end)}); the longest chain of its own tasks takes ${time(needed)}, ${time(needed - end + start)} more`;
      return [{ path, message }];
    });
    return counted(overflowing, (number) => {
      const waves = count(claims.length, 'wave');
      return `${number} of ${waves} overflow the time that ${subject.plan.claims?.source} gives them; take its timeline for the order of the waves and no more`;
    });
  },
};

function hour(minutes: number): string {
  return String(Math.round((minutes / 60) * 100) / 100);
}
