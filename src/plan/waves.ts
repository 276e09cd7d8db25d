import type { Task, Wave } from './plan.ts';

/** The waves that tasks name, ascending, each with the title that the file gives it, or none (''). */
export function wavesOf(tasks: readonly Pick<Task, 'wave'>[], titled: readonly Wave[]): readonly Wave[] {
  const titles = new Map(titled.map(({ number, title }) => [number, title]));
  const numbers = [...new Set(tasks.map(({ wave }) => wave))].sort((a, b) => a - b);
  return numbers.map((number) => ({ number, title: titles.get(number) ?? '' }));
}

/** A wave for people: `Wave 3: Security & Auth`, or `Wave 3` where it has no title. */
export function waveName(wave: Wave): string {
  return wave.title === '' ? `Wave ${wave.number}` : `Wave ${wave.number}: ${wave.title}`;
}
