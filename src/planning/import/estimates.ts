import type { SourcePosition } from './draft.ts';
import { type DurationContext, readDuration } from './duration.ts';
import { type EstimateMap, type UnmappedWord, unitWord } from './estimate-map.ts';
import type { Remarks } from './remarks.ts';

/** Reads the estimates of one source. None stops the import: what is no time counts as one hour, and that is said. */
export interface Estimates {
  /** @returns Minutes; undefined for what counts as the default. */
  readonly read: (text: string, at: SourcePosition, context?: Omit<DurationContext, 'map'>) => number | undefined;
  /** Says what was no time, once, and returns it. */
  readonly finish: () => readonly UnmappedWord[];
}

const EXAMPLES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    points: '2h',
    xs: '30min',
    s: '1h',
    m: '4h',
    l: '1d',
    xl: '2d',
    xxl: '4d',
    number: '1h',
    week: '40h',
  }),
);

export function newEstimates({ map, remarks }: { readonly map: EstimateMap; readonly remarks: Remarks }): Estimates {
  const unmapped = new Map<string, { word: string; tasks: number; at: SourcePosition }>();
  const read: Estimates['read'] = (text, at, context = {}) => {
    const duration = readDuration(text, { ...context, map });
    if (duration.kind === 'minutes') {
      const { assumed } = duration;
      if (assumed !== undefined) remarks.often(at, (times) => `${assumed} (${times})`);
      return duration.minutes;
    }
    if (duration.kind === 'none') {
      remarks.often(at, (times) => `no duration is given; it counts as one hour (${times})`);
    } else if (duration.word === undefined) {
      remarks.often(at, (times) => `${duration.message}; it counts as one hour (${times})`);
    } else {
      const key = unitWord(duration.word);
      const known = unmapped.get(key);
      unmapped.set(key, { word: duration.word, at, ...known, tasks: (known?.tasks ?? 0) + 1 });
    }
    return undefined;
  };
  return {
    read,
    finish: () => {
      const words = [...unmapped.values()];
      const [first] = words;
      if (first !== undefined) remarks.add(first.at, unmappedNote(words));
      return words.map(({ word, tasks }) => ({ word, tasks }));
    },
  };
}

/** What `--map` could be given for these words, with times to be thought about. */
function exampleMap(words: readonly UnmappedWord[]): string {
  return words
    .slice(0, MAX_NAMED)
    .map(({ word }) => `${word}=${EXAMPLES.get(unitWord(word)) ?? '2h'}`)
    .join(',');
}

const MAX_NAMED = 8;

function unmappedNote(words: readonly UnmappedWord[]): string {
  const tasks = words.reduce((sum, { tasks: of }) => sum + of, 0);
  const named = words.slice(0, MAX_NAMED).map(({ word }) => (word === 'number' ? 'a number alone' : `\`${word}\``));
  const more = words.length > MAX_NAMED ? [`${words.length - MAX_NAMED} more`] : [];
  const counts = tasks === 1 ? '1 task counts as one hour' : `${tasks} tasks count as one hour`;
  const verb = words.length === 1 ? 'is no time' : 'are no times';
  return `${[...named, ...more].join(', ')} ${verb}, so ${counts}; say how long that is, for example --map "${exampleMap(words)}"`;
}
