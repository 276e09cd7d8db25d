import { waveName } from '../../plan/waves.ts';
import type { WaveSpan } from '../../planning/simulate/simulate.ts';
import { hours } from './amounts.ts';
import { fill, fillLeft } from './columns.ts';

const INDENT = '  ';
const NAME = 34;
const HOURS = 7;

/** One line a wave, from its first start to its last end: waves are no barriers, so they lie side by side. */
export function timeline(
  waves: readonly WaveSpan[],
  { makespan, columns }: { readonly makespan: number; readonly columns: number },
): readonly string[] {
  const name = Math.min(NAME, Math.floor(columns / 3), Math.max(4, ...waves.map((wave) => [...waveName(wave)].length)));
  const width = columns - INDENT.length - name - 2 * (HOURS + 1) - 2;
  const head = `${INDENT}${fill('wave', name)} ${fillLeft('from h', HOURS)} ${fillLeft('to h', HOURS)}`;
  return [
    head,
    ...waves.map((wave) => {
      const from = Math.min(width - 1, Math.floor((wave.start / makespan) * width));
      const to = Math.max(from + 1, Math.round((wave.end / makespan) * width));
      const times = `${fillLeft(hours(wave.start, makespan), HOURS)} ${fillLeft(hours(wave.end, makespan), HOURS)}`;
      return `${INDENT}${fill(waveName(wave), name)} ${times}  ${' '.repeat(from)}${'━'.repeat(to - from)}`;
    }),
  ];
}
