import { type EstimateMap, parseEstimateMap, type UnmappedWord, unitWord } from '../../planning/import/estimate-map.ts';
import type { Prompter } from '../init/prompter.ts';

const MAX_QUESTIONS = 12;
/** What people most often mean, and the default of a plan. */
const TIMES = ['30min', '1h', '2h', '4h', '1d', '2d'] as const;

/** Asks how long each word takes that stands where a time should; `skip` leaves the default. */
export async function askTimes(
  words: readonly UnmappedWord[],
  prompter: Pick<Prompter, 'choose'>,
): Promise<EstimateMap> {
  const said = new Map<string, number>();
  for (const { word, tasks } of words.slice(0, MAX_QUESTIONS)) {
    const shown = word === 'number' ? 'a number without a unit' : `\`${word}\``;
    const chosen = await prompter.choose({
      text: `How long is ${shown}, which ${tasks === 1 ? '1 task has' : `${tasks} tasks have`} as estimate?`,
      options: [...TIMES.map((time) => [time, ''] as const), ['skip', 'count as one hour; --map takes any other time']],
      fallback: 'skip',
    });
    const read = parseEstimateMap(`${word}=${chosen}`);
    if (chosen !== 'skip' && read.ok) said.set(unitWord(word), read.map.get(unitWord(word)) ?? 60);
  }
  return said;
}
