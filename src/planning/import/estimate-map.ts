import { MAX_ESTIMATE_MINUTES, parseEstimate } from '../../plan/estimate.ts';

/** What words of a plan come to in minutes, as a person says it: points, sizes, weeks. By the words of `unitWord`. */
export type EstimateMap = ReadonlyMap<string, number>;

/** A word that stands where a time should, and that nobody has said the time of. */
export interface UnmappedWord {
  /** As the source writes it first. */
  readonly word: string;
  readonly tasks: number;
}

export type ParsedEstimateMap =
  | { readonly ok: true; readonly map: EstimateMap }
  | { readonly ok: false; readonly message: string };

const SAME: readonly (readonly [word: string, also: readonly string[]])[] = [
  ['points', ['pt', 'pts', 'point', 'sp', 'sps', 'story point', 'story points', 'storypoint', 'storypoints']],
  ['xs', ['extra small', 'x small', 'tiny', 'trivial']],
  ['s', ['small']],
  ['m', ['medium', 'med', 'moderate']],
  ['l', ['large', 'big']],
  ['xl', ['extra large', 'x large', 'xlarge']],
  ['xxl', ['2xl', 'huge']],
  ['day', ['d', 'days', 'man days', 'person days']],
  ['week', ['w', 'wk', 'wks', 'weeks']],
];

const WORDS: ReadonlyMap<string, string> = new Map(
  SAME.flatMap(([word, also]) => [word, ...also].map((other) => [other, word])),
);

/** Minutes of work that a day counts. */
export const WORKDAY = 8 * 60;
const MAX_ENTRIES = 50;
const GRAMMAR = 'write words and times such as "pts=2h" or "S=1h,M=4h,L=1d"';

/** One word for all that mean the same: `pts` and `story points` are points, `Medium` is M. */
export function unitWord(written: string): string {
  const word = written
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');
  return WORDS.get(word) ?? (word.length > 3 ? word.replace(/s$/, '') : word);
}

/** Reads `WORD=TIME,WORD=TIME`: a word may also be a number, for what so many points take. */
export function parseEstimateMap(text: string): ParsedEstimateMap {
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.length > MAX_ENTRIES) return refused(`more than ${MAX_ENTRIES} words; ${GRAMMAR}`);
  const map = new Map<string, number>();
  for (const entry of entries) {
    const [, word, time] = /^([^=]{1,40})=([^=]{1,20})$/.exec(entry) ?? [];
    if (word === undefined || time === undefined) return refused(`\`${entry.slice(0, 40)}\` is no entry; ${GRAMMAR}`);
    if (!/^\s*(?:\p{L}[\p{L}\s_-]*|\d{1,4}(?:\.\d{1,2})?|\d?[xX]+[a-zA-Z]{1,2})\s*$/u.test(word)) {
      return refused(`\`${word.trim()}\` is no word of a plan; ${GRAMMAR}`);
    }
    const key = unitWord(word);
    if (/^(?:h|hr|hrs|hour|min|minute|mins)$/.test(key))
      return refused(`\`${word.trim()}\` is a time already; ${GRAMMAR}`);
    const minutes = minutesOf(time);
    if (minutes === undefined) return refused(`\`${time.trim()}\` is no time such as 30min, 2h or 1d; ${GRAMMAR}`);
    if (map.has(key)) return refused(`\`${word.trim()}\` is given twice; keep one`);
    map.set(key, minutes);
  }
  return { ok: true, map };
}

function minutesOf(time: string): number | undefined {
  const days = /^\s*(\d{1,4}(?:\.\d{1,4})?)\s*(?:d|days?)\s*$/i.exec(time);
  if (days === null) return parseEstimate(time);
  const minutes = Number(days[1]) * WORKDAY;
  return minutes > 0 && minutes <= MAX_ESTIMATE_MINUTES ? minutes : undefined;
}

function refused(message: string): ParsedEstimateMap {
  return { ok: false, message };
}
