import { MAX_ESTIMATE_MINUTES, parseEstimate } from '../../plan/estimate.ts';

export type Duration =
  | { readonly kind: 'minutes'; readonly minutes: number; readonly assumed?: string }
  /** The source says that it does not say. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unclear'; readonly message: string };

const DAY = 8 * 60;

/**
 * A duration as people write it into a table: `30min`, `~2hr`, `1.5 h`, `1h 30m`, `2-4h` (the longer), `1d` (8 h).
 *
 * @param unit Minutes that a number without a unit counts, where the column names one: 60 under `Hours`.
 */
export function readDuration(text: string, unit?: number): Duration {
  const plain = text.trim().replace(/^(?:~|≈|about|approx\.?|ca\.?|<|≤|up to)\s*/i, '');
  if (/^(?:|-+|–|—|n\/?a|none|tbd|tba|\?+|unknown)$/i.test(plain)) return { kind: 'none' };
  if (plain.length > 100) return { kind: 'unclear', message: 'this is not a duration; write one such as 30min or 2hr' };
  const bare = /^(\d{1,6}(?:\.\d{1,6})?)$/.exec(plain);
  if (bare !== null) {
    if (unit !== undefined) return bounded(Number(bare[1]) * unit, text);
    return {
      kind: 'unclear',
      message: `the duration \`${plain}\` has no unit; write \`${plain}h\` or \`${plain}min\``,
    };
  }
  const range = /^(\d{1,6}(?:\.\d{1,6})?)\s*[a-z]*\s*(?:-|–|—|to)\s*(\d{1,6}(?:\.\d{1,6})?\s*[a-z]{0,8})$/i.exec(plain);
  if (range !== null) {
    const longer = readDuration(range[2] ?? '', unit);
    return longer.kind === 'minutes' ? { ...longer, assumed: 'of a range, the longer time counts' } : longer;
  }
  const days = /^(\d{1,4}(?:\.\d{1,4})?)\s*(?:d|days?)$/i.exec(plain);
  if (days !== null) {
    const whole = bounded(Number(days[1]) * DAY, text);
    return whole.kind === 'minutes' ? { ...whole, assumed: 'a day counts as 8 hours' } : whole;
  }
  const minutes = parseEstimate(plain);
  if (minutes !== undefined) return { kind: 'minutes', minutes };
  const shown = plain.slice(0, 40);
  return { kind: 'unclear', message: `\`${shown}\` is not a duration; write one such as 30min, 1.5h or 2hr` };
}

function bounded(minutes: number, text: string): Duration {
  if (minutes > 0 && minutes <= MAX_ESTIMATE_MINUTES) return { kind: 'minutes', minutes };
  return { kind: 'unclear', message: `the duration \`${text.trim().slice(0, 40)}\` must be above 0 and at most 1000h` };
}
