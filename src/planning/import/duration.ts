import { MAX_ESTIMATE_MINUTES, parseEstimate } from '../../plan/estimate.ts';
import { type EstimateMap, unitWord, WORKDAY } from './estimate-map.ts';

export type Duration =
  | { readonly kind: 'minutes'; readonly minutes: number; readonly assumed?: string }
  /** The source says that it does not say. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'unclear';
      readonly message: string;
      /** What a map could say the time of, as written: `pts`, `M`; `number` for one without a unit. */
      readonly word?: string;
    };

export interface DurationContext {
  /** Minutes that a number without a unit counts, where the column names one: 60 under `Hours`. */
  readonly unit?: number | undefined;
  /** What a number without a unit counts that is no time: `points`. */
  readonly word?: string | undefined;
  readonly map?: EstimateMap | undefined;
}

const NUMBER = String.raw`\d{1,6}(?:\.\d{1,6})?`;
const BARE = new RegExp(`^(${NUMBER})$`);
const QUANTITY = new RegExp(String.raw`^(${NUMBER})\s*([A-Za-z][A-Za-z -]{0,20})$`);
const RANGE = new RegExp(
  String.raw`^(?:between\s+)?(${NUMBER})\s*[a-z]{0,12}\s*(?:-|–|—|to|and)\s*(${NUMBER}\s*[a-z]{0,12}(?:\s[a-z]{1,12})?)$`,
  'i',
);

/**
 * A duration as people write it: `30min`, `~2hr`, `1.5 h`, `1h 30m`, `2-4h` (the longer), `1d` (8 h), `M (8-12 hours)`,
 * and with a map `3 pts` or `M`.
 */
export function readDuration(text: string, context: DurationContext = {}): Duration {
  const plain = text
    .trim()
    .replace(/^(?:~|≈|about|around|approx(?:imately)?\.?|ca\.?|circa|est(?:imated)?\.?:?|<|>|≤|up to)\s*/i, '')
    .replace(/[.+]$/, '')
    .trim();
  if (/^(?:|-+|–|—|n\/?a|none|tbd|tba|\?+|unknown)$/i.test(plain)) return { kind: 'none' };
  if (plain.length > 100) return { kind: 'unclear', message: 'this is not a duration; write one such as 30min or 2hr' };
  const [outside, inside] = aroundParentheses(plain);
  if (inside === undefined) return plainDuration(plain, context);
  // `M (8-12 hours)`, `3 pts (1 day)`: the part that is a time counts.
  const read = [outside, inside].map((part) => plainDuration(part, context));
  const unclear = { kind: 'unclear', message: notADuration(plain) } as const;
  return read.find(({ kind }) => kind === 'minutes') ?? read.find(({ kind }) => kind === 'unclear') ?? unclear;
}

function aroundParentheses(text: string): readonly [string, string | undefined] {
  const found = /^([^()]*)\(([^()]*)\)[^()]*$/.exec(text);
  return found === null ? [text, undefined] : [(found[1] ?? '').trim(), (found[2] ?? '').trim()];
}

function plainDuration(plain: string, { unit, word, map }: DurationContext): Duration {
  const range = RANGE.exec(plain);
  if (range !== null) {
    const longer = plainDuration((range[2] ?? '').trim(), { unit, word, map });
    return longer.kind === 'minutes' ? { ...longer, assumed: 'of a range, the longer time counts' } : longer;
  }
  const bare = BARE.exec(plain)?.[1];
  if (bare !== undefined) {
    if (unit !== undefined) return bounded(Number(bare) * unit, plain);
    const mapped = map?.get(bare) ?? times(bare, map?.get(word ?? 'number'));
    if (mapped !== undefined) return bounded(mapped, plain);
    const message = `the duration \`${plain}\` has no unit; write \`${plain}h\` or \`${plain}min\``;
    return { kind: 'unclear', message, word: word ?? 'number' };
  }
  const [, number, words] = QUANTITY.exec(plain) ?? [];
  const counted = words === undefined ? undefined : unitWord(words);
  const mapped = counted === 'points' ? map?.get(number ?? '') : undefined;
  const each = counted === undefined ? undefined : (mapped ?? times(number, map?.get(counted)));
  if (each !== undefined) return bounded(each, plain);
  if (counted === 'day') {
    const whole = bounded(Number(number) * WORKDAY, plain);
    return whole.kind === 'minutes' ? { ...whole, assumed: 'a day counts as 8 hours' } : whole;
  }
  const minutes = parseEstimate(plain);
  if (minutes !== undefined) return { kind: 'minutes', minutes };
  const named = words?.trim() ?? (/^[A-Za-z][A-Za-z -]{0,20}$/.test(plain) ? plain : undefined);
  const size = words === undefined && named !== undefined ? map?.get(unitWord(named)) : undefined;
  if (size !== undefined) return bounded(size, plain);
  const isTime = named !== undefined && parseEstimate(`1${named}`) !== undefined && words !== undefined;
  return {
    kind: 'unclear',
    message: isTime ? outOfBounds(plain) : notADuration(plain),
    ...(named === undefined || isTime ? {} : { word: named }),
  };
}

function times(number: string | undefined, minutes: number | undefined): number | undefined {
  return minutes === undefined ? undefined : Number(number) * minutes;
}

function bounded(minutes: number, text: string): Duration {
  if (minutes > 0 && minutes <= MAX_ESTIMATE_MINUTES) return { kind: 'minutes', minutes };
  return { kind: 'unclear', message: outOfBounds(text) };
}

function outOfBounds(text: string): string {
  return `the duration \`${text.trim().slice(0, 40)}\` must be above 0 and at most 1000h`;
}

function notADuration(text: string): string {
  return `\`${text.slice(0, 40)}\` is not a duration; write one such as 30min, 1.5h or 2hr`;
}
